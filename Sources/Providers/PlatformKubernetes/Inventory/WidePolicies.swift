import JSONValues
import KubernetesObjects

/// Policies of a whole mesh or cluster, as they are for some namespaces: see `WidePolicyKinds`.
enum WidePolicies {
    /// Those of a mesh that a namespace overrules are for nobody.
    ///
    /// The narrower PeerAuthentication wins: a workload's over a namespace's, and that over the mesh's; one
    /// of the mesh that selects workloads is for those of its own namespace. What an AuthorizationPolicy
    /// of the mesh says comes to what namespaces say.
    /// https://istio.io/latest/docs/reference/config/security/peer_authentication/
    static func applying(_ wide: [JSON], to namespaces: [String], _ objects: [JSON]) -> [JSON] {
        let overruling = objects.filter { object in
            object.isKind("PeerAuthentication", in: "security.istio.io")
                && isForAll(object) && isSaying(object)
        }.compactMap(\.namespace)
        return wide.filter { policy in
            guard policy.isKind("PeerAuthentication", in: "security.istio.io") else { return true }
            return isForAll(policy) && !namespaces.allSatisfy(overruling.contains)
        }
    }

    private static func isForAll(_ object: JSON) -> Bool {
        (object.at("spec", "selector", "matchLabels")?.stringMap ?? [:]).isEmpty
    }

    private static func isSaying(_ object: JSON) -> Bool {
        let mode = object.at("spec", "mtls", "mode")?.string ?? "UNSET"
        return mode != "UNSET"
    }
}
