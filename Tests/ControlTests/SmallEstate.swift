import Clocks
import EmbeddedNodes
import EmbeddedSites
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationFile
import MigrationModel
import Twin

/// What the rollbacks carry to and fro: little, of every kind that crosses, with values that nobody
/// would choose by default.
enum SmallEstate {
    private static let services = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["basket.shop"],
            host: "home.example",
            replicas: 2,
            hasDisruptionBudget: true
        ),
        DemoEstate.Service(namespace: "shop", name: "basket", replicas: 3, isAutoscaled: true),
    ]

    private static let targetManifests: [JSON] = [
        [
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": ["name": "shop", "labels": ["team": "newcomers"]],
        ],
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "of-the-target", "namespace": "shop"],
            "data": ["stays": "here"],
        ],
    ]

    /// The estate at the source, ready to move; the balancer has weights of its own.
    ///
    /// With `isTargetInhabited` the target has the namespace already, with an object of its own;
    /// otherwise the migration makes it.
    static func withMigration(
        time: any TimeSource = SystemTime(),
        isTargetInhabited: Bool = false,
        audit: AuditLog.Sink? = nil,
        observers: @escaping @Sendable (SiteRole) -> KubernetesClient.Observer = { _ in .init() },
        edit: @Sendable (inout MigrationFile) -> Void = { _ in },
        _ body: @escaping @Sendable (TwinMigration) async throws -> Void
    ) async throws {
        let manifests = DemoEstate.manifests(of: services).map { manifest -> JSON in
            guard manifest.kind == "Service" else { return manifest }
            var service = manifest
            service.annotations["shop.example/owner"] = "the team of \(manifest.name ?? "")"
            return service
        }
        try await TwinMigration.with(
            manifests,
            atTarget: isTargetInhabited ? targetManifests : [],
            namespaces: ["shop"],
            time: time,
            audit: audit,
            observers: observers,
            edit: edit
        ) { migration in
            try migration.twin.world.balancer.setWeights(source: 173, target: 0, on: "home.example")
            try await body(migration)
        }
    }
}
