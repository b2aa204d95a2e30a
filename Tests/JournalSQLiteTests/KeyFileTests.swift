import Foundation
import JSONValues
import JournalSQLite
import MigrationModel
import Sealing
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct KeyFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.file("run.journal.key") }

    @Test func `a key lies beside its journal unless the environment names another place`() {
        #expect(KeyFile.path(journal: "/a/b", environment: [:]) == "/a/b.key")
        #expect(KeyFile.path(journal: "/a/b", environment: ["DIOLKOS_KEY_FILE": ""]) == "/a/b.key")
        #expect(KeyFile.path(journal: "/a/b", environment: ["DIOLKOS_KEY_FILE": "/k"]) == "/k")
    }

    @Test func `a key that was made is the one that is read`() throws {
        let made = try KeyFile.ensure(path)
        #expect(try KeyFile.load(path).reveal() == made.reveal())
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == ["run.journal.key"])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `a key that is there is used, and never replaced`() throws {
        let made = try KeyFile.ensure(path)
        #expect(try KeyFile.ensure(path).reveal() == made.reveal())
        try Data("no key".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: KeyFileError.self) { try KeyFile.ensure(path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "no key")
    }

    @Test func `what a death left in the middle of making a key is no hindrance`() throws {
        try Data("0123".utf8).write(to: URL(fileURLWithPath: path + ".new"))
        let made = try KeyFile.ensure(path)
        #expect(try KeyFile.load(path).reveal() == made.reveal())
    }

    @Test func `the links of a mounted Secret are followed`() throws {
        let data = folder.file("..2026_11_21")
        try FileManager.default.createDirectory(
            atPath: data,
            withIntermediateDirectories: false
        )
        let made = try KeyFile.ensure(data + "/key")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o400],
            ofItemAtPath: data + "/key"
        )
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("..data"),
            withDestinationPath: "..2026_11_21"
        )
        let key = folder.file("key")
        try FileManager.default.createSymbolicLink(
            atPath: key,
            withDestinationPath: "..data/key"
        )
        #expect(try KeyFile.ensure(key).reveal() == made.reveal())
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644])
    func `a key that others can read is refused`(mode: Int) throws {
        _ = try KeyFile.ensure(path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = #expect(throws: KeyFileError.self) { try KeyFile.load(path) }
        #expect(
            error?.description
                == "the key file \(path) cannot be used: others may read or change it. Make it "
                + "yours alone with `chmod 600`, or mount it with `defaultMode: 0400`"
        )
    }

    @Test(arguments: [
        "", "00", String(repeating: "g", count: 64) + "\n",
        String(repeating: "0", count: 64), String(repeating: "0", count: 65) + "\n",
    ])
    func `what is no key is refused without being shown`(content: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let error = #expect(throws: KeyFileError.self) { try KeyFile.load(path) }
        #expect(
            error?.problem == "it does not hold a key of 32 bytes, as 64 digits and a line break"
        )
    }

    @Test func `a folder, a pipe and a link to nowhere are no key files`() throws {
        let link = folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nowhere")
        #expect(throws: KeyFileError.self) { try KeyFile.load(link) }
        #expect(throws: KeyFileError.self) { try KeyFile.ensure(link) }
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: KeyFileError.self) { try KeyFile.load(pipe) }
        #expect(throws: KeyFileError.self) { try KeyFile.load(folder.path) }
        #expect(throws: KeyFileError.self) { try KeyFile.load(folder.file("absent")) }
    }

    @Test func `a sealed value opens only with its key, run and context`() throws {
        let seals = SealedBeforeImages(keyPath: path, run: RunID("run-1"))
        #expect(!FileManager.default.fileExists(atPath: path), "made before it is needed")
        let secret = JSON.object(["password": .string("open sesame")])
        let sealed = try seals.seal(Secret(secret), context: "step-1")
        #expect(try seals.open(sealed, context: "step-1").reveal() == secret)
        let bytes = try #require(Data(base64Encoded: sealed))
        #expect(bytes.range(of: Data("sesame".utf8)) == nil)

        let doesNotOpen = SealedTextError.doesNotOpen(keyPath: path)
        #expect(throws: doesNotOpen) { try seals.open(sealed, context: "step-2") }
        let otherRun = SealedBeforeImages(keyPath: path, run: RunID("run-2"))
        #expect(throws: doesNotOpen) { try otherRun.open(sealed, context: "step-1") }
        let other = SealedBeforeImages(keyPath: folder.file("other.key"), run: RunID("run-1"))
        _ = try other.seal(Secret(secret), context: "step-1")
        #expect(throws: SealedTextError.self) { try other.open(sealed, context: "step-1") }
        #expect(throws: SealedTextError.notBase64) {
            try seals.open("not base64!", context: "step-1")
        }
        var flipped = bytes
        flipped[flipped.count / 2] ^= 1
        let damaged = flipped.base64EncodedString()
        #expect(throws: doesNotOpen) { try seals.open(damaged, context: "step-1") }
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: KeyFileError.self) { try seals.open(sealed, context: "step-1") }
    }
}
