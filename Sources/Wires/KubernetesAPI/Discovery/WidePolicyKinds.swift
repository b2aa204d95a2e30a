import JSONValues
import KubernetesObjects

/// Kinds of policies that are for some namespaces and lie outside of them: of a mesh, of a cluster.
package enum WidePolicyKinds {
    private static let ofMesh: [(group: String, kind: String)] = [
        ("security.istio.io", "AuthorizationPolicy"), ("security.istio.io", "PeerAuthentication"),
    ]
    private static let ofCluster: [(group: String, kind: String)] = [
        ("cilium.io", "CiliumClusterwideNetworkPolicy"),
        ("crd.projectcalico.org", "GlobalNetworkPolicy"),
        ("policy.networking.k8s.io", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
        ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
        ("projectcalico.org", "GlobalNetworkPolicy"),
    ]

    /// The kinds that a server has of them, and the namespaces in which they are to be looked for, of a mesh
    /// with these root namespaces; nil for what has none.
    package static func reads(
        among kinds: [ResourceKind],
        roots: [String]
    ) -> [(kind: ResourceKind, namespace: String?)] {
        kinds.filter { $0.verbs.contains("list") }.flatMap { kind in
            func isAmong(_ known: [(group: String, kind: String)]) -> Bool {
                known.contains { $0.group == kind.group && $0.kind == kind.kind }
            }
            if isAmong(ofCluster), !kind.isNamespaced {
                return [(kind: kind, namespace: String?.none)]
            }
            guard isAmong(ofMesh), kind.isNamespaced else { return [] }
            return roots.map { (kind: kind, namespace: $0) }
        }
    }

    /// Whether what was read is one, and no object of the namespaces themselves.
    package static func isOne(_ object: JSON, outside namespaces: [String]) -> Bool {
        guard let kind = object.groupVersionKind else { return false }
        if ofCluster.contains(where: { $0.group == kind.group && $0.kind == kind.kind }) {
            return true
        }
        guard let namespace = object.namespace, !namespaces.contains(namespace) else {
            return false
        }
        return ofMesh.contains { $0.group == kind.group && $0.kind == kind.kind }
    }
}
