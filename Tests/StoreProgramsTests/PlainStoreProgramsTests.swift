import Foundation
import MigrationModel
import MigrationPorts
import SiteSupport
import StorePrograms
import Testing

/// What puts writers back without this program, run by bash.
@Suite struct PlainStoreProgramsTests {
    private let writer = StoreReading(acceptsWrites: true, follows: false, position: 5)
    private let copy = StoreReading(acceptsWrites: false, follows: false, position: 0)

    /// What is undone last comes first, as in a break-glass script.
    private func giveBack(_ files: FileStore) throws -> Int32 {
        let words = PlainStorePrograms(files.program)
        let lines =
            words.undo(.follow, of: files.store, at: .source, was: writer)
            + words.undo(.promote, of: files.store, at: .target, was: copy)
            + words.undo(.fence, of: files.store, at: .source, was: writer)
            + words.undo(.follow, of: files.store, at: .target, was: copy)
        try files.write((["set -eu"] + words.functions + lines).joined(separator: "\n"), to: "back")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [files.folder.appendingPathComponent("back").path]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// From wherever the writer was on its way; the target has had seven writes where it was promoted.
    @Test(
        arguments: [
            ("accepts alone 5", "refuses alone 0", 5), ("accepts alone 5", "refuses follows 5", 5),
            ("refuses alone 5", "refuses follows 5", 5), ("refuses alone 5", "accepts alone 7", 7),
            ("refuses follows 7", "accepts alone 7", 7),
            ("refuses follows 7", "refuses alone 7", 7),
        ]
    )
    func `the source accepts writes again and has all of them, wherever it was left`(
        _ source: String,
        _ target: String,
        _ writes: Int
    ) throws {
        let files = try FileStore()
        defer { files.remove() }
        try files.set(.source, source)
        try files.set(.target, target)
        #expect(try giveBack(files) == 0)
        #expect(try files.copy(.source) == "accepts alone \(writes)")
        #expect(try files.copy(.target).hasPrefix("refuses alone"))
        // Also where it accepted them all the time, for a fence that was cut off.
        #expect(try files.read("calls").contains("quietly promote source"))
        // And again.
        #expect(try giveBack(files) == 0)
        #expect(try files.copy(.source) == "accepts alone \(writes)")
    }

    @Test func `what was so before stays so`() throws {
        let files = try FileStore()
        defer { files.remove() }
        let words = PlainStorePrograms(files.program)
        let follower = StoreReading(acceptsWrites: false, follows: true, position: 5)
        let lines = words.undo(.follow, of: files.store, at: .target, was: follower)
        #expect(lines.count == 1 && lines[0].hasSuffix("/ledger quietly follow target"))
        #expect(lines[0].contains("DIOLKOS_TARGET_KUBECONFIG=/etc/there"))
        #expect(words.undo(.fence, of: files.store, at: .source, was: follower) == [])
        #expect(words.undo(.promote, of: files.store, at: .target, was: writer) == [])
        #expect(words.undo(.leave, of: files.store, at: .source, was: follower) == [])
    }
}
