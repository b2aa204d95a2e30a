import EmbeddedAPI
import Foundation
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import Testing
import Twin
import YAMLDocuments

/// Estates that nobody here wrote, in the twin, all the way there.
///
/// They lie beside the package, or where `DIOLKOS_ESTATES` says; without them there is nothing to
/// test.
@Suite struct ForeignEstateTests {
    @Test func `the sock shop crosses`() async throws {
        guard let estate = try Self.estate("sock-shop.yaml") else { return }
        try await Self.crosses(estate, namespace: "sock-shop")
    }

    @Test func `the online boutique crosses without its load generator`() async throws {
        guard var estate = try Self.estate("online-boutique.yaml") else { return }
        estate.insert(
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "boutique"]],
            at: 0
        )
        try await Self.crosses(estate, namespace: "boutique", without: ["loadgenerator"])
    }

    private static func crosses(
        _ estate: [JSON],
        namespace: String,
        without excluded: [String] = []
    ) async throws {
        try await TwinMigration.with(
            estate,
            namespaces: [namespace],
            edit: { file in
                file.workloads = excluded.map { name in
                    WorkloadRule(
                        workload: WorkloadID(
                            kind: "Deployment",
                            namespace: namespace,
                            name: name
                        ),
                        isExcluded: true
                    )
                }
            },
            { migration in
                let plan = try await migration.plan()
                try await migration.begin(plan)
                #expect(try await migration.drive() == .waiting(.crossed))
                let pair = migration.twin.pair
                let names = pair.source.list(.deployments, namespace: namespace)
                    .compactMap(\.name).filter { !excluded.contains($0) }
                #expect(!names.isEmpty)
                for name in names {
                    let target = pair.target.get(.deployments, namespace: namespace, name: name)
                    let wanted = target?.at("spec", "replicas")?.int
                    #expect(wanted ?? 0 > 0, "\(name)")
                    #expect(target?.at("status", "readyReplicas")?.int == wanted, "\(name)")
                }
            }
        )
    }

    /// The objects of a file of manifests; nil, and a line that says so, where there is none.
    private static func estate(_ name: String) throws -> [JSON]? {
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["DIOLKOS_ESTATES"].map(URL.init(fileURLWithPath:))
            ?? package.deletingLastPathComponent().appendingPathComponent("shared/estates")
        let file = folder.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: file.path) else {
            print("skipped: there is no \(name) at \(folder.path)")
            return nil
        }
        let text = try String(contentsOf: file, encoding: .utf8)
        return try YAMLDocuments.parse(text, file: name).map(\.json)
            .filter { $0.kind != nil }
    }
}
