import ArgumentParser
import KubernetesCopy
import MigrationModel

/// How objects are made at a cluster, wherever they come from.
struct MakingOptions: ParsableArguments {
    @Flag(help: "Remove at the target what was made before and the source no longer has.")
    var prune = false

    @Option(
        help: """
            How many objects may go at once before somebody is asked. Default: what the migration \
            file says, or ten, at most one in a hundred of the copied ones, and always one.
            """
    )
    var removalsMax: Int?

    @Flag(help: "Let the copied workloads run at once.")
    var running = false

    @Option(
        help: """
            Services of type LoadBalancer: internal makes them ClusterIP, keep lets the target's cloud \
            make another balancer, leave leaves them out. Default: internal, with a question.
            """
    )
    var loadBalancers: LoadBalancerChoice?

    @Flag(
        help: """
            Say what would be done, field by field, and what the target's server says of it \
            (dryRun=All); do nothing.
            """
    )
    var dryRun = false

    @Option(
        name: [.customShort("o"), .long],
        help: "text or json; docs/copy-json.md has the latter."
    )
    var output: OutputForm = .text

    /// Refuses a number of removals that is none, or that nobody asks for: `isFollowing` prunes in any
    /// case, and a `file` may say so.
    func refuseRemovals(file: String?, isFollowing: Bool = false) throws {
        guard let removalsMax else { return }
        guard removalsMax >= 0 else {
            throw ValidationError("--removals-max is a number of objects, 0 or more")
        }
        guard prune || isFollowing || file != nil else {
            throw ValidationError("--removals-max belongs to --prune or --watch")
        }
    }

    /// Whether the objects run from the beginning, in the words of a rule.
    var start: WorkloadStart { running ? .running : .stopped }
}

extension LoadBalancerChoice: ExpressibleByArgument {
    /// Only what somebody can decide.
    public init?(argument: String) {
        guard let choice = LoadBalancerChoice.choices.first(where: { $0.rawValue == argument })
        else { return nil }
        self = choice
    }

    /// As the help lists them.
    public static var allValueStrings: [String] { choices.map(\.rawValue) }
}
