import Clocks
import Foundation
import Testing

/// The built program, run as a process of its own.
final class Program {
    private let process = Process()
    private let output: URL

    /// Nil when the program was not built beside the tests.
    static var path: String? {
        let folder = ProcessInfo.processInfo.arguments.first
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        let candidates = [folder.map { $0 + "/diolkos" }, ".build/debug/diolkos"]
        return candidates.compactMap { $0 }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static let absence: Comment = "skipped: the program is not built beside the tests"

    init(_ path: String, _ arguments: [String], in folder: URL, crashAt: String? = nil) throws {
        output = folder.appendingPathComponent("\(arguments[0])-\(UUID().uuidString).out")
        try Data().write(to: output)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["DIOLKOS_CRASH_AT"] = crashAt
        process.environment = environment
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// What it printed so far.
    var text: String {
        guard let data = FileManager.default.contents(atPath: output.path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    var isRunning: Bool { process.isRunning }

    var id: Int32 { process.processIdentifier }

    /// Ends it at once, wherever it is.
    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Stops it as it stands, as a person does who presses Ctrl-Z: it does not notice.
    func freeze() { Foundation.kill(process.processIdentifier, SIGSTOP) }

    /// Lets it go on from where it was stopped.
    func wake() { Foundation.kill(process.processIdentifier, SIGCONT) }

    /// Asks it to end, as an init system does.
    func terminate() { Foundation.kill(process.processIdentifier, SIGTERM) }

    /// Its exit status, or the signal that ended it as a negative number.
    ///
    /// One that does not end in time is killed, and that is an issue.
    func ended(within limit: Duration = .seconds(120)) async throws -> Int32 {
        let time = SystemTime()
        let deadline = time.uptime + limit
        while process.isRunning {
            if time.uptime > deadline {
                Issue.record("\(process.arguments ?? []) did not end within \(limit): \(text)")
                kill()
                break
            }
            try await time.sleep(for: .milliseconds(20))
        }
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? -process.terminationStatus : process.terminationStatus
    }

    /// Asks it to end, and tells how it did.
    func interrupted() async throws -> Int32 {
        if process.isRunning { process.interrupt() }
        return try await ended(within: .seconds(60))
    }
}
