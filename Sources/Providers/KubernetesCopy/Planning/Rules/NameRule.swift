import JSONValues
import KubernetesObjects
import MigrationModel

/// A copied entry is kept from external-dns until somebody decides to move its names: it would point
/// them to the target the moment it is there (external-dns 685).
struct NameRule: DetailRule {
    /// external-dns leaves alone what bears another value than its own.
    static let annotation = MarkNames.dnsController
    static let holder = MarkNames.dnsHolderOfCopies

    /// What external-dns reads names from, apart from Services.
    private static let kinds: Set<String> = [
        "Ingress.networking.k8s.io", "Gateway.gateway.networking.k8s.io",
        "HTTPRoute.gateway.networking.k8s.io", "GRPCRoute.gateway.networking.k8s.io",
        "TLSRoute.gateway.networking.k8s.io", "TCPRoute.gateway.networking.k8s.io",
        "UDPRoute.gateway.networking.k8s.io", "Gateway.networking.istio.io",
        "VirtualService.networking.istio.io", "IngressRoute.traefik.io",
        "HTTPProxy.projectcontour.io", "Route.route.openshift.io",
    ]

    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        guard object.groupKind == "DNSEndpoint.externaldns.k8s.io" else { return nil }
        return Staying(
            reason: "it would write names that lead to the source",
            finding: Finding(
                check: "names-would-move",
                severity: .decide,
                objects: ["\(key)"],
                reason: "it has external-dns write names; it is not copied",
                remedy: "Make it at the target when the names shall move."
            )
        )
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        guard isNamed(wanted), original.annotations[NameRule.annotation] == nil else { return [] }
        var annotations = wanted.annotations
        // Whoever took it off at the target has decided.
        annotations[NameRule.annotation] =
            present.map { $0.annotations[NameRule.annotation] } ?? NameRule.holder
        wanted.annotations = annotations
        return []
    }

    private func isNamed(_ object: JSON) -> Bool {
        if NameRule.kinds.contains(object.groupKind) { return true }
        return object.groupKind == "Service"
            && object.annotations.keys.contains {
                $0.hasPrefix("external-dns.alpha.kubernetes.io/")
            }
    }
}
