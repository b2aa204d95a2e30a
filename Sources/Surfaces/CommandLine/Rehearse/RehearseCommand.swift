import ArgumentParser
import Clocks
import Composition
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import MigrationFile
import MigrationModel
import MigrationPorts
import Rehearsing
import Synchronization

/// `diolkos rehearse`: a person's own migration, carried out in a twin of both sites before anything
/// is changed.
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Run the migration in a twin of both sites, again and again, under faults.",
        discussion: """
            Reads both sites and changes nothing. Makes a twin of them in memory, runs the plan there \
            in virtual time, once without faults and then --schedules times under faults, and says how \
            long it will take, what link and target carry in each wave, where a request could be lost \
            and which seed shows it, what cannot be undone, what a person has to do and when, and how \
            long a way back takes. The sites may be files: manifests, or what `kubectl get -o yaml` \
            printed. No value of a Secret gets into the twin. Exit code 3 when a request could be lost \
            or a run came to no good end. docs/rehearse.md says what the twin plays and what not.
            """
    )

    @Option(name: [.customShort("f"), .long], help: "The migration file.")
    var file: String

    @Option(help: "A manifest, a dump or a folder of them, in place of the source's cluster.")
    var fromFiles: String?

    @Option(help: "The same in place of the target's cluster.")
    var toFiles: String?

    @Flag(help: "As if the target held nothing yet.")
    var emptyTarget = false

    @OptionGroup var rehearsal: RehearsalOptions

    @Flag(help: "Once, in real time, between twins that answer, under load: to watch.")
    var live = false

    @Option(help: "With --live: requests a second over all routes.")
    var rate = 100

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output: OutputForm = .text

    @Option(help: "Also write one self-contained page with the timeline drawn.")
    var html: String?

    @Option(
        help: "A context whose server's certificate is NOT verified; see `diolkos plan --help`."
    )
    var insecureContext: [String] = []

    func validate() throws {
        if emptyTarget, toFiles != nil {
            throw ValidationError("Name the target once: --to-files or --empty-target.")
        }
        guard (1...10_000).contains(rate) else {
            throw ValidationError("--rate takes a number from 1 to 10000.")
        }
        if live, html != nil || output != .text {
            throw ValidationError("--live shows what happens while it does: it writes no report.")
        }
    }

    func run() async throws {
        try await guarded {
            let directory = URL(fileURLWithPath: file).deletingLastPathComponent().path
            let migration = try MigrationFile.parse(try InputFile(file).bytes(), file: file)
                .withPaths(relativeTo: directory)
            let (source, target) = try await Connector.during(
                directory: directory,
                unverified: insecureContext
            ) { connector in
                (
                    try await export(migration.source, fromFiles, migration, connector),
                    emptyTarget
                        ? SiteExport(emptyNamed: migration.target.context)
                        : try await export(migration.target, toFiles, migration, connector)
                )
            }
            if live {
                let rehearsal = LiveRehearsal(migration, source: source, target: target, rate: rate)
                if try await !rehearsal.run() { throw ExitCodes.waitsForYou }
                return
            }
            let report = try await report(
                try Rehearsal(
                    migration,
                    source: source,
                    target: target,
                    settings: rehearsal.settings(command: words)
                )
            )
            switch output {
            case .text: for line in RehearsalText.lines(of: report) { Output.line(line) }
            case .json: Output.line(report.json.text(.indented))
            }
            if let html { try OutputFile(html).write(RehearsalPage.html(of: report)) }
            if !report.isSafe { throw ExitCodes.waitsForYou }
        }
    }

    private func export(
        _ address: SiteAddress,
        _ files: String?,
        _ migration: MigrationFile,
        _ connector: Connector
    ) async throws -> SiteExport {
        let source: any ObjectSource
        if let files {
            source = try FileSource(name: files, files: try InputFolder(files).files())
        } else {
            source = ClusterSource(
                name: address.context,
                client: try connector.client(of: address)
            )
        }
        return try await SiteExport.read(source, namespaces: migration.namespaces)
    }

    private func report(_ rehearsal: Rehearsal) async throws -> RehearsalReport {
        let line = Mutex("")
        return try await ProgressDisplay.standard.during({ line.withLock { $0 } }) {
            try await rehearsal.run { progress in
                line.withLock { $0 = RehearseCommand.words(for: progress) }
            }
        }
    }

    private static func words(for progress: RehearsalProgress) -> String {
        switch progress {
        case .building: "makes a twin of both sites"
        case .calm: "rehearses without faults, and the ways back"
        case .schedules(let done, let all): "rehearsed \(done) of \(all) times under faults"
        }
    }

    /// The command that rehearses the same, but for which seeds.
    private var words: String {
        var words = ["diolkos", "rehearse", "-f", file]
        if let fromFiles { words += ["--from-files", fromFiles] }
        if let toFiles { words += ["--to-files", toFiles] }
        if emptyTarget { words.append("--empty-target") }
        return ShellWord.command(words + rehearsal.words)
    }
}
