import Clocks
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationFile
import MigrationModel
import Rehearsing
import SiteSupport
import Testing
import Twin

/// Everything was copied before, and what the file says has changed some of it on its way.
@Suite struct CopiedRehearsalTests {
    private static func file() -> MigrationFile {
        var file = SmallShop.file()
        file.copy.transforms.patches = [
            CopyPatch(
                kind: "configmaps",
                name: "settings",
                operations: [["op": "move", "from": "/data/region", "path": "/data/home-region"]]
            ),
            CopyPatch(
                kind: "secrets",
                name: "credentials",
                operations: [["op": "replace", "path": "/data/token", "value": "ZmFy"]]
            ),
        ]
        return file
    }

    private static func cluster(_ name: String) -> EmbeddedCluster {
        EmbeddedCluster(
            time: SystemTime(),
            identifiers: CountedIdentifiers(name).next,
            seed: 1
        )
    }

    private static func client(_ cluster: EmbeddedCluster) -> KubernetesClient {
        KubernetesClient(transport: InProcessTransport(cluster), time: SystemTime())
    }

    /// Copies everything, lets somebody at the target, and reads both sites.
    private static func exports(
        _ file: MigrationFile,
        _ meanwhile: (EmbeddedCluster) throws -> Void = { _ in }
    ) async throws -> (source: SiteExport, target: SiteExport) {
        let (source, target) = (cluster("source"), cluster("target"))
        for manifest in DemoEstate.manifests(of: ShopServices.two) {
            try source.load(manifest, manager: "pipeline")
        }
        let sites = [source, target].map { ClusterSource(name: "site", client: client($0)) }
        let plan = try await CopyMaking(file.copyRule(), from: sites[0], to: sites[1]).make()
        let summary = await CopyRun(plan, target: client(target), time: SystemTime()).perform()
        #expect(summary.failures.map(\.key) == [])
        #expect(summary.created > 5)
        try meanwhile(target)
        return (
            try await SiteExport.read(sites[0], namespaces: ["shop"]),
            try await SiteExport.read(sites[1], namespaces: ["shop"])
        )
    }

    @Test func `copies are taken over, and compared with what a copy would make of them now`()
        async throws
    {
        let file = Self.file()
        let (source, target) = try await Self.exports(file)
        var settings = RehearsalSettings()
        settings.schedules = 12
        let report = try await Rehearsal(file, source: source, target: target, settings: settings)
            .run()
        #expect(report.isSafe, "\(RehearsalText.lines(of: report).joined(separator: "\n"))")
        #expect(report.crossedAt != nil)
        let steps = report.plan.steps
        #expect(steps.contains { $0.summary.hasPrefix("Take over Deployment shop/home") })
        let compared = steps.flatMap(\.gatesBefore).flatMap { condition in
            if case .configuredAsCopied(_, _, let configuration) = condition {
                configuration
            } else {
                [CopiedConfiguration]()
            }
        }
        // A key that stands here is not looked at.
        #expect(
            Set(compared.map { "\($0.reference) \($0.keysApart)" }) == [
                "ConfigMap shop/settings []", "Secret shop/credentials []",
            ]
        )
    }

    @Test func `what somebody has made of a copy is in the way of a rehearsal as it is of a run`()
        async throws
    {
        let file = Self.file()
        let (source, target) = try await Self.exports(file) { cluster in
            try cluster.mutate(.deployments, namespace: "shop", name: "home", manager: "kubectl") {
                $0.set(7, at: "spec", "minReadySeconds")
            }
        }
        let error = await #expect(throws: RehearsalProblem.self) {
            try await Rehearsal(file, source: source, target: target).run()
        }
        #expect(
            error?.description.contains(
                "others have changed it at the target since: .spec.minReadySeconds (kubectl)"
            ) == true,
            "\(error?.description ?? "")"
        )
    }
}
