import ArgumentParser
import Clocks
import Composition
import Foundation
import KubernetesAPI
import KubernetesCopy
import MigrationFile
import MigrationModel
import Sealing

/// `diolkos export`: what a copy would take, in a folder or an archive, for sites that cannot see each other.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the objects of a cluster into a bundle that `diolkos import` reads.",
        discussion: """
            A bundle is a folder, or an archive where its name ends with .tar: one file an object, and \
            a manifest with the digest of each. Secrets are sealed by a passphrase (scrypt, \
            AES-256-GCM), and so is the manifest; without one Secrets are left out, and counted.
            """
    )

    @Option(
        name: [.customShort("f"), .long],
        help: "The migration file that tells what is exported, in place of --from."
    )
    var file: String?

    @Option(help: "Export one stack: what the file tells of it, and what bears its label.")
    var stack: String?

    @Option(help: "The context of the cluster that is read.")
    var from: String?

    @Argument(help: "The folder or NAME.tar to write; it must not be there yet.")
    var bundle: String

    @Option(
        name: [.customShort("n"), .long],
        help: "A namespace to export, with what it needs; repeatable. Default: the whole cluster."
    )
    var namespace: [String] = []

    @OptionGroup var clusters: ClusterOptions
    @OptionGroup var options: BundleOptions

    func validate() throws {
        try BundleOptions.refuse(
            file: file,
            site: ("--from", from != nil),
            others: [
                ("--kubeconfig", clusters.kubeconfig != nil), ("--namespace", !namespace.isEmpty),
            ]
        )
    }

    /// Where the objects are, and which they are.
    private func chosen() throws -> (source: SiteAddress, rule: CopyRule) {
        var rule = CopyRule(
            name: "export",
            selection: CopySelection(
                namespaces: namespace.sorted(),
                stack: stack.map { CopyStack(name: $0) }
            )
        )
        var source = clusters.address(from ?? "")
        if let file {
            let request = try CopyRequest(file: file, stack: stack)
            rule.selection = request.rule.selection
            rule.scope = request.rule.scope
            source = request.source
        }
        // Whether they run is told when they are imported.
        rule.workloads = .running
        return (source, rule)
    }

    func run() async throws {
        try await guarded {
            let (address, rule) = try chosen()
            try await clusters.connected { connector in
                let writer = BundleWriter(path: bundle, passphrase: try options.passphrase())
                let source = ClusterSource(
                    name: address.context,
                    client: try connector.client(of: address)
                )
                let counts = ReadCounts()
                let summary = try await ProgressDisplay.standard.during({ counts.line }) {
                    try await writer.write(
                        rule,
                        from: CountedSource(source, onRead: counts.addSource)
                    )
                }
                Output.line(
                    "\(summary.objects) objects written to \(bundle), "
                        + "\(summary.leftOut.count) left out"
                )
                guard summary.secretsLeft > 0 else { return }
                Output.problem(
                    "\(summary.secretsLeft) Secrets were left out: give a passphrase to seal them"
                )
            }
        }
    }
}

/// `diolkos import`: a copy whose source is a bundle.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make the objects of an exported bundle at a cluster, as `diolkos copy` does.",
        discussion: """
            A bundle that was changed or cut off since it was exported is refused, before anything \
            is written.
            """
    )

    @Argument(help: "The folder or archive that `diolkos export` wrote.")
    var bundle: String

    @Option(
        name: [.customShort("f"), .long],
        help: """
            The migration file that tells where the objects go and what is changed on the way, in place \
            of --to.
            """
    )
    var file: String?

    @Option(help: "The context of the cluster that is written.")
    var to: String?

    @Option(
        help: """
            What the objects are marked with, in the label diolkos.dev/copy. Default: import, or the \
            migration's name.
            """
    )
    var name: String?

    @OptionGroup var making: MakingOptions
    @OptionGroup var clusters: ClusterOptions
    @OptionGroup var options: BundleOptions

    func validate() throws {
        try BundleOptions.refuse(
            file: file,
            site: ("--to", to != nil),
            others: [
                ("--kubeconfig", clusters.kubeconfig != nil), ("--name", name != nil),
                ("--running", making.running),
            ]
        )
        try making.refuseRemovals(file: file)
    }

    /// Where the objects go, what becomes of them, and what is started behind them.
    private func request(for source: BundleSource) throws -> CopyRequest {
        let target = clusters.address(to ?? "")
        var request =
            try file.map { try CopyRequest(file: $0, stack: nil) }
            ?? CopyRequest(
                rule: CopyRule(name: name ?? "import", workloads: making.start),
                source: target,
                target: target
            )
        // What the bundle holds was chosen when it was written.
        request.rule.selection = CopySelection()
        request.rule.scope = .everything
        if let choice = making.loadBalancers { request.rule.loadBalancers = choice }
        guard making.prune || request.rule.pruning != .none else { return request }
        if source.isWhole {
            request.rule.pruning = .asStated(making.removalsMax ?? request.removalsMax)
            return request
        }
        let part = "the bundle does not hold all of a cluster, and tells nothing of the rest"
        if making.prune {
            throw InputProblem(
                "\(part): leave out --prune, or export everything, with a passphrase for the Secrets"
            )
        }
        Output.problem("Nothing is pruned: \(part).")
        request.rule.pruning = .none
        return request
    }

    func run() async throws {
        try await guarded {
            let source = try BundleSource(path: bundle, passphrase: try options.passphrase())
            let request = try request(for: source)
            try await clusters.connected { connector in
                let hooks = CopyHooks.ofProcess(connector)
                if !making.dryRun { try hooks.check(request.hooks) }
                try await CopyPerforming(
                    request.rule,
                    isDryRun: making.dryRun,
                    form: making.output
                ).perform(
                    from: source,
                    to: ClusterSource(
                        name: request.target.context,
                        client: try connector.client(of: request.target)
                    ),
                    then: request.hooks,
                    follow: hooks.perform
                )
            }
        }
    }
}

/// How a bundle is opened.
struct BundleOptions: ParsableArguments {
    @Option(
        help: """
            A file whose first line is the passphrase. Default: the variable DIOLKOS_PASSPHRASE.
            """
    )
    var passphraseFile: String?

    /// Refuses options that say the same twice, or not enough.
    static func refuse(
        file: String?,
        site: (option: String, isGiven: Bool),
        others: [(option: String, isGiven: Bool)]
    ) throws {
        guard file != nil else {
            guard site.isGiven else {
                throw ValidationError(
                    "Say which cluster: -f FILE, or \(site.option) CONTEXT"
                )
            }
            return
        }
        let given = ([site] + others).filter(\.isGiven).map(\.option)
        guard given.isEmpty else {
            throw ValidationError(
                "The migration file tells what \(given.joined(separator: ", ")) would; leave out "
                    + "the one or the other"
            )
        }
    }

    /// Nil when none is given.
    func passphrase() throws -> Passphrase? {
        let given: String?
        if let passphraseFile {
            let text = String(decoding: try InputFile(passphraseFile).bytes(), as: UTF8.self)
            given = text.split(separator: "\n", omittingEmptySubsequences: false).first
                .map(String.init)
        } else {
            given = ProcessInfo.processInfo.environment["DIOLKOS_PASSPHRASE"]
        }
        guard let given else { return nil }
        guard let passphrase = Passphrase(given) else {
            throw InputProblem("the passphrase has fewer than 12 bytes; nothing was done")
        }
        return passphrase
    }
}
