import ArgumentParser
import Composition
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import MigrationFile
import MigrationModel
import YAMLDocuments

/// `diolkos rbac`: the least privilege that some work needs, as manifests.
struct RightsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rbac",
        abstract: "Print the Roles that a copy or a migration needs on each site, and no more.",
        discussion: """
            Asks both servers which kinds they serve and prints Roles and bindings: apply those of \
            --site source at the source and those of --site target at the target. With namespaces, \
            rights on what is in them are given in these only; the namespaces must be there first. \
            Who copies Roles must be allowed to grant them (`escalate`, `bind`), which is much: leave \
            the kinds out of the copy if you do not want that.
            """
    )

    @Option(help: "The context of the source.")
    var from: String

    @Option(help: "The context of the target.")
    var to: String

    @Option(help: "source or target.")
    var site: SiteRole

    @Option(name: .customLong("for"), help: "assess, reach, copy, follow, undo or migrate.")
    var work: RightsPlanning.Work = .copy

    @Option(
        name: [.customShort("n"), .long],
        help: "A namespace that is worked on; repeatable. Default: the whole cluster."
    )
    var namespace: [String] = []

    @Option(help: "A kind to copy, as kubectl takes it; repeatable. Default: every kind.")
    var kind: [String] = []

    @Option(
        help: ArgumentHelp(
            "For a migration whose spec.traffic.provider is kubernetes: the namespace and kind of the "
                + "objects that share its requests, at the site that has them; repeatable.",
            valueName: "namespace/kind"
        )
    )
    var traffic: [String] = []

    @Flag(help: "For a migration with `freeze: admission`: the right to have deployments refused.")
    var freeze = false
    @Flag(help: "For a migration with spec.bridges.keeper: with the right to put keepers up.")
    var keepers = false

    @Flag(help: "For a copy with --prune: with the right to delete what is gone at the source.")
    var prune = false

    @Option(
        help: "Who gets the rights: user:NAME, group:NAME or serviceaccount:NAMESPACE:NAME."
    )
    var subject: String

    @Option(help: "What the Roles and bindings are called.")
    var name = "diolkos"

    @OptionGroup var clusters: ClusterOptions

    func validate() throws {
        if RightsSubject(subject) == nil {
            throw ValidationError(
                "--subject takes user:NAME, group:NAME or serviceaccount:NAMESPACE:NAME."
            )
        }
        for text in traffic where RightsPlanning.Shared(text) == nil {
            throw ValidationError("--traffic takes NAMESPACE/KIND, not \"\(text)\".")
        }
        if work != .migrate, !traffic.isEmpty {
            throw ValidationError("--traffic is for a migration: write --for migrate.")
        }
        if work != .migrate, freeze {
            throw ValidationError("--freeze is for a migration: write --for migrate.")
        }
        if work != .migrate, keepers {
            throw ValidationError("--keepers is for a migration: write --for migrate.")
        }
        if work == .migrate, namespace.isEmpty {
            throw ValidationError("A migration names its namespaces: give them with -n.")
        }
    }

    func run() async throws {
        try await guarded {
            try await clusters.connected {
                try await write($0)
            }
        }
    }

    private func write(_ connector: Connector) async throws {
        let clients = (
            source: try connector.client(of: clusters.address(from)),
            target: try connector.client(of: clusters.address(to))
        )
        let source = try await clients.source.refreshDiscovery()
        let target = try await clients.target.refreshDiscovery()
        let shared = traffic.compactMap(RightsPlanning.Shared.init)
        for objects in shared
        where (site == .source ? source : target).kind(named: objects.kind) == nil {
            throw ValidationError("the \(site.rawValue) serves no \(objects.kind)")
        }
        let planning = RightsPlanning(
            CopyRule(
                name: name,
                selection: CopySelection(namespaces: namespace.sorted(), kinds: kind),
                pruning: prune ? .upTo(1) : .none
            ),
            source: source,
            target: target,
            shared: shared,
            refusesDeploys: freeze,
            hasKeepers: keepers,
            roots: (
                try await MeshRoots.read(clients.source, source.preferredKinds),
                try await MeshRoots.read(clients.target, target.preferredKinds)
            )
        )
        let rights = try planning.rights(for: work)
        guard let subject = RightsSubject(subject) else { return }
        let chosen = site == .source ? rights.source : rights.target
        for manifest in chosen.manifests(name: name, subject: subject) {
            Output.line("---")
            Output.line(YAMLDocuments.text(manifest).trimmingCharacters(in: .newlines))
        }
    }
}

extension SiteRole: ExpressibleByArgument {}

extension RightsPlanning.Work: ExpressibleByArgument {}
