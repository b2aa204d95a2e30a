import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Reads both sites and makes the plan of a copy; changes nothing.
package struct CopyMaking: Sendable {
    private let rule: CopyRule
    private let source: any ObjectSource
    private let target: any ObjectSource
    private let refusesUnmatched: Bool

    /// `refusesUnmatched` makes a transform that changes nothing an error.
    package init(
        _ rule: CopyRule,
        from source: any ObjectSource,
        to target: any ObjectSource,
        refusesUnmatched: Bool = true
    ) {
        self.rule = rule
        self.source = source
        self.target = target
        self.refusesUnmatched = refusesUnmatched
    }

    /// Cluster-wide kinds that come along with namespaces.
    private static let companions: Set<String> = [
        "namespaces", "customresourcedefinitions.apiextensions.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "clusterrolebindings.rbac.authorization.k8s.io", "priorityclasses.scheduling.k8s.io",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "apiservices.apiregistration.k8s.io",
    ]

    /// The kinds that are read for a rule.
    package static func choices(
        _ rule: CopyRule,
        source: Discovery,
        target: Discovery
    ) throws(CopyProblem) -> [KindChoice] {
        try KindChoice.all(rule.selection, source: source, target: target).filter { choice in
            choice.source.isNamespaced || rule.selection.namespaces.isEmpty
                || companions.contains(choice.source.groupResource)
        }
    }

    /// The same sites give the same plan.
    ///
    /// - Throws: `KubernetesError` when a site does not answer, `CopyProblem` when the rule cannot be
    ///   followed.
    package func make() async throws -> CopyPlan {
        async let sourceDiscovery = source.discover()
        async let targetDiscovery = target.discover()
        let discoveries = (source: try await sourceDiscovery, target: try await targetDiscovery)
        let namespaces = rule.selection.namespaces
        let choices = try CopyMaking.choices(
            rule,
            source: discoveries.source,
            target: discoveries.target
        )
        async let sourceObjects = SiteObjects.read(
            choices.map(\.source),
            in: namespaces,
            of: source,
            discovery: discoveries.source,
            isSlim: true
        )
        async let targetObjects = SiteObjects.read(
            choices.compactMap(\.target),
            in: rule.targetNamespaces,
            of: target,
            discovery: discoveries.target
        )
        var planner = CopyPlanner(
            rule,
            choices: choices,
            source: try await sourceObjects,
            target: try await targetObjects
        )
        planner.refusesUnmatched = refusesUnmatched
        return try planner.make()
    }
}
