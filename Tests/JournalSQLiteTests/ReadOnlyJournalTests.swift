import Clocks
import Foundation
import JournalSQLite
import JournalSupport
import MigrationModel
import MigrationPorts
import Testing

/// Journals that may be read and not written, as a user meets them who is not root.
@Suite struct ReadOnlyJournalTests {
    enum Place: CaseIterable {
        case file
        case folder
    }

    @Test(
        .enabled(
            if: OrdinaryUser.reaches(FileManager.default.temporaryDirectory.path),
            "skipped: only root reaches the folder of temporary files"
        ),
        arguments: Place.allCases
    )
    func `a journal that may not be written is refused with place and remedy, and stays as it is`(
        _ place: Place
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("run.journal")
        let run = RunID("run-1")
        do {
            let journal = try await JournalSQLite.create(at: path, run: run, time: ManualTime())
            _ = try await journal.append([try JournalSamples.opened(run: run)], after: 0, epoch: 0)
            try journal.close()
        }
        // Whoever began the run has left the lock, so it is not what fails.
        #expect(chmod(path + ".lock", 0o666) == 0)
        #expect(chmod(path, place == .file ? 0o444 : 0o666) == 0)
        #expect(chmod(folder.path, place == .folder ? 0o555 : 0o777) == 0)
        defer { chmod(folder.path, 0o755) }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))

        let named = place == .file ? path : "its folder \(folder.path)"
        for access in [JournalSQLite.Access.driving, .commanding] {
            let error = OrdinaryUser.does { () -> JournalError? in
                do throws(JournalError) {
                    _ = try JournalSQLite.open(at: path, for: access, time: ManualTime())
                    return nil
                } catch {
                    return error
                }
            }
            #expect(
                error?.description
                    == "the journal cannot be written: \(named): Permission denied. Run as the user "
                    + "who began the run, or make the file and its folder writable again; nothing "
                    + "was changed."
            )
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
        #expect(chmod(path, 0o644) == 0)
        #expect(chmod(folder.path, 0o755) == 0)
        let again = try JournalSQLite.open(at: path, for: .driving, time: ManualTime())
        #expect(try await again.load().count == 1)
    }
}

/// What somebody may do who is not root, also where tests run as root.
enum OrdinaryUser {
    /// Makes one thread's requests for files those of another user, as `setfsuid(2)` has it: Linux
    /// alone has it, and no module of Swift's shows it.
    private typealias SetUser = @convention(c) (UInt32) -> Int32

    private static let nobody: UInt32 = 65_534

    /// `body` must not leave its thread.
    static func does<Result>(_ body: () -> Result) -> Result {
        guard geteuid() == 0, let symbol = dlsym(nil, "setfsuid") else { return body() }
        let setUser = unsafeBitCast(symbol, to: SetUser.self)
        _ = setUser(nobody)
        defer { _ = setUser(0) }
        return body()
    }

    static func reaches(_ folder: String) -> Bool {
        (geteuid() != 0 || dlsym(nil, "setfsuid") != nil)
            && does { faccessat(AT_FDCWD, folder, X_OK, AT_EACCESS) == 0 }
    }
}
