import Clocks
import Composition
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import Simulation
import SiteSupport
import Testing
import Twin

/// Services that lead to pods and have no address, from their copies to the finish.
@Suite struct HeadlessFinishTests {
    /// Whom nobody calls who stays.
    private static let search = member("search")
    /// Whom `teller` calls, which stays.
    private static let ring = member("ring")
    private static let teller = DemoEstate.Service(
        namespace: "shop",
        name: "teller",
        calls: ["ring.shop"]
    )

    private static func member(_ name: String) -> DemoEstate.Service {
        DemoEstate.Service(namespace: "shop", name: name, replicas: 2, isStateful: true)
    }

    private static var manifests: [JSON] {
        DemoEstate.manifests(of: ShopServices.two + [search, ring, teller]).map { manifest in
            guard manifest.kind == "Service", ["search", "ring"].contains(manifest.name ?? "")
            else { return manifest }
            var service = manifest
            service.set("None", at: "spec", "clusterIP")
            return service
        }
    }

    private static func rule(_ name: String) -> WorkloadRule {
        WorkloadRule(
            workload: WorkloadID(kind: "StatefulSet", namespace: "shop", name: name),
            activation: .exclusive,
            podNames: "members call their own site only (Ann)"
        )
    }

    @Test
    func `finish deletes a headless Service with its pods, but where somebody who stays names it`()
        async throws
    {
        let stayer = WorkloadRule(
            workload: WorkloadID(kind: "Deployment", namespace: "shop", name: "teller"),
            isExcluded: true
        )
        try await TwinMigration.with(
            Self.manifests,
            namespaces: ["shop"],
            edit: { $0.workloads = [Self.rule("search"), Self.rule("ring"), stayer] },
            { migration in
                let (source, target) = (migration.twin.pair.source, migration.twin.pair.target)
                func service(_ name: String, at cluster: EmbeddedCluster) -> JSON? {
                    cluster.get(.services, namespace: "shop", name: name)
                }
                // But for the bridge to who stays, which stays too.
                var traces: [String] {
                    (SiteSnapshot(source).traces + SiteSnapshot(target).traces)
                        .filter { !$0.contains("shop/teller-") }
                }
                let before = try #require(service("ring", at: source))
                #expect(before.at("spec", "clusterIP") == "None")
                #expect(migration.endpoints(of: "search", at: source) == 2)

                try await migration.begin(try await migration.plan())
                #expect(try await migration.drive() == .waiting(.crossed))
                // Both lead to pods of their own site, and the source has none any more.
                #expect(service("search", at: source)?.at("spec", "selector") != nil)
                #expect(migration.endpoints(of: "search", at: source) == 0)
                #expect(migration.endpoints(of: "search", at: target) == 2)

                try await migration.run.submit(.finish)
                #expect(try await migration.drive() == .closed(.migrated))
                try await migration.settle { migration.endpoints(of: "search", at: source) == nil }

                #expect(service("search", at: source) == nil)
                for name in ["search", "ring"] {
                    #expect(source.get(.statefulSets, namespace: "shop", name: name) == nil)
                    let copy = try #require(service(name, at: target))
                    #expect(copy.at("spec", "clusterIP") == "None")
                    #expect(copy.at("spec", "selector") != nil)
                    #expect(migration.endpoints(of: name, at: target) == 2)
                }
                // It answers nobody any more, as the plan has said, and is the one that was there.
                let left = try #require(service("ring", at: source))
                #expect(left.uid == before.uid && left.spec == before.spec)
                #expect(migration.endpoints(of: "ring", at: source) == 0)
                #expect(source.get(.deployments, namespace: "shop", name: "teller") != nil)
                // Endpoints lose the marks that they have from their Service some time after it.
                try await migration.settle { traces == [] }
                #expect(traces == [])
            }
        )
    }
}

extension TwinMigration {
    /// How many ready endpoints a name has there; nil where it has no slice at all.
    fileprivate func endpoints(of name: String, at cluster: EmbeddedCluster) -> Int? {
        let slices = cluster.list(.endpointSlices).filter {
            $0.namespace == "shop" && $0.labels["kubernetes.io/service-name"] == name
        }
        guard !slices.isEmpty else { return nil }
        return slices.flatMap { $0["endpoints"]?.array ?? [] }
            .filter { $0.at("conditions", "ready") == true }.count
    }

    /// Lets controllers do what they have to do, and fails where they do not.
    fileprivate func settle(
        _ holds: () -> Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let deadline = time.uptime + .seconds(20)
        while !holds(), time.uptime < deadline { try await time.sleep(for: .milliseconds(50)) }
        #expect(holds(), sourceLocation: sourceLocation)
    }
}
