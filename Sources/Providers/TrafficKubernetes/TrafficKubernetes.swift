import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Synchronization

/// Moves traffic by the weights in objects of a cluster's API: routes of the Gateway API, of Istio,
/// Traefik, Contour and the Service Mesh Interface, Ingresses, and whatever else has two weights.
///
/// It changes the weights of the two sites and nothing else of the object, in one write that the server
/// takes for the version that was read only. What stands there afterwards is read back, then and at each
/// look of a gate: who writes something else is named, and the run stops.
///
/// - What is served it takes from a `ShareEvidenceSource`.
/// - Every write carries a precondition, so a driver that was overtaken between its look and its write
///   changes nothing.
package final class TrafficKubernetes: TrafficProvider {
    /// How often a change that met somebody else's is decided anew before it gives up.
    private static let conflictsMax = 8

    private let stated: [RouteID: WeightedRoute]
    private let cluster: RouteCluster
    private let evidence: any ShareEvidenceSource
    private let ownersAreHandled: Bool
    /// What this driver wrote last, by route.
    private let written = Mutex<[RouteID: ShareValues]>([:])

    /// Sends nothing yet.
    ///
    /// `context` is what people call the cluster. `ownersAreHandled` says that somebody keeps others who
    /// write the weights from it: then they are told, and stand in no way.
    package init(
        routes: [WeightedRoute],
        client: KubernetesClient,
        context: String,
        evidence: any ShareEvidenceSource,
        ownersAreHandled: Bool = false,
        time: any TimeSource
    ) {
        stated = Dictionary(routes.map { ($0.route, $0) }, uniquingKeysWith: { first, _ in first })
        cluster = RouteCluster(client: client, context: context, time: time)
        self.evidence = evidence
        self.ownersAreHandled = ownersAreHandled
    }

    /// Those that are stated and found as they are stated; `findings` tells what is wrong with others.
    package func routes() async throws(ProviderError) -> [RouteID] {
        var found: [RouteID] = []
        for route in stated.keys.sorted() {
            do {
                _ = try await requestedWeight(of: route)
                found.append(route)
            } catch {
                guard error.isFinal else { throw error }
            }
        }
        return found
    }

    package func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        let reading = try await read(route)
        return RequestedWeight(
            weight: try reading.share(),
            native: reading.values.text,
            place: reading.place.text()
        )
    }

    package func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        try await write(route) { reading throws(ProviderError) in
            let wanted = try reading.values(for: weight)
            // A share for a backend that is not resolved is answered with 500 (Gateway API).
            if wanted != reading.values, weight > .none { try reading.checkTaken() }
            return wanted
        }
    }

    package func restore(
        _ requested: RequestedWeight,
        on route: RouteID
    ) async throws(ProviderError) {
        try await write(route) { reading throws(ProviderError) in
            guard let recorded = ShareValues(requested.native),
                recorded.byKey.values.allSatisfy(reading.form.admits)
            else {
                throw .rejected(
                    reason:
                        "route \(route): the recorded weights \"\(requested.native)\" cannot be "
                        + "read"
                )
            }
            guard recorded.byKey.keys == reading.values.byKey.keys else {
                throw .drift(
                    reason:
                        "\(reading.subject): what was recorded there is \(recorded.text), and its "
                        + "rules are others now: \(reading.values.text)\(reading.lastWriter)"
                )
            }
            return recorded
        }
    }

    package func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        let reading = try await read(route)
        if let asked = written.withLock({ $0[route] }), asked != reading.values {
            throw reading.reverted(from: asked)
        }
        try reading.checkTaken()
        return try await evidence.counters(of: route, asked: try reading.share())
    }

    package func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        _ = try statedRoute(route)
        return try await evidence.probe(route, path: path)
    }

    package func findings() async throws(ProviderError) -> [Finding] {
        var findings: [Finding] = []
        for route in stated.keys.sorted() {
            do {
                let reading = try await read(route)
                findings += try await RouteSurvey(
                    reading: reading,
                    cluster: cluster,
                    ownersAreHandled: ownersAreHandled
                ).findings()
            } catch {
                guard error.isFinal else { throw error }
                findings.append(
                    Finding(
                        check: "route-unreadable",
                        severity: .blocker,
                        objects: ["route \(route)"],
                        reason: "\(error)",
                        remedy: "correct the object or what spec.traffic.routes says of it"
                    )
                )
            }
        }
        return Set(findings).sorted()
    }

    // MARK: - Reading

    private func statedRoute(_ route: RouteID) throws(ProviderError) -> WeightedRoute {
        guard let found = stated[route] else {
            throw .rejected(
                reason: "route \(route): nothing is stated of it; write it to spec.traffic.routes"
            )
        }
        return found
    }

    private func read(_ route: RouteID) async throws(ProviderError) -> RouteReading {
        let stated = try statedRoute(route)
        let form = stated.form
        guard let kind = try await cluster.resource(of: form.kinds) else {
            let names = form.kinds.map { "\($0.kind).\($0.group)" }.joined(separator: " or ")
            throw .rejected(
                reason:
                    "route \(route): \(cluster.context) serves no \(names); install what it is of, "
                    + "or correct spec.traffic.kubernetes.kind"
            )
        }
        guard let object = try await cluster.find(kind, stated.namespace, stated.name) else {
            let reason =
                "route \(route): \(cluster.context) has no \(kind.kind) \(stated.namespace)/"
                + stated.name
            // Once we have written to it, it was there.
            let isKnown = written.withLock { $0[route] != nil }
            throw isKnown
                ? .drift(reason: "\(reason) any more") : .rejected(reason: "\(reason); make it")
        }
        return try RouteReading(stated, object, kind, context: cluster.context)
    }

    // MARK: - Writing

    /// Writes what `decide` wants of the object as it is, and reads it back.
    private func write(
        _ route: RouteID,
        _ decide: (RouteReading) throws(ProviderError) -> ShareValues
    ) async throws(ProviderError) {
        for _ in 0..<TrafficKubernetes.conflictsMax {
            let found = try await read(route)
            let wanted = try decide(found)
            if wanted != found.values {
                guard
                    try await cluster.patch(
                        found.object,
                        of: found.kind,
                        found.operations(to: wanted)
                    )
                else {
                    try await cluster.pauseBeforeAnotherTry()
                    continue
                }
                let after = try await read(route)
                guard after.values == wanted else { throw after.reverted(from: wanted) }
            }
            written.withLock { $0[route] = wanted }
            return
        }
        throw .unavailable(
            reason:
                "route \(route): its object at \(cluster.context) is being changed all the time",
            retryAfter: nil
        )
    }
}

extension ProviderError {
    /// Whether asking again cannot help.
    fileprivate var isFinal: Bool {
        switch self {
        case .rejected, .drift: true
        case .unavailable, .unknown: false
        }
    }
}
