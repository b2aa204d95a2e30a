import Foundation

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

    /// Asks it to end and waits.
    func interrupt() -> Int32 {
        process.interrupt()
        return wait()
    }

    /// Its exit status, or the signal that ended it as a negative number.
    func wait() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
            ? -process.terminationStatus : process.terminationStatus
    }
}
