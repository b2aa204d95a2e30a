import Clocks
import Composition
import Foundation
import MigrationEngine
import MigrationModel
import MigrationPorts
import Testing

/// Journals that earlier versions of the program wrote, kept as they were.
///
/// `plan-N` has a plan of format N, and whoever raises the format keeps one of the new one here too. From
/// 5 on each is the file that `diolkos run` left when one service had crossed between the twin's sites.
/// Those of 1 to 4 were written by model, engine and journal of the last commit of their format (ed37627,
/// 174b64f, a508571, 45dc9c9), with a plan of six steps of which four were done.
@Suite struct JournalVersionTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Journals")

    @Test func `a journal of each version goes on, or is refused with the reason`() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".journal") }.sorted()
        #expect(names == (1...Plan.formatVersionCurrent).map { "plan-\($0).journal" }.sorted())
        for name in names {
            let version = try #require(name.firstMatch(of: /plan-([0-9]+)/).flatMap { Int($0.1) })
            let outcome = try await outcome(of: name)
            if version == Plan.formatVersionCurrent {
                let state = try outcome.get()
                #expect(state.plan.formatVersion == version)
                #expect(state.isCrossed)
                #expect(decide(state) == [.wait(.crossed)])
                #expect(state.refusal(of: .rollback) == nil)
            } else {
                let reason =
                    "its plan is of format \(version), this program reads "
                    + "\(Plan.formatVersionCurrent). End the run with the version of diolkos that "
                    + "began it"
                #expect(throws: JournalError.unreadable(problem: reason)) { try outcome.get() }
            }
        }
    }

    /// What opening a copy of it comes to: reading leaves files beside it.
    private func outcome(of name: String) async throws -> Result<RunState, any Error> {
        let copy = FileManager.default.temporaryDirectory
            .appendingPathComponent("diolkos-version-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: copy) }
        let path = copy.appendingPathComponent(name)
        try FileManager.default.copyItem(
            at: Self.folder.appendingPathComponent(name),
            to: path
        )
        do {
            let run = MigrationRun(journal: path.path, environment: [:], time: SystemTime())
            return .success(try await run.state())
        } catch {
            return .failure(error)
        }
    }
}
