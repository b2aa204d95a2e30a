import JSONValues
import KubernetesObjects
import MigrationModel

/// What meshes and other networks say of who may call pods.
///
/// What comes over a bridge comes without any mesh's certificate.
enum MeshPolicies {
    /// Nil for what is no such policy, or would not be in the way.
    static func obstacle(_ object: JSON) -> BridgeObstacle? {
        guard let reference = ObjectReference(object), let kind = object.groupVersionKind else {
            return nil
        }
        switch (kind.group, kind.kind) {
        case ("security.istio.io", "PeerAuthentication"): return peers(object, reference)
        case ("security.istio.io", "AuthorizationPolicy"): return authorization(object, reference)
        case ("policy.linkerd.io", "Server"): return server(object, reference)
        case ("cilium.io", "CiliumNetworkPolicy"):
            return unjudged(
                reference,
                "admit the entities host, remote-node and world, or the nodes of the other site, where "
                    + "it selects pods behind names; and these nodes where it limits who calls"
            )
        case ("crd.projectcalico.org", "NetworkPolicy"), ("projectcalico.org", "NetworkPolicy"):
            return unjudged(
                reference,
                "admit the nodes of both sites where it selects pods behind names, and those of the "
                    + "other site where it limits who calls"
            )
        case ("cilium.io", "CiliumClusterwideNetworkPolicy"),
            ("crd.projectcalico.org", "GlobalNetworkPolicy"),
            ("projectcalico.org", "GlobalNetworkPolicy"),
            ("policy.networking.k8s.io", "AdminNetworkPolicy"),
            ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
            ("policy.networking.k8s.io", "ClusterNetworkPolicy"):
            return unjudged(
                reference,
                "see that it lets in the nodes of both sites to pods behind names, and lets callers "
                    + "out to those of the other site"
            )
        default: return nil
        }
    }

    private static func peers(_ object: JSON, _ reference: ObjectReference) -> BridgeObstacle? {
        let ports = (object.at("spec", "portLevelMtls")?.object ?? [:])
            .filter { $0.value["mode"] == "STRICT" }.keys.sorted()
        let isStrict = object.at("spec", "mtls", "mode") == "STRICT"
        guard isStrict || !ports.isEmpty else { return nil }
        return obstacle(
            reference,
            "it wants mTLS (STRICT" + (isStrict ? "" : " at \(ports.joined(separator: ", "))")
                + "), "
                + "and what comes over a bridge has no certificate of the mesh",
            "set PERMISSIVE, or portLevelMtls with PERMISSIVE for the ports behind names, while the "
                + "migration lasts"
        )
    }

    private static func authorization(
        _ object: JSON,
        _ reference: ObjectReference
    ) -> BridgeObstacle? {
        let action = object.at("spec", "action")?.string ?? "ALLOW"
        guard action == "ALLOW" || action == "DENY" else { return nil }
        let rules = object.at("spec", "rules")?.array ?? []
        let asksWho = rules.filter { rule in
            let from = rule["from"]?.array ?? []
            return !from.isEmpty
                && from.allSatisfy { source in
                    let keys = source["source"]?.object?.keys.map { $0 } ?? []
                    return keys.contains { MeshPolicies.identities.contains($0) }
                }
        }
        switch action {
        case "ALLOW":
            // No rule at all lets nobody in; a rule that asks for no identity lets a bridge in.
            guard rules.isEmpty || asksWho.count == rules.count else { return nil }
        default:
            // A denial meets a bridge where it means everybody without an identity.
            guard
                asksWho.contains(where: { rule in
                    (rule["from"]?.array ?? []).contains {
                        $0["source"]?.object?.keys.contains { $0.hasPrefix("not") } ?? false
                    }
                })
            else { return nil }
        }
        return obstacle(
            reference,
            "it lets in by the mesh's identities, and what comes over a bridge has none",
            "add a rule that lets in by ipBlocks: the nodes of both sites; or exclude what is behind it"
        )
    }

    /// What a caller can only be with a certificate of the mesh.
    private static let identities: Set<String> = [
        "principals", "notPrincipals", "namespaces", "notNamespaces", "requestPrincipals",
        "serviceAccounts", "notServiceAccounts",
    ]

    private static func server(_ object: JSON, _ reference: ObjectReference) -> BridgeObstacle? {
        let policy = object.at("spec", "accessPolicy")?.string ?? "deny"
        guard !policy.hasSuffix("unauthenticated"), policy != "audit" else { return nil }
        return obstacle(
            reference,
            "it lets in whom an authorization of Linkerd names, and what comes over a bridge has no "
                + "identity",
            "see that a ServerAuthorization with unauthenticated: true, or a NetworkAuthentication "
                + "with the nodes of both sites, lets it in"
        )
    }

    private static func unjudged(
        _ reference: ObjectReference,
        _ remedy: String
    ) -> BridgeObstacle {
        obstacle(reference, "what it lets in and out is not judged here", remedy)
    }

    private static func obstacle(
        _ reference: ObjectReference,
        _ reason: String,
        _ remedy: String
    ) -> BridgeObstacle {
        BridgeObstacle(
            policy: reference,
            barrier: .intoPods,
            concerns: [],
            reason: reason,
            remedy: remedy
        )
    }
}
