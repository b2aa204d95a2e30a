import MigrationFile
import MigrationModel
import Testing

/// What a migration file says of stores.
@Suite struct FileStoreTests {
    private func file(_ stores: String, workloads: String = "[]") throws -> MigrationFile {
        let document = """
            apiVersion: diolkos.dev/v1alpha1
            kind: Migration
            metadata: {name: shop}
            spec:
              source: {context: here}
              target: {context: there}
              namespaces: [shop]
              traffic: {provider: twin, twin: {url: "http://127.0.0.1:8081"}}
              workloads: \(workloads)
              stores: \(stores)
            """
        return try MigrationFile.parse(Array(document.utf8))
    }

    private func mistakes(_ stores: String, workloads: String = "[]") -> String {
        do {
            return "\(try file(stores, workloads: workloads).stores)"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a name, a workload and a program are enough`() throws {
        let rule = try #require(
            try file("[{name: ledger, workload: shop/ledger, program: [./ledger, -q]}]").stores
                .first
        )
        #expect(rule.store.name == "ledger" && rule.store.program == ["./ledger", "-q"])
        #expect(rule.store.workload.name == "ledger" && rule.store.workload.kind == "Deployment")
        #expect(rule.store.behindMax == 0 && rule.store.timeoutMilliseconds == 30_000)
        #expect(rule.joinMax == .seconds(3_600) && rule.pauseMax == .seconds(60))
        #expect(!rule.isApproved)
    }

    @Test func `everything else can be said`() throws {
        let rule = try #require(
            try file(
                "[{name: ledger, workload: shop/ledger, kind: StatefulSet, program: [/bin/ledger], "
                    + "behindMax: 4096, timeout: 5s, join: 2h, pause: 20s, approval: true}]"
            ).stores.first
        )
        #expect(rule.store.workload.kind == "StatefulSet")
        #expect(rule.store.behindMax == 4_096 && rule.store.timeoutMilliseconds == 5_000)
        #expect(rule.joinMax == .seconds(7_200) && rule.pauseMax == .seconds(20))
        #expect(rule.isApproved)
    }

    @Test func `a kind that is not written is the one that there is`() throws {
        let set = WorkloadID(kind: "StatefulSet", namespace: "shop", name: "ledger")
        let rule = try file("[{name: ledger, workload: shop/ledger, program: [./l]}]")
            .resolved(among: [set])
        #expect(rule.store(of: set)?.store.name == "ledger")
    }

    @Test func `what is missing, twice or excluded is told with its place`() {
        #expect(
            mistakes("[{name: ledger, workload: shop/ledger}]").contains("spec.stores[0].program")
        )
        let twice = mistakes(
            "[{name: a, workload: shop/a, program: [./a]}, {name: a, workload: shop/a, program: [./a]}]"
        )
        #expect(twice.contains("the store \"a\" stands twice"))
        #expect(twice.contains("shop/a keeps another store already"))
        #expect(
            mistakes(
                "[{name: a, workload: shop/a, program: [./a]}]",
                workloads: "[{name: shop/a, exclude: true}]"
            ).contains("the workload is excluded, so it never crosses")
        )
        #expect(
            mistakes("[{name: a, workload: shop/a, program: [./a], pause: 3h}]")
                .contains("spec.stores[0].pause")
        )
    }
}
