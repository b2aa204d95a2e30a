import Foundation
import JSONValues
import JournalSQLite
import MigrationModel
import Sealing
import Testing

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
        let made = try KeyFile.create(path)
        #expect(try KeyFile.load(path).reveal() == made.reveal())
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `a key is never made over a file that is there`() throws {
        let made = try KeyFile.create(path)
        let error = #expect(throws: KeyFileError.self) { try KeyFile.create(path) }
        #expect(error?.problem == "File exists")
        #expect(try KeyFile.load(path).reveal() == made.reveal())
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644])
    func `a key that others can read is refused`(mode: Int) throws {
        _ = try KeyFile.create(path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let error = #expect(throws: KeyFileError.self) { try KeyFile.load(path) }
        #expect(
            error?.description
                == "the key file \(path) cannot be used: others may read or change it; make it "
                + "yours alone with `chmod 600`"
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
        #expect(error?.problem == "it does not hold a key of 32 bytes")
    }

    @Test func `a link and a folder are no key files`() throws {
        _ = try KeyFile.create(path)
        let link = folder.file("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(throws: KeyFileError.self) { try KeyFile.load(link) }
        #expect(throws: KeyFileError.self) { try KeyFile.load(folder.path) }
        #expect(throws: KeyFileError.self) { try KeyFile.load(folder.file("absent")) }
    }

    @Test func `a sealed value opens only with its key, run and context`() throws {
        let key = try KeyFile.create(path)
        let seals = SealedBeforeImages(key: key, run: RunID("run-1"))
        let secret = JSON.object(["password": .string("open sesame")])
        let sealed = try seals.seal(Secret(secret), context: "step-1")
        #expect(try seals.open(sealed, context: "step-1").reveal() == secret)
        let bytes = try #require(Data(base64Encoded: sealed))
        #expect(bytes.range(of: Data("sesame".utf8)) == nil)

        #expect(throws: (any Error).self) { try seals.open(sealed, context: "step-2") }
        let otherRun = SealedBeforeImages(key: key, run: RunID("run-2"))
        #expect(throws: (any Error).self) { try otherRun.open(sealed, context: "step-1") }
        let otherKey = try KeyFile.create(folder.file("other.key"))
        let other = SealedBeforeImages(key: otherKey, run: RunID("run-1"))
        #expect(throws: (any Error).self) { try other.open(sealed, context: "step-1") }
        #expect(throws: SealedTextError.self) { try seals.open("not base64!", context: "step-1") }
        var flipped = bytes
        flipped[flipped.count / 2] ^= 1
        let damaged = flipped.base64EncodedString()
        #expect(throws: (any Error).self) { try seals.open(damaged, context: "step-1") }
    }
}
