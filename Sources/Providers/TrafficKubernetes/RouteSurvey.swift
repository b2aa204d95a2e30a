import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Finds out what stands in the way of a route, or might, before anything is written.
struct RouteSurvey: Sendable {
    let reading: RouteReading
    let cluster: RouteCluster
    let ownersAreHandled: Bool

    func findings() async throws(ProviderError) -> [Finding] {
        var findings = FieldOwners(reading, areHandled: ownersAreHandled).findings
        if let obstacle = reading.form.obstacle(in: reading.object) {
            findings.append(blocker("route-shared", obstacle.seen, obstacle.advice))
        }
        if reading.route.isOfGateway {
            if let missing = GatewayStatus.missing(of: reading.object) {
                findings.append(
                    blocker("route-not-taken", missing, "mend the route before it carries more")
                )
            }
            findings += try await gatewayFindings()
            findings += try await grantFindings()
        }
        if case .canary = reading.route.shares { findings += try await canaryFindings() }
        return findings
    }

    private func blocker(_ check: String, _ reason: String, _ remedy: String) -> Finding {
        Finding(
            check: check,
            severity: .blocker,
            objects: [reading.name],
            reason: reason,
            remedy: remedy
        )
    }

    // MARK: - Gateway API

    /// A Gateway that is not programmed serves nothing, whatever its routes say.
    private func gatewayFindings() async throws(ProviderError) -> [Finding] {
        let references = reading.object.at("spec", "parentRefs")?.array ?? []
        let gateways = Set(references.map { GatewayParent($0, in: reading.object.namespace) })
            .filter { $0.kind == "Gateway" && $0.group == BackendList.gatewayGroup }
            .map { "\($0.namespace)/\($0.name)" }
        guard
            let kind = try await cluster.resource(of: [
                SharedKind(group: BackendList.gatewayGroup, kind: "Gateway")
            ])
        else { return [] }
        var findings: [Finding] = []
        for gateway in Set(gateways).sorted() {
            let parts = gateway.split(separator: "/").map(String.init)
            guard parts.count == 2 else { continue }
            let found = try await cluster.find(kind, parts[0], parts[1])
            let programmed = found?.condition("Programmed")
            let isCurrent = (programmed?["observedGeneration"]?.int ?? 0) >= found?.generation ?? 0
            if programmed?["status"]?.string == "True", isCurrent { continue }
            findings.append(
                blocker(
                    "gateway-not-programmed",
                    found == nil
                        ? "its Gateway \(gateway) is not there"
                        : "its Gateway \(gateway) does not say that it is Programmed as it stands",
                    "wait until it is, or mend it"
                )
            )
        }
        return findings
    }

    /// A backend of another namespace needs a ReferenceGrant there; without it its share is answered
    /// with 500.
    private func grantFindings() async throws(ProviderError) -> [Finding] {
        let own = reading.object.namespace ?? ""
        let backends = (reading.object.at("spec", "rules")?.array ?? [])
            .flatMap { $0["backendRefs"]?.array ?? [] }
            .filter { ($0["namespace"]?.string ?? own) != own }
        guard !backends.isEmpty else { return [] }
        let kind = try await cluster.resource(of: [
            SharedKind(group: BackendList.gatewayGroup, kind: "ReferenceGrant")
        ])
        var findings: [Finding] = []
        for backend in backends {
            let namespace = backend["namespace"]?.string ?? own
            var grants: [JSON] = []
            if let kind { grants = try await cluster.list(kind, in: namespace) }
            guard !grants.contains(where: { permits($0, backend) }) else { continue }
            findings.append(
                blocker(
                    "reference-not-granted",
                    "no ReferenceGrant in \(namespace) lets a \(reading.kind.kind) of \(own) lead to "
                        + "\(backend["kind"]?.string ?? "Service") \(backend["name"]?.string ?? "?")",
                    "make one there, from the kind \(reading.kind.kind) and the namespace \(own)"
                )
            )
        }
        return findings
    }

    private func permits(_ grant: JSON, _ backend: JSON) -> Bool {
        let isFrom = (grant.at("spec", "from")?.array ?? []).contains { from in
            from["group"]?.string == BackendList.gatewayGroup
                && from["kind"]?.string == reading.kind.kind
                && from["namespace"]?.string == reading.object.namespace
        }
        let isTo = (grant.at("spec", "to")?.array ?? []).contains { to in
            (to["group"]?.string ?? "") == (backend["group"]?.string ?? "")
                && to["kind"]?.string == (backend["kind"]?.string ?? "Service")
                && (to["name"]?.string).map { $0 == backend["name"]?.string } ?? true
        }
        return isFrom && isTo
    }

    // MARK: - ingress-nginx

    private func canaryFindings() async throws(ProviderError) -> [Finding] {
        let others = try await cluster.list(reading.kind, in: reading.object.namespace ?? "")
            .filter { $0.name != reading.object.name }
        let places = CanaryPlaces(canary: reading.object, others: others)
        return places.problems.map {
            blocker("canary-place", $0.seen, $0.advice)
        }
            + places.remarks.map {
                Finding(
                    check: "canary-bypass",
                    severity: .note,
                    objects: [reading.name],
                    reason: $0.seen,
                    remedy: $0.advice
                )
            }
    }
}
