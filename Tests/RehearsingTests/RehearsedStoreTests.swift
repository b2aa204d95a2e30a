import JSONValues
import KubernetesObjects
import MigrationFile
import MigrationModel
import Rehearsing
import SiteSupport
import Testing
import Twin

/// The writer of a store changes sides in a rehearsal.
@Suite struct RehearsedStoreTests {
    /// Nobody calls the program.
    private static let store = Store(
        name: "books",
        workload: WorkloadID(kind: "StatefulSet", namespace: "shop", name: "ledger"),
        program: ["./no-program"],
        behindMax: 100
    )
    private static let ledger = [
        DemoEstate.Service(namespace: "shop", name: "ledger", isStateful: true)
    ]

    private static func file() -> MigrationFile {
        var file = SmallShop.file()
        file.stores = [StoreRule(store: store)]
        return file
    }

    @Test func `a store's writer is moved as the file says, and how long nobody can write is told`()
        async throws
    {
        let estate = DemoEstate.manifests(of: ShopServices.three + Self.ledger)
        let export = try await SmallShop.export(beside: estate)
        let report = try await SmallShop.report(Self.file(), export, schedules: 2)
        #expect(report.isSafe, "\(RehearsalText.lines(of: report).joined(separator: "\n"))")
        let pause = try #require(report.stores.first)
        #expect(
            report.stores.count == 1 && pause.store == "books"
                && pause.workload == Self.store.workload
        )
        // Each of both turns gives proxies a second twice.
        let length = pause.end - pause.begin
        #expect(length >= .seconds(4) && length < .seconds(20), "\(length)")
        #expect(
            RehearsalText.lines(of: report).contains {
                $0.hasPrefix("  store books: nobody can write for ")
            }
        )
        #expect(report.json["stores"]?.array?.first?["store"] == "books")
        let page = RehearsalPage.html(of: report)
        #expect(page.contains("<title>nobody can write to books for "))
    }

    @Test func `volumes that a store's pods get at the target stay, and are no trace of a run`()
        async throws
    {
        let manifests = DemoEstate.manifests(of: ShopServices.two + Self.ledger).map { manifest in
            guard manifest.kind == "StatefulSet" else { return manifest }
            var set = manifest
            let claim: JSON = [
                "metadata": ["name": "data"],
                "spec": [
                    "accessModes": ["ReadWriteOnce"],
                    "resources": ["requests": ["storage": "1Gi"]],
                ],
            ]
            set.set([claim], at: "spec", "volumeClaimTemplates")
            return set
        }
        let report = try await SmallShop.report(
            Self.file(),
            try await SmallShop.export(beside: manifests),
            schedules: 4
        )
        #expect(report.isSafe, "\(RehearsalText.lines(of: report).joined(separator: "\n"))")
        // The namespace that the run had made stays around them.
        #expect(report.asItWasBefore > 0 && report.asItWasBefore + report.migrated == 4)
    }
}
