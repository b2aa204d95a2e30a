import Foundation
import JSONValues
import Synchronization

/// One run of a program to its end, with what it wrote.
struct ToolRun: Sendable, CustomStringConvertible {
    let status: Int32
    let output: String
    let problems: String

    var description: String { "status \(status)\n\(output)\(problems)" }

    /// The words of each line.
    var rows: [[String]] {
        output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }
}

/// A program that the tests drive, if it is there.
struct Tool: Sendable {
    /// The folder of the package.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    let path: String
    var environment: [String: String] = [:]

    /// Every `kubectl` at hand: the one that `Scripts/install` unpacks, and those on the path.
    static let kubectls: [Tool] = {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        // Real control planes come with a kubectl of their version, often the newest there is.
        let assets = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"].map {
            ["\($0)/kubectl"]
        }
        let candidates =
            [root.appending(path: ".tools/kubectl").path] + (assets ?? [])
            + folders.map { "\($0)/kubectl" }
        var seen: Set<String> = []
        let found = candidates.filter {
            FileManager.default.isExecutableFile(atPath: $0)
                && seen.insert(URL(fileURLWithPath: $0).resolvingSymlinksInPath().path).inserted
        }
        if found.isEmpty { print("skipped: no kubectl in .tools or on the path") }
        return found.map { Tool(path: $0) }
    }()

    /// Those that know what kubectl 1.20, Debian's, does not: `wait` for a field, for example.
    static let newKubectls = kubectls.filter { $0.minorVersion >= 24 }

    /// The second number of kubectl's version, 0 when it does not say.
    private var minorVersion: Int {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["version", "--client", "-o", "json"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let minor = try JSON.parse(Array(bytes)).at("clientVersion", "minor")?.string ?? ""
            return Int(minor.prefix { $0.isNumber }) ?? 0
        } catch {
            return 0
        }
    }

    /// A Python that has the `kubernetes` client.
    static let python: Tool? = {
        let path = root.appending(path: ".venv/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            print("skipped: no Python with the kubernetes client at .venv")
            return nil
        }
        return Tool(path: path)
    }()

    /// Runs the program to its end; `input` is what it reads.
    func run(_ arguments: [String], input: String = "") async throws -> ToolRun {
        let folder = URL.temporaryDirectory.appending(path: "tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["input", "output", "problems"].map { folder.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }

        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(["HOME": folder.path]) { _, own in own }
            .merging(environment) { _, own in own }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return ToolRun(
            status: process.terminationStatus,
            output: try String(contentsOf: files[1], encoding: .utf8),
            problems: try String(contentsOf: files[2], encoding: .utf8)
        )
    }
}
