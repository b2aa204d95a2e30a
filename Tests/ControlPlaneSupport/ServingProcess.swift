import Clocks
import Foundation
import JSONValues

/// A second run of this very program that serves something, so that what it holds is not counted as
/// ours.
package final class ServingProcess {
    private let process: Process
    private let file: URL

    /// Starts it with `serve`, the arguments, and the file in which it tells where it serves.
    package init(_ arguments: String...) throws {
        file = FileManager.default.temporaryDirectory
            .appendingPathComponent("bench-\(ProcessInfo.processInfo.processIdentifier)")
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["serve"] + arguments + [file.path]
        try process.run()
    }

    /// What it tells as soon as it serves.
    ///
    /// - Throws: when it ends without a word.
    package func told() async throws -> JSON {
        while process.isRunning {
            if let data = FileManager.default.contents(atPath: file.path) {
                return try JSON.parse(Array(data))
            }
            try await SystemTime().sleep(for: .milliseconds(100))
        }
        throw ServingProblem(description: "the serving process ended")
    }

    /// Ends it, and waits for its end.
    package func stop() throws {
        process.terminate()
        process.waitUntilExit()
        if FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.removeItem(at: file)
        }
    }

    /// Lets whoever started this process know where it serves.
    package static func tell(_ told: JSON, in file: String) {
        do {
            try Data(told.encoded()).write(to: URL(fileURLWithPath: file), options: .atomic)
        } catch {
            print("  \(file) cannot be written: \(error)")
        }
    }
}

/// Why nobody serves.
private struct ServingProblem: Error, CustomStringConvertible {
    let description: String
}

/// What this process needs of the machine.
package enum PeakMemory {
    /// The most memory that it ever had, in MiB; nil where the system does not say.
    package static var mebibytes: Int? {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else {
            return nil
        }
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("VmHWM:") }
        return line?.split { !$0.isNumber }.first.flatMap { Int($0) }.map { $0 / 1024 }
    }
}
