import Clocks
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import Foundation
import JSONValues
import KubernetesObjects
import LoadGenerator
import MigrationEngine
import MigrationFile
import MigrationModel
import Testing
import Twin
import YAMLDocuments

/// Estates that nobody here wrote, in the twin, all the way there, under load.
///
/// They lie beside the package, or where `DIOLKOS_ESTATES` says. Neither has an Ingress, so the test
/// gives their front one, and with it a route.
@Suite struct ForeignEstateTests {
    @Test(.enabled(if: ForeignEstate.sockShop.isThere, ForeignEstate.sockShop.absence))
    func `the sock shop crosses and loses no request`() async throws {
        try await Self.crosses(.sockShop)
    }

    @Test(.enabled(if: ForeignEstate.onlineBoutique.isThere, ForeignEstate.onlineBoutique.absence))
    func `the online boutique crosses without its load generator and loses no request`()
        async throws
    {
        try await Self.crosses(.onlineBoutique)
    }

    private static func crosses(_ estate: ForeignEstate) async throws {
        try await TwinMigration.with(
            try estate.manifests(),
            namespaces: [estate.namespace],
            edit: { $0.workloads = estate.exclusions },
            { migration in
                try await migration.begin(try await migration.plan())
                let report = try await underLoad(
                    of: 20,
                    to: [ForeignEstate.host],
                    port: migration.twin.world.ports.balancer,
                    time: migration.time
                ) {
                    let exit = try await migration.drive()
                    #expect(exit == .waiting(.crossed))
                }
                #expect(
                    report.failed == 0,
                    "\(migration.twin.world.counters.failures.joined(separator: "\n"))"
                )
                #expect(report.answered > 100)
                expectCrossed(migration, estate)
            }
        )
    }

    private static func expectCrossed(_ migration: TwinMigration, _ estate: ForeignEstate) {
        let pair = migration.twin.pair
        let names = pair.source.list(.deployments, namespace: estate.namespace)
            .compactMap(\.name).filter { !estate.excluded.contains($0) }
        #expect(!names.isEmpty)
        for name in names {
            let target = pair.target.get(.deployments, namespace: estate.namespace, name: name)
            let wanted = target?.at("spec", "replicas")?.int
            #expect(wanted ?? 0 > 0, "\(name)")
            #expect(target?.at("status", "readyReplicas")?.int == wanted, "\(name)")
        }
        #expect(migration.weights == ["\(ForeignEstate.host) 0/100"])
    }
}

/// A file of manifests that others wrote, and what the test adds to it.
struct ForeignEstate: Sendable {
    static let host = "front.example"

    static let sockShop = ForeignEstate(
        file: "sock-shop.yaml",
        namespace: "sock-shop",
        front: "front-end"
    )

    /// Its load generator would load it beside the test's own load, and is no service.
    static let onlineBoutique = ForeignEstate(
        file: "online-boutique.yaml",
        namespace: "boutique",
        front: "frontend",
        excluded: ["loadgenerator"]
    )

    static let all = [sockShop, onlineBoutique]

    let file: String
    let namespace: String
    /// The Service that people outside reach.
    let front: String
    var excluded: [String] = []

    /// What the migration file says of those that stay.
    var exclusions: [WorkloadRule] {
        excluded.map { name in
            WorkloadRule(
                workload: WorkloadID(kind: "Deployment", namespace: namespace, name: name),
                isExcluded: true
            )
        }
    }

    var isThere: Bool { FileManager.default.fileExists(atPath: url.path) }

    var absence: Comment { "skipped: there is no \(file) at \(Self.folder.path)" }

    private static var folder: URL {
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return ProcessInfo.processInfo.environment["DIOLKOS_ESTATES"].map(
            URL.init(fileURLWithPath:)
        )
            ?? package.deletingLastPathComponent().appendingPathComponent("shared/estates")
    }

    private var url: URL { Self.folder.appendingPathComponent(file) }

    /// The file's objects, with the namespace before them and an Ingress behind.
    func manifests() throws -> [JSON] {
        let text = try String(contentsOf: url, encoding: .utf8)
        let objects = try YAMLDocuments.parse(text, file: file).map(\.json)
            .filter { $0.kind != nil }
        let hasNamespace = objects.contains { $0.kind == "Namespace" && $0.name == namespace }
        return (hasNamespace ? [] : [namespaceManifest]) + objects + [entry]
    }

    private var namespaceManifest: JSON {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]
    }

    private var entry: JSON {
        let backend: JSON = ["service": ["name": .string(front), "port": ["number": 80]]]
        let path: JSON = ["path": "/", "pathType": "Prefix", "backend": backend]
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": "front", "namespace": .string(namespace)],
            "spec": ["rules": [["host": .string(Self.host), "http": ["paths": [path]]]]],
        ]
    }
}
