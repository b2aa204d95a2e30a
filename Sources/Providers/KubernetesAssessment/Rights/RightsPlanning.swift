import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// Finds out which rights some work needs at each site: pure.
///
/// What every authenticated user may do is left out: discovery and `/version` (system:discovery).
package struct RightsPlanning: Sendable {
    /// What the rights are for.
    package enum Work: String, Sendable, CaseIterable {
        case assess
        /// To try what lies outside, beside assessing.
        case reach
        case copy
        /// To follow the source, as `copy --watch` does.
        case follow
        /// To take a copy back.
        case undo
        case migrate
    }

    /// Objects of a namespace whose weights share a migration's requests.
    package struct Shared: Sendable, Hashable {
        /// Where they are, which may be outside of what crosses.
        package let namespace: String
        /// As kubectl takes it.
        package let kind: String

        /// Reads `NAMESPACE/KIND`; nil for anything else.
        package init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
            namespace = String(parts[0])
            kind = String(parts[1])
        }
    }

    private let rule: CopyRule
    private let shared: [Shared]
    private let refusesDeploys: Bool
    private let hasKeepers: Bool
    private let source: Discovery
    private let target: Discovery
    private let roots: (source: MeshRoots, target: MeshRoots)
    private var namespaces: [String] { rule.selection.namespaces }

    /// Takes what would be copied, and what both servers serve.
    ///
    /// `shared` names what shares a migration's requests; a site that serves no such kind has none.
    /// `refusesDeploys` says whether a migration has deployments refused.
    /// `hasKeepers` tells whether something at both sites is to follow what its bridges lead to. `roots` is
    /// where each site's mesh has what is for all of it.
    package init(
        _ rule: CopyRule,
        source: Discovery,
        target: Discovery,
        shared: [Shared] = [],
        refusesDeploys: Bool = false,
        hasKeepers: Bool = false,
        roots: (source: MeshRoots, target: MeshRoots) = (.unread, .unread)
    ) {
        self.roots = roots
        self.hasKeepers = hasKeepers
        self.rule = rule
        self.shared = shared
        self.refusesDeploys = refusesDeploys
        self.source = source
        self.target = target
    }

    /// - Throws: `CopyProblem` when the rule cannot be followed.
    package func rights(
        for work: Work
    ) throws(CopyProblem) -> (source: SiteRights, target: SiteRights) {
        switch work {
        case .assess:
            // At the target everything counts that takes room or names.
            return (
                scoped(reading(source, ["list"]), in: namespaces),
                scoped(reading(target, ["list"]), in: [])
            )
        case .reach: return (reach, reach)
        case .copy:
            return try copy(reading: ["list"], removing: rule.pruning == .none ? [] : ["delete"])
        case .follow: return try copy(reading: ["list", "watch"], removing: ["delete"])
        case .undo:
            return (SiteRights(clusterWide: []), try undo())
        case .migrate: return migrate()
        }
    }

    /// Jobs are made and deleted and their pods are read, in one namespace and nowhere else.
    private var reach: SiteRights {
        let needs = [
            SiteRights.Need(group: "batch", resource: "jobs", verbs: ["create", "delete"]),
            SiteRights.Need(group: "", resource: "pods", verbs: ["list"]),
        ]
        let places = namespaces.isEmpty ? ["default"] : namespaces
        return SiteRights(
            clusterWide: [],
            namespaced: Dictionary(
                places.map { ($0, needs) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    /// A need with the scope of its resource.
    fileprivate struct Scoped {
        let need: SiteRights.Need
        let isNamespaced: Bool

        init(_ kind: ResourceKind, _ verbs: [String]) {
            need = SiteRights.Need(group: kind.group, resource: kind.plural, verbs: verbs)
            isNamespaced = kind.isNamespaced
        }
    }

    /// Rights on what has a namespace are given in each of `namespaces`, or everywhere.
    private func scoped(
        _ needs: [Scoped],
        in namespaces: [String],
        besides: [SiteRights.Need] = []
    ) -> SiteRights {
        if namespaces.isEmpty {
            return SiteRights(clusterWide: needs.map(\.need) + besides)
        }
        let inside = needs.filter(\.isNamespaced).map(\.need)
        return SiteRights(
            clusterWide: needs.filter { !$0.isNamespaced }.map(\.need) + besides,
            namespaced: Dictionary(
                namespaces.map { ($0, inside) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    private func reading(_ discovery: Discovery, _ verbs: [String]) -> [Scoped] {
        discovery.preferredKinds.filter { $0.verbs.contains("list") }.map { Scoped($0, verbs) }
    }

    // MARK: - Copies

    private func copy(
        reading verbs: [String],
        removing: [String] = []
    ) throws(CopyProblem) -> (source: SiteRights, target: SiteRights) {
        let choices = try CopyMaking.choices(rule, source: source, target: target)
        let reads = choices.map { Scoped($0.source, verbs) }
        let writes = choices.map { choice in
            // `get` is for an object that somebody made meanwhile.
            Scoped(
                choice.target ?? choice.source,
                verbs + ["get", "create", "update"] + removing
            )
        }
        return (
            scoped(reads, in: namespaces),
            scoped(
                writes + RightsPlanning.granting(writes) + writes.compactMap(RightsPlanning.beside),
                in: namespaces
            )
        )
    }

    /// What a copy writes beside an object itself: the first replicas of what an autoscaler scales, and
    /// which of its times a CronJob has done.
    private static func beside(_ write: Scoped) -> Scoped? {
        let subresource: String? =
            switch (write.need.group, write.need.resource) {
            case ("apps", "deployments"), ("apps", "statefulsets"), ("apps", "replicasets"): "scale"
            case ("batch", "cronjobs"): "status"
            default: nil
            }
        return subresource.map { Scoped(write, verbs: ["patch"], of: $0) }
    }

    /// Who makes a Role must hold what it grants, or `escalate`; who binds one, or `bind`.
    private static func granting(_ writes: [Scoped]) -> [Scoped] {
        writes.compactMap { write in
            guard write.need.group == SiteRights.group else { return nil }
            switch write.need.resource {
            case "roles", "clusterroles": return Scoped(write, verbs: ["escalate", "bind"])
            default: return nil
            }
        }
    }

    private func undo() throws(CopyProblem) -> SiteRights {
        let choices = try CopyMaking.choices(rule, source: source, target: target)
        let removable = target.preferredKinds.filter {
            $0.verbs.contains("list") && $0.verbs.contains("delete")
        }
        let removed = choices.compactMap(\.target).map { Scoped($0, ["get", "delete"]) }
        // Marks are looked for everywhere: what a copy made is known from nowhere else.
        return scoped(
            removed,
            in: namespaces,
            besides: removable.map { Scoped($0, ["list"]).need }
        )
    }

    // MARK: - Migrations

    private func migrate() -> (source: SiteRights, target: SiteRights) {
        let besides = refusesDeploys ? MigrationNeeds.refusals : []
        return (
            site(source, roots.source, others: MigrationNeeds.source, besides: besides),
            site(target, roots.target, others: MigrationNeeds.target, besides: besides)
        )
    }

    private func site(
        _ discovery: Discovery,
        _ roots: MeshRoots,
        others: MigrationNeeds,
        besides: [SiteRights.Need] = []
    ) -> SiteRights {
        let reads = reading(discovery, ["list"]).filter(\.isNamespaced)
        let inside =
            reads.map(\.need) + others.namespaced + (hasKeepers ? MigrationNeeds.keepers : [])
        let leases = SiteRights.Need(
            group: "coordination.k8s.io",
            resource: "leases",
            verbs: ["list", "get", "create", "patch", "delete"]
        )
        var namespaced = Dictionary(
            namespaces.map { ($0, inside) },
            uniquingKeysWith: { first, _ in first }
        )
        namespaced["default", default: []].append(leases)
        var clusterWide = others.clusterWide + besides + (namespaces.isEmpty ? inside : [])
        if MeshRoots.isMeshed(discovery.preferredKinds) {
            clusterWide += MigrationNeeds.meshed
            for plane in roots.planes {
                namespaced[plane, default: []] += MigrationNeeds.meshConfigured
            }
        }
        let wide = WidePolicyKinds.reads(among: discovery.preferredKinds, roots: roots.namespaces)
        for (kind, namespace) in wide {
            let need = SiteRights.Need(group: kind.group, resource: kind.plural, verbs: ["list"])
            if let namespace {
                namespaced[namespace, default: []].append(need)
            } else {
                clusterWide.append(need)
            }
        }
        if hasKeepers { clusterWide += MigrationNeeds.keepersOfNodes }
        for objects in shared {
            guard let kind = discovery.kind(named: objects.kind) else { continue }
            let needs = MigrationNeeds.shared(kind)
            clusterWide += needs.clusterWide
            namespaced[objects.namespace, default: []] += needs.namespaced
        }
        return SiteRights(
            clusterWide: clusterWide,
            namespaced: namespaced
        )
    }
}

extension RightsPlanning.Scoped {
    /// Other verbs on the same resource, or on a part of it.
    fileprivate init(_ other: RightsPlanning.Scoped, verbs: [String], of part: String? = nil) {
        need = SiteRights.Need(
            group: other.need.group,
            resource: other.need.resource + (part.map { "/\($0)" } ?? ""),
            verbs: verbs
        )
        isNamespaced = other.isNamespaced
    }
}
