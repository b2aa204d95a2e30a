import Clocks
import Composition
import Foundation
import JSONValues
import MigrationModel
import Simulation
import SiteSupport
import Testing

/// Traffic first, as people ask for it at night.
@Suite struct RollbackNowTests {
    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `traffic goes back first, from the middle and from the end, and no request fails`()
        async throws
    {
        try await TwinSession.with(ShopServices.three, soak: "2s") { session in
            let before = try await session.snapshots()
            try await session.underLoad(rate: 40) {
                try await fromTheMiddle(session)
                try await expectTrafficFirst(session, "from the middle")
                try session.putJournalAside()
                try await fromTheEnd(session)
                try await expectTrafficFirst(session, "from the end")
            }
            let after = try await session.snapshots()
            #expect(before.source.differences(to: after.source) == [])
            #expect(before.target.differences(to: after.target) == [])
        }
    }

    /// While a weight soaks, with a driver that lives.
    private func fromTheMiddle(_ session: TwinSession) async throws {
        #expect(try await session.run("plan", "--summary").code == 0)
        let driver = try session.start("run")
        try await session.eventually("half of the route has moved") {
            let weight = StepID("routes/home.example/weight-50")
            return try await session.journal().contains {
                if case .done(weight, _, _) = $0.entry { true } else { false }
            }
        }
        let order = try await session.run("rollback", "--now")
        #expect(order.code == 0, "\(order.text)")
        #expect(
            order.text.hasPrefix(
                "Then at once: 1 route back to the source.\n"
                    + "Asked the driver to rollback --now: process \(driver.id)"
            ),
            "\(order.text)"
        )
        #expect(try await driver.ended() == 0, "\(driver.text)")
        #expect(driver.text.hasSuffix("Everything is as it was before.\n"), "\(driver.text)")
        let again = try await session.run("rollback", "--now")
        #expect(again.code == 2)
    }

    /// When the sources are empty, and nobody drives.
    private func fromTheEnd(_ session: TwinSession) async throws {
        #expect(try await session.run("plan", "--summary").code == 0)
        #expect(try await session.run("run").code == 0)
        let order = try await session.run("rollback", "--now")
        #expect(order.code == 0, "\(order.text)")
        #expect(
            order.text.hasPrefix(
                "First: Give it its recorded replicas back and wait until they are ready "
                    + "(workloads/shop/home/source-to-zero)\n"
                    + "Then at once: 1 route back to the source.\n"
            ),
            "\(order.text)"
        )
    }

    /// What the journal says of the order; how long it took is printed and not judged.
    private func expectTrafficFirst(_ session: TwinSession, _ what: String) async throws {
        let records = try await session.journal()
        let ordered = try #require(
            records.firstIndex { $0.entry == .command(.rollbackNow) }
        )
        let back = records[ordered...]
        let weightLast = try #require(
            back.lastIndex {
                if case .undone(let step, _) = $0.entry {
                    step.text.contains("/weight-")
                } else {
                    false
                }
            }
        )
        for record in back[..<weightLast] {
            guard case .undoIntent(let step, _) = record.entry else { continue }
            let isTraffic =
                step.text.contains("/weight-") || step.text == "workloads/shop/home/source-to-zero"
            #expect(isTraffic, "\(step) was undone before all traffic was back")
        }
        print(
            "\(what): ordered at \(records[ordered].writtenAt), all routes seen at the source at "
                + "\(records[weightLast].writtenAt), everything back at "
                + "\(records.last?.writtenAt ?? "")"
        )
    }
}

extension TwinSession {
    /// All that the journal holds, whoever drives.
    func journal() async throws -> [JournalRecord] {
        let path = folder.appendingPathComponent("m.journal").path
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try await MigrationRun(journal: path, environment: [:], time: SystemTime()).records()
    }
}
