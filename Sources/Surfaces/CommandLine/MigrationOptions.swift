import ArgumentParser
import Clocks
import Composition
import Foundation
import KubernetesAPI
import MigrationFile
import MigrationPorts

/// Which migration is meant, and how its sites are reached.
struct MigrationOptions: ParsableArguments {
    @Option(name: [.customShort("f"), .long], help: "The migration file.")
    var file: String

    @Option(
        help: """
            The plan that was reviewed. Default: the migration file's name with .plan.json.
            """
    )
    var plan: String?

    @Option(help: "The run's journal. Default: the migration file's name with .journal.")
    var journal: String?

    @Option(
        help: """
            A context whose server's certificate is NOT verified, because its kubeconfig says so \
            and you do too. Anybody between you and that server can read and change everything.
            """
    )
    var insecureContext: [String] = []

    var planPath: String { plan ?? base + ".plan.json" }
    var journalPath: String { journal ?? base + ".journal" }

    /// The same options, to be typed after another command.
    var words: String {
        let named = [("-f", file), ("--plan", plan), ("--journal", journal)]
        let unverified = insecureContext.map { ("--insecure-context", Optional($0)) }
        return ShellWord.command(
            (named + unverified).flatMap { option, value in value.map { [option, $0] } ?? [] }
        )
    }

    private var base: String {
        for suffix in [".yaml", ".yml"] where file.hasSuffix(suffix) {
            return String(file.dropLast(suffix.count))
        }
        return file
    }

    /// Where the migration file lies.
    var directory: String { URL(fileURLWithPath: file).deletingLastPathComponent().path }

    /// Reads the file; every mistake in it is told at once.
    func migration() throws -> MigrationFile {
        try MigrationFile.parse(try InputFile(file).bytes(), file: file)
    }

    var run: MigrationRun {
        MigrationRun(
            journal: journalPath,
            environment: ProcessInfo.processInfo.environment,
            time: SystemTime()
        )
    }

    /// Connects the sites while `body` works with them.
    func withAccess<Result>(
        to migration: MigrationFile,
        _ body: (MigrationAccess) async throws -> Result
    ) async throws -> Result {
        try await Connector.during(directory: directory, unverified: insecureContext) {
            try await body(try $0.connect(migration))
        }
    }
}

extension Connector {
    /// Connects sites while `body` works with them, and closes every connection behind it.
    static func during<Result>(
        directory: String,
        unverified: [String],
        _ body: (Connector) async throws -> Result
    ) async throws -> Result {
        let connector = Connector(
            environment: .system(),
            directory: directory,
            unverified: Set(unverified),
            time: SystemTime(),
            draw: Identifiers.draw,
            remark: { Output.problem("WARNING: \($0)") }
        )
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(connector))
        } catch {
            outcome = .failure(error)
        }
        try await connector.shutdown()
        return try outcome.get()
    }
}

/// A file that a person names.
struct InputFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// The first so many bytes of it: whoever reads them says when that is too much.
    func bytes(atMost bytesMax: Int = 64 << 20) throws -> [UInt8] {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            let data = try handle.read(upToCount: bytesMax)
            try handle.close()
            return Array(data ?? Data())
        } catch {
            throw InputProblem("\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}

/// Something is wrong with what was given, and nothing was changed.
struct InputProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
