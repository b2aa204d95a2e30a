import ArgumentParser
import Clocks
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
            Reads both sites completely and changes nothing, unless --try-reachability lets short Jobs \
            run. Findings are blockers, things to decide, and notes; each names its objects, the \
            reason and a remedy. No value of a Secret is ever shown. Which clusters is told by --from \
            and --to or by a migration file (-f), which also tells of namespaces, waves and calls that \
            nobody sees. The source may be files: manifests, or what `kubectl get -o yaml` printed. \
            Exit code 3 when there is a blocker, 130 when Ctrl-C ended it early. docs/assess.md describes the checks and the output.
            """
    )

    @Option(
        name: [.customShort("f"), .long],
        help: "The migration file that tells the sites, in place of --from and --to."
    )
    var file: String?

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
        help: "A namespace to look at; repeatable. Default: the whole cluster, or the file's."
    )
    var namespace: [String] = []

    @Option(name: [.customShort("o"), .long], help: "text or json.")
    var output: OutputForm = .text

    @Option(help: "Also write one self-contained page with the call graph drawn.")
    var html: String?

    @Flag(
        help: """
            Also plan the copy, and let the target's server say of every change whether it would take \
            it (dryRun=All).
            """
    )
    var dryRunAll = false

    @OptionGroup(title: "Reachability") var reach: ReachOptions

    @OptionGroup var clusters: ClusterOptions

    func validate() throws {
        if file != nil {
            guard from == nil, fromFiles == nil, to == nil, toVersion == nil,
                clusters.kubeconfig == nil
            else {
                throw ValidationError(
                    "The migration file tells the sites; leave out --from, --to and --kubeconfig."
                )
            }
            return
        }
        guard (from == nil) != (fromFiles == nil) else {
            throw ValidationError("Name the source: -f, or either --from or --from-files.")
        }
        guard (to == nil) != (toVersion == nil) else {
            throw ValidationError("Name the target: -f, or either --to or --to-version.")
        }
        for (option, isGiven) in [
            ("--dry-run-all", dryRunAll), ("--try-reachability", reach.tryReachability != nil),
        ] where isGiven && to == nil {
            throw ValidationError("\(option) needs a server to ask: name it with --to.")
        }
        if let toVersion, ServerVersion(toVersion) == nil {
            throw ValidationError("--to-version takes a version such as 1.36.")
        }
    }

    func run() async throws {
        try await guarded {
            let migration = try file.map { file in
                try MigrationFile.parse(try InputFile(file).bytes(), file: file)
                    .withPaths(
                        relativeTo: URL(fileURLWithPath: file).deletingLastPathComponent().path
                    )
            }
            try await clusters.connected {
                try await assess($0, migration)
            }
        }
    }

    private func assess(_ connector: Connector, _ migration: MigrationFile?) async throws {
        let target = try (migration?.target ?? to.map(clusters.address))
            .map { try cluster($0, connector) }
        let source = try source(connector, migration)
        let namespaces = namespace.isEmpty ? migration?.namespaces ?? [] : namespace.sorted()
        let estate = try await EstateReader(
            source: source,
            target: target,
            targetVersion: toVersion.flatMap { ServerVersion($0) },
            namespaces: namespaces,
            stated: migration.map(StatedFacts.init) ?? StatedFacts(),
            readsSecrets: reach.hostsInSecrets,
            time: SystemTime()
        ).read()
        var assessment = Assessment(of: estate)
        if dryRunAll, let client = target?.client {
            var rule = migration?.copyRule() ?? CopyRule(name: "copy", selection: CopySelection())
            rule.selection.namespaces = namespaces
            let tried = TriedCopy(
                rule,
                from: source.objects,
                to: ClusterSource(name: estate.target.name, client: client),
                isPart: migration != nil && !namespace.isEmpty
            )
            assessment.add(try await tried.findings())
        }
        let wasStopped = await reach.perform(
            &assessment,
            source: source.client,
            target: target?.client
        )
        switch output {
        case .text: for line in AssessmentText.lines(of: assessment) { Output.line(line) }
        case .json: Output.line(assessment.json.text(.indented))
        }
        if let html { try OutputFile(html).write(AssessmentPage.html(of: assessment)) }
        if wasStopped { throw ExitCodes.stopped }
        if assessment.isBlocked { throw ExitCodes.waitsForYou }
    }

    private func source(_ connector: Connector, _ migration: MigrationFile?) throws -> AssessedSite
    {
        if let address = migration?.source ?? from.map(clusters.address) {
            return try cluster(address, connector)
        }
        let path = fromFiles ?? ""
        return AssessedSite(
            objects: try FileSource(name: path, files: try InputFolder(path).files())
        )
    }

    private func cluster(_ address: SiteAddress, _ connector: Connector) throws -> AssessedSite {
        let warnings = WarningLog()
        let client = try connector.client(of: address, observer: warnings.observer)
        return AssessedSite(
            cluster: ClusterSource(name: address.context, client: client),
            warnings: warnings
        )
    }
}

extension StatedFacts {
    /// What a migration file says of calls, and of the order.
    init(_ migration: MigrationFile) {
        self.init(
            calls: migration.calls.map {
                Call(
                    caller: "\($0.caller)",
                    namespace: $0.service.namespace,
                    service: $0.service.name
                )
            },
            waves: Dictionary(
                migration.workloads.map { ("\($0.workload)", $0.wave) },
                uniquingKeysWith: { first, _ in first }
            ),
            staying: Set(migration.workloads.filter(\.isExcluded).map { "\($0.workload)" })
        )
    }
}
