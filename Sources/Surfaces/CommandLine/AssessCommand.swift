import ArgumentParser
import Composition
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import MigrationFile
import MigrationModel

/// `diolkos assess`: what to know of two sites before anything is changed.
struct AssessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess",
        abstract: "Say what would fail, bite or be lost, before anything is changed.",
        discussion: """
            Reads both sites completely and changes nothing. Findings are blockers, things to decide, \
            and notes; each names its objects, the reason and a remedy. No value of a Secret is ever \
            shown. The source may be files: manifests, or what `kubectl get -o yaml` printed. \
            Exit code 3 when there is a blocker. docs/assess.md describes the checks and the output.
            """
    )

    @Option(help: "The context of the cluster that would be left.")
    var from: String?

    @Option(help: "A manifest, a dump or a folder of them, in place of --from.")
    var fromFiles: String?

    @Option(help: "The context of the cluster that would be moved to.")
    var to: String?

    @Option(help: "A version of Kubernetes in place of --to, such as 1.36.")
    var toVersion: String?

    @Option(
        name: [.customShort("n"), .long],
        help: "A namespace to look at; repeatable. Default: the whole cluster."
    )
    var namespace: [String] = []

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output: OutputForm = .text

    @Option(help: "Also write one self-contained page with the call graph drawn.")
    var html: String?

    @Flag(
        help:
            "Also let the target's server say of every object whether it would take it (dryRun=All)."
    )
    var dryRunAll = false

    @OptionGroup var clusters: ClusterOptions

    func validate() throws {
        guard (from == nil) != (fromFiles == nil) else {
            throw ValidationError("Name the source: either --from or --from-files.")
        }
        guard (to == nil) != (toVersion == nil) else {
            throw ValidationError("Name the target: either --to or --to-version.")
        }
        if dryRunAll, to == nil {
            throw ValidationError("--dry-run-all needs a server to ask: name it with --to.")
        }
        if let toVersion, ServerVersion(toVersion) == nil {
            throw ValidationError("--to-version takes a version such as 1.36.")
        }
    }

    func run() async throws {
        try await guarded {
            try await clusters.connected {
                try await assess($0)
            }
        }
    }

    private func assess(_ connector: Connector) async throws {
        let target = try to.map { try cluster($0, connector) }
        let source = try source(connector)
        let estate = try await EstateReader(
            source: source,
            target: target,
            targetVersion: toVersion.flatMap { ServerVersion($0) },
            namespaces: namespace.sorted()
        ).read()
        var assessment = Assessment(of: estate)
        if dryRunAll, let client = target?.client {
            let rule = CopyRule(
                name: "assess",
                selection: CopySelection(namespaces: namespace.sorted())
            )
            assessment.add(try await DryRun(rule, from: source.objects, to: client).findings())
        }
        switch output {
        case .text: for line in AssessmentText.lines(of: assessment) { Output.line(line) }
        case .json: Output.line(assessment.json.text(.indented))
        }
        if let html { try OutputFile(html).write(AssessmentPage.html(of: assessment)) }
        if assessment.isBlocked { throw ExitCodes.waitsForYou }
    }

    private func source(_ connector: Connector) throws -> AssessedSite {
        if let from { return try cluster(from, connector) }
        let path = fromFiles ?? ""
        return AssessedSite(
            objects: try FileSource(name: path, files: try InputFolder(path).files())
        )
    }

    private func cluster(_ context: String, _ connector: Connector) throws -> AssessedSite {
        let warnings = WarningLog()
        let client = try connector.client(
            of: clusters.address(context),
            observer: warnings.observer
        )
        return AssessedSite(
            cluster: ClusterSource(name: context, client: client),
            warnings: warnings
        )
    }
}
