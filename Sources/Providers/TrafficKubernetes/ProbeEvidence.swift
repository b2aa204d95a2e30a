import Clocks
import HTTPTransport
import MigrationModel
import MigrationPorts
import Synchronization

/// Tells what is served by requests of ours, whose answers say from which site they come.
///
/// It counts its own requests and nobody else's. What users have under way it cannot see: a site that
/// is left is given time before it counts as drained.
package final class ProbeEvidence: ShareEvidenceSource {
    /// How an answer says where it comes from.
    package struct Marker: Sendable, Hashable {
        /// A header of the answer.
        package var header: String
        /// Its value in answers of the source.
        package var source: String
        /// Its value in answers of the target.
        package var target: String

        package init(
            header: String = "X-Diolkos-Site",
            source: String = "source",
            target: String = "target"
        ) {
            self.header = header
            self.source = source
            self.target = target
        }

        func site(of answer: HTTPResponse) -> SiteRole? {
            switch answer.headers[header] {
            case source?: .source
            case target?: .target
            default: nil
            }
        }
    }

    /// What is known of one route.
    private struct Account {
        var sites: [SiteRole: RouteCounters.Site] = [:]
        var weight = Weight.none
        /// Since when nothing was asked to go to a site.
        var leftSince: [SiteRole: Duration] = [:]
    }

    /// A page is read to its end, so that it counts as answered, up to this size.
    private static let pageBytesMax = 16 << 20

    private let front: any HTTPTransport
    private let hosts: [RouteID: String]
    private let marker: Marker
    private let grace: Duration
    private let time: any TimeSource
    private let timeout: Duration
    private let accounts = Mutex<[RouteID: Account]>([:])

    /// Sends nothing yet.
    ///
    /// `front` leads to where users' requests arrive, `hosts` has the host of each route. `grace` is how
    /// long what a site that is left had under way may take.
    package init(
        front: any HTTPTransport,
        hosts: [RouteID: String],
        marker: Marker = Marker(),
        grace: Duration = .seconds(30),
        time: any TimeSource,
        timeout: Duration = .seconds(5)
    ) {
        self.front = front
        self.hosts = hosts
        self.marker = marker
        self.grace = grace
        self.time = time
        self.timeout = timeout
    }

    package func counters(
        of route: RouteID,
        asked weight: Weight
    ) async throws(ProviderError) -> RouteCounters {
        let now = time.uptime
        return accounts.withLock { accounts in
            var account = accounts[route] ?? Account()
            account.weight = weight
            account.leftSince[.source] = weight == .all ? account.leftSince[.source] ?? now : nil
            account.leftSince[.target] = weight == .none ? account.leftSince[.target] ?? now : nil
            accounts[route] = account
            func site(_ role: SiteRole) -> RouteCounters.Site {
                var site =
                    account.sites[role] ?? .idle
                if let since = account.leftSince[role], now - since < grace {
                    site.inFlight = 1
                    site.isInFlightPresumed = true
                }
                return site
            }
            return RouteCounters(
                source: site(.source),
                target: site(.target),
                basis: .probed,
                incarnation: "probes"
            )
        }
    }

    package func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        guard let host = hosts[route] else {
            throw .rejected(
                reason:
                    "route \(route): no host is stated for it, so nothing can be asked for; write "
                    + "spec.traffic.routes[].host"
            )
        }
        let request = HTTPRequest(
            method: "GET",
            target: path,
            headers: ["Host": host, "X-Diolkos-Probe": "1"]
        )
        let begin = time.uptime
        let answer: HTTPResponse
        do {
            answer = try await front.send(request, timeout: timeout)
            _ = try await answer.body.collect(sizeMax: ProbeEvidence.pageBytesMax)
        } catch let error {
            // A front that takes no connection says nothing of either site.
            if case .notSent? = error as? TransportError {
                throw unavailable(route, "\(error)")
            }
            count(route, at: nil, isFailure: true, since: begin)
            throw unavailable(route, "\(error)")
        }
        let isFailure = answer.status >= 500
        guard let site = marker.site(of: answer) else {
            guard isFailure else {
                throw .rejected(
                    reason: "route \(route): the answer (\(answer.status)) has no \(marker.header) "
                        + "that names a site; docs/traffic.md says how to let it"
                )
            }
            count(route, at: nil, isFailure: true, since: begin)
            throw unavailable(route, "it answered \(answer.status) by itself")
        }
        count(route, at: site, isFailure: isFailure, since: begin)
        return site
    }

    private func unavailable(_ route: RouteID, _ seen: String) -> ProviderError {
        .unavailable(reason: "route \(route): the front did not answer: \(seen)", retryAfter: nil)
    }

    /// What nobody answered for is the fault of the site that has to show that it serves.
    private func count(
        _ route: RouteID,
        at site: SiteRole?,
        isFailure: Bool,
        since begin: Duration
    ) {
        let latency = Int((time.uptime - begin).nanoseconds / 1_000)
        accounts.withLock { accounts in
            var account = accounts[route] ?? Account()
            let site = site ?? (account.weight == .none ? .source : .target)
            var counted =
                account.sites[site] ?? .idle
            counted.requests += 1
            counted.failures += isFailure ? 1 : 0
            counted.latencySumMicroseconds = (counted.latencySumMicroseconds ?? 0) + latency
            account.sites[site] = counted
            accounts[route] = account
        }
    }
}

extension RouteCounters.Site {
    /// Before the first request.
    fileprivate static let idle = RouteCounters.Site(
        requests: 0,
        failures: 0,
        inFlight: 0,
        latencySumMicroseconds: 0
    )
}
