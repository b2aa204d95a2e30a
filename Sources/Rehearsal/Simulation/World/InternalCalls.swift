import Clocks
import EmbeddedSites
import Synchronization

/// The calls between services: every name that a running pod calls must lead to somebody who serves,
/// whichever endpoint a proxy takes, across the link at most once.
final class InternalCalls: WorldPart {
    private struct Name: Hashable {
        let site: TwinSite
        let namespace: String
        let name: ServiceName
        let text: String
    }

    private let sites: [SimulatedSite]
    private let network: SimulatedNetwork
    private let failures: FailureSink
    private let time: any TimeSource
    private let seenVersion = Mutex(-1)

    init(
        _ sites: [SimulatedSite],
        _ network: SimulatedNetwork,
        _ failures: FailureSink,
        _ time: any TimeSource
    ) {
        self.sites = sites
        self.network = network
        self.failures = failures
        self.time = time
    }

    func step() -> Duration? { nil }

    func settle(until next: Duration) {
        let version = network.version
        let isKnown = seenVersion.withLock { seen in
            defer { seen = version }
            return seen == version
        }
        guard !isKnown else { return }
        for name in names { look(name) }
    }

    private var names: [Name] {
        let all = sites.flatMap { site in
            site.nodes.accepting.flatMap { plan in
                plan.calls.compactMap { call -> Name? in
                    guard !call.isSurmised, let name = call.name else { return nil }
                    return Name(
                        site: site.role,
                        namespace: plan.namespace,
                        name: name,
                        text: call.text
                    )
                }
            }
        }
        return Set(all).sorted {
            ($0.site.rawValue, $0.namespace, $0.text) < ($1.site.rawValue, $1.namespace, $1.text)
        }
    }

    private func look(_ name: Name) {
        let who = "\(name.text), called by pods of \(name.namespace) at the \(name.site)"
        guard let found = network.landings(named: name.name, in: name.namespace, at: name.site)
        else {
            return failures.note("\(who), is no name", at: time.uptime)
        }
        for landing in found {
            switch landing {
            case .pod(_, let workload, let crossings):
                guard crossings > 1 else { continue }
                failures.note(
                    "\(who), crosses the link \(crossings) times to \(workload)",
                    at: time.uptime
                )
            case .nobody(let reason, let excused):
                if !excused { failures.note("\(who): \(reason)", at: time.uptime) }
            }
        }
    }
}

/// Where requests are told that could be lost, each way of it once.
package final class FailureSink: Sendable {
    /// A way in which requests could be lost.
    package struct Failure: Sendable, Hashable {
        /// Which name or route, at which site, and why.
        package let what: String
        /// The virtual uptime at which it first was so.
        package let at: Duration
    }

    private let state = Mutex<(known: Set<String>, failures: [Failure])>(([], []))

    package init() {}

    /// In the order in which they were first met.
    package var failures: [Failure] { state.withLock { $0.failures } }

    func note(_ what: String, at instant: Duration) {
        state.withLock { state in
            guard state.known.insert(what).inserted else { return }
            state.failures.append(Failure(what: what, at: instant))
        }
    }
}
