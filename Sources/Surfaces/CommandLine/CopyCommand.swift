import ArgumentParser
import Clocks
import Composition
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel

/// `diolkos copy`: makes the objects of one cluster at another, without any traffic.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Make the objects of one cluster at another. No traffic is moved.",
        discussion: """
            What is absent at the target is created; what an earlier copy of the same name made is \
            brought up to date; whatever else is there is never touched, and is a finding. A second \
            copy of an unchanged source writes nothing. Workloads stand still at the target, so that \
            nothing runs twice, unless --running is given.

            Which clusters, and which objects, is told by options (--from, --to), or by a migration \
            file (-f), whose spec.copy also tells of stacks, and of what is changed on the way.
            """
    )

    @Option(
        name: [.customShort("f"), .long],
        help: "The migration file that tells what is copied, in place of --from and --to."
    )
    var file: String?

    @Option(
        help: "Copy one stack: what the file tells of it, and what is labelled diolkos.dev/stack."
    )
    var stack: String?

    @Option(help: "The context of the cluster that is read.")
    var from: String?

    @Option(help: "The context of the cluster that is written.")
    var to: String?

    @Option(
        help: """
            What the copied objects are marked with, in the label diolkos.dev/copy. Default: copy, or \
            the migration's name.
            """
    )
    var name: String?

    @Option(
        name: [.customShort("n"), .long],
        help: "A namespace to copy, with what it needs; repeatable. Default: the whole cluster."
    )
    var namespace: [String] = []

    @Option(help: "A kind to copy, as kubectl takes it; repeatable. Default: every kind.")
    var kind: [String] = []

    @Option(name: [.customShort("l"), .long], help: "A label selector, as kubectl takes it.")
    var selector = ""

    @Option(help: "The name of an object to copy; repeatable. Default: every name.")
    var object: [String] = []

    @Flag(help: "Go on: follow the source until Ctrl-C. What goes there goes here, see --prune.")
    var watch = false

    @Flag(help: "Remove at the target what a copy of this name made, and only that.")
    var undo = false

    @Flag(help: "With --undo: remove claims too that hold data.")
    var withVolumes = false

    @OptionGroup var making: MakingOptions
    @OptionGroup var clusters: ClusterOptions

    /// Refuses options that say the same twice, or not enough.
    func validate() throws {
        if undo, stack != nil {
            throw ValidationError("--undo removes the whole copy; leave out --stack")
        }
        if watch, undo || making.dryRun {
            throw ValidationError("--watch goes on copying; leave out --undo and --dry-run")
        }
        if withVolumes, !undo { throw ValidationError("--with-volumes belongs to --undo") }
        try making.refuseRemovals(file: file, isFollowing: watch)
        do { _ = try LabelSelector(parsing: selector) } catch {
            throw ValidationError("--selector: \(error)")
        }
        guard file != nil else {
            guard from != nil, to != nil else {
                throw ValidationError(
                    "Say which clusters: -f FILE, or --from CONTEXT and --to CONTEXT"
                )
            }
            return
        }
        let told: [(option: String, isGiven: Bool)] = [
            ("--from", from != nil), ("--to", to != nil),
            ("--kubeconfig", clusters.kubeconfig != nil),
            ("--name", name != nil), ("--namespace", !namespace.isEmpty),
            ("--kind", !kind.isEmpty), ("--selector", !selector.isEmpty),
            ("--object", !object.isEmpty), ("--running", making.running),
        ]
        let given = told.filter(\.isGiven).map(\.option)
        guard given.isEmpty else {
            throw ValidationError(
                "The migration file tells what \(given.joined(separator: ", ")) would; leave out "
                    + "the one or the other"
            )
        }
    }

    func run() async throws {
        try await guarded {
            let request = try request()
            try await clusters.connected {
                if undo {
                    try await remove(request, $0)
                } else if watch {
                    try await follow(request, $0)
                } else {
                    try await copy(request, $0)
                }
            }
        }
    }

    private func copy(_ request: CopyRequest, _ connector: Connector) async throws {
        let hooks = CopyHooks.ofProcess(connector)
        if !making.dryRun { try hooks.check(request.hooks) }
        try await CopyPerforming(request.rule, isDryRun: making.dryRun, form: making.output)
            .perform(
                from: ClusterSource(
                    name: request.source.context,
                    client: try connector.client(of: request.source)
                ),
                to: ClusterSource(
                    name: request.target.context,
                    client: try connector.client(of: request.target)
                ),
                then: request.hooks,
                follow: hooks.perform
            )
    }

    private func follow(_ request: CopyRequest, _ connector: Connector) async throws {
        let following = CopyFollowing(
            request.rule,
            from: try connector.client(of: request.source),
            to: try connector.client(of: request.target),
            time: SystemTime()
        )
        let stop = StopRequest()
        let signals = SignalWatch(stop)
        if making.output == .text {
            Output.line("Following \(request.source.context); Ctrl-C ends it.")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await following.run { round in
                    tell(round, of: request)
                    let summary = round.summary ?? CopySummary()
                    for left in summary.failures + summary.waiting {
                        Output.problem("not yet: \(left.key): \(left.reason)")
                    }
                }
            }
            group.addTask {
                while !stop.isRequested {
                    try await SystemTime().sleep(for: .milliseconds(100))
                }
            }
            try await group.next()
            group.cancelAll()
        }
        withExtendedLifetime(signals) {}
    }

    /// What a round did: lines for people, or one line of JSON.
    private func tell(_ round: CopyFollowing.Round, of request: CopyRequest) {
        let report = CopyReport(
            of: round.plan,
            from: request.source.context,
            to: request.target.context,
            summary: round.summary
        )
        switch making.output {
        case .text:
            for line in CopyText.lines(of: round.plan) { Output.line(line) }
            Output.line(CopyText.sum(of: report))
        case .json: Output.line(report.json.text())
        }
    }

    private func remove(_ request: CopyRequest, _ connector: Connector) async throws {
        let undo = CopyUndo(
            of: request.rule.name,
            at: try connector.client(of: request.target),
            time: SystemTime()
        )
        let display = ProgressDisplay.standard
        let plan = try await display.during({ "looking for what the copy made" }) {
            try await undo.plan(includesVolumes: withVolumes)
        }
        if making.output == .text { for line in plan.lines { Output.line(line) } }
        let progress = SharedProgress(total: plan.removals.count, time: SystemTime())
        let summary =
            making.dryRun
            ? nil
            : try await display.during({ "removing: \(progress.line)" }) {
                await undo.perform(plan) { progress.settled(hasFailed: !$0) }
            }
        if making.output == .json {
            Output.line(plan.json(summary, at: request.target.context).text(.indented))
        }
        guard let summary else { return }
        CopyPerforming.report(summary.failures)
        if making.output == .text {
            Output.line("\(summary.removed) removed, \(summary.failures.count) failed")
        }
        if !summary.failures.isEmpty { throw ExitCode.failure }
    }

    private func request() throws -> CopyRequest {
        var request =
            if let file {
                try CopyRequest(file: file, stack: stack)
            } else {
                CopyRequest(rule: rule, source: address(from), target: address(to))
            }
        if making.prune || watch || request.rule.pruning != .none {
            request.rule.pruning = .asStated(making.removalsMax ?? request.removalsMax)
        }
        if let loadBalancers = making.loadBalancers { request.rule.loadBalancers = loadBalancers }
        return request
    }

    private var rule: CopyRule {
        CopyRule(
            name: name ?? "copy",
            selection: CopySelection(
                namespaces: namespace.sorted(),
                kinds: kind,
                labels: selector,
                names: object,
                stack: stack.map { CopyStack(name: $0) }
            ),
            workloads: making.start
        )
    }

    /// `validate` saw to it that there is a context.
    private func address(_ context: String?) -> SiteAddress {
        clusters.address(context ?? "")
    }
}
