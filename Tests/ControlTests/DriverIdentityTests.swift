import Foundation
import Testing

@testable import Composition

@Suite struct DriverIdentityTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("driver-\(UUID().uuidString)")

    private func write(_ name: String, _ text: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func identity(_ journal: String, machine: String, boot: String) -> String {
        DriverIdentity(journal: journal, host: "h", machinePath: machine, bootPath: boot).text
    }

    @Test func `one file at one machine is one driver, and any other machine or start is another`()
        throws
    {
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let journal = try write("run.journal", "records")
        let machine = try write("machine", "4f2c\n")
        let boot = try write("boot", "77aa\n")
        let here = identity(journal, machine: machine, boot: boot)
        #expect(here.hasPrefix("h:\(journal) ("))
        #expect(!here.contains("4f2c"), "the machine's identifier is not for others")
        #expect(identity(journal, machine: machine, boot: boot) == here)
        #expect(identity(journal, machine: try write("other", "9d\n"), boot: boot) != here)
        #expect(identity(journal, machine: machine, boot: try write("later", "88bb\n")) != here)
    }

    @Test func `a copy in the place of a journal is another driver where nothing else tells`()
        throws
    {
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let journal = try write("run.journal", "records")
        let before = identity(journal, machine: "/nowhere", boot: "/nowhere")
        #expect(identity(journal, machine: "/nowhere", boot: "/nowhere") == before)
        let copy = try write("copy", "records")
        #expect(rename(copy, journal) == 0)
        #expect(identity(journal, machine: "/nowhere", boot: "/nowhere") != before)
    }
}
