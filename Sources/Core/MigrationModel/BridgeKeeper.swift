/// A Deployment at one site that leads its bridges to the pods or nodes of the other as these come and go,
/// whether or not anybody of ours is alive.
///
/// What reads the other site there, and what writes here, are accounts of their own with nothing but that.
package struct BridgeKeeper: Sendable, Hashable, Codable {
    /// What the objects at the site that it writes to are called.
    package static let name = "diolkos-keeper"
    /// What the objects at the site that it reads are called.
    package static let readerName = "diolkos-keeper-reader"

    /// The namespace, at both sites, of its accounts and of its pod.
    package var home: String
    /// The names whose bridges it keeps; sorted.
    package var names: [ServiceName]
    /// Whom of the other site it follows.
    package var follows: BridgeReach
    /// What its pod runs; it has `sh`, `awk` and `kubectl`.
    package var image: String
    /// The URL at which its pod reaches the API of the other site.
    package var api: String

    /// Takes at least one name.
    package init(
        home: String,
        names: [ServiceName],
        follows: BridgeReach,
        image: String,
        api: String
    ) {
        precondition(!names.isEmpty, "a keeper keeps something")
        self.home = home
        self.names = names
        self.follows = follows
        self.image = image
        self.api = api
    }

    /// The namespaces of the names; sorted.
    package var namespaces: [String] { Set(names.map(\.namespace)).sorted() }

    /// The Deployment.
    package var workload: WorkloadID {
        WorkloadID(kind: "Deployment", namespace: home, name: BridgeKeeper.name)
    }

    /// What lets it read the site that bridges lead to, in the order in which it is made.
    package var readerObjects: [ObjectReference] {
        let rights =
            switch follows {
            case .pods: roles(BridgeKeeper.readerName)
            case .nodes: clusterRoles
            }
        return [reference("v1", "ServiceAccount", BridgeKeeper.readerName)] + rights
            + [reference("v1", "Secret", BridgeKeeper.readerName)]
    }

    /// Nodes belong to no namespace; of several migrations each has rights of its own.
    private var clusterRoles: [ObjectReference] {
        ["ClusterRole", "ClusterRoleBinding"].map {
            ObjectReference(
                apiVersion: BridgeKeeper.rbac,
                kind: $0,
                namespace: nil,
                name: "\(BridgeKeeper.readerName)-\(home)"
            )
        }
    }

    /// What it is made of at the site of the bridges, in the order in which it is made.
    package var objects: [ObjectReference] {
        [reference("v1", "ServiceAccount", BridgeKeeper.name)] + roles(BridgeKeeper.name) + [
            reference("v1", "Secret", BridgeKeeper.name),
            reference("apps/v1", "Deployment", BridgeKeeper.name),
        ]
    }

    private static let rbac = "rbac.authorization.k8s.io/v1"

    private func roles(_ name: String) -> [ObjectReference] {
        ["Role", "RoleBinding"].flatMap { kind in
            namespaces.map {
                ObjectReference(
                    apiVersion: BridgeKeeper.rbac,
                    kind: kind,
                    namespace: $0,
                    name: name
                )
            }
        }
    }

    private func reference(_ apiVersion: String, _ kind: String, _ name: String) -> ObjectReference
    {
        ObjectReference(apiVersion: apiVersion, kind: kind, namespace: home, name: name)
    }
}
