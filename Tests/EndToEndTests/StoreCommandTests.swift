import Foundation
import MigrationModel
import Simulation
import SiteSupport
import Testing
import Twin

/// A store's program, called by the program that people run.
@Suite struct StoreCommandTests {
    /// A migration whose `ledger` keeps the store of these files.
    private static func with(
        _ body: (TwinSession, FileStore) async throws -> Void
    ) async throws {
        let files = try FileStore()
        defer { files.remove() }
        let ledger = DemoEstate.Service(namespace: "shop", name: "ledger", isStateful: true)
        try await TwinSession.with(ShopServices.two + [ledger]) { session in
            let file = session.folder.appendingPathComponent("m.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let program = files.folder.appendingPathComponent("ledger").path
            let stores = """
                spec:
                  stores:
                    - name: ledger
                      workload: shop/ledger
                      kind: StatefulSet
                      program: [\(program), quietly]
                """
            try Data(text.replacing("spec:", with: stores, maxReplacements: 1).utf8).write(to: file)
            try await body(session, files)
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `its writer changes sides and comes back by the program that the file names`()
        async throws
    {
        try await Self.with { session, files in
            let before = try await session.snapshots()
            let plan = try await session.run("plan", "--summary")
            #expect(plan.code == 0, "\(plan.text)")
            #expect(try files.read("calls") == "", "a plan asks nothing")
            let run = try await session.run("run")
            #expect(run.code == 0, "\(run.text)")
            #expect(try files.copy(.target) == "accepts alone 5")
            #expect(try files.copy(.source) == "refuses follows 5")
            let calls = try files.read("calls").split(separator: "\n")
            #expect(calls.allSatisfy { $0.hasPrefix("ledger twin-source twin-target quietly ") })
            // Five more are written at the target, and come back.
            try files.set(.target, "accepts alone 10")
            let back = try await session.run("rollback")
            #expect(back.code == 0, "\(back.text)")
            #expect(try files.copy(.source) == "accepts alone 10")
            #expect(try files.copy(.target) == "refuses alone 10")
            let after = try await session.snapshots()
            #expect(before.source.differences(to: after.source) == [])
            #expect(before.target.differences(to: after.target) == [])
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `one that cannot follow is told while nothing has moved, and tried again when asked`()
        async throws
    {
        try await Self.with { session, files in
            try files.write("3", to: "fails-follow")
            #expect(try await session.run("plan", "--summary").code == 0)
            let run = try await session.run("run")
            #expect(run.code == 3, "\(run.text)")
            #expect(run.text.contains("stores/ledger/follow-at-target"), "\(run.text)")
            #expect(try files.copy(.source) == "accepts alone 5")
            let crossing = try await session.journal().filter {
                if case .intent(let step, _, _) = $0.entry {
                    step.text.hasPrefix("workloads/shop/home/")
                } else {
                    false
                }
            }
            #expect(crossing.isEmpty)
            try FileManager.default.removeItem(
                at: files.folder.appendingPathComponent("fails-follow")
            )
            let again = try await session.run("resume")
            #expect(again.code == 0, "\(again.text)")
            #expect(try files.copy(.target) == "accepts alone 5")
        }
    }
}
