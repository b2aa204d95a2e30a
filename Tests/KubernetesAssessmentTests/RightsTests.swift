import Clocks
import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import Testing

@Suite struct RightsTests {
    private static let estate = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {a: b}}
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: login, namespace: shop}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: web}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: scaled, namespace: shop}
        spec:
          replicas: 4
          selector: {matchLabels: {app: scaled}}
          template:
            metadata: {labels: {app: scaled}}
            spec: {containers: [{name: web, image: web}]}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: scaled, namespace: shop}
        spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly, namespace: shop}
        spec:
          schedule: "0 1 * * *"
          suspend: true
          jobTemplate:
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: reader, namespace: shop}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: other}}
        """

    private let rule = CopyRule(name: "shop", selection: CopySelection(namespaces: ["shop"]))

    private func sites() async throws -> TwinSites {
        let sites = TwinSites()
        try await sites.create(TwinSites.definition, at: sites.source)
        try await sites.create(Self.estate, at: sites.source)
        try await sites.create(
            "{apiVersion: example.org/v1, kind: Base, metadata: {name: main, namespace: shop}}",
            at: sites.source
        )
        let kind = try #require(try await sites.source.discovery().kind(named: "cronjobs"))
        _ = try await sites.source.patch(
            kind,
            namespace: "shop",
            name: "nightly",
            .merge(["status": ["lastScheduleTime": "2026-01-02T01:00:00Z"]]),
            subresource: "status"
        )
        return sites
    }

    private func planning(
        _ sites: TwinSites,
        _ rule: CopyRule
    ) async throws -> RightsPlanning {
        RightsPlanning(
            rule,
            source: try await sites.source.discovery(),
            target: try await sites.target.discovery()
        )
    }

    private func copy(_ sites: TwinSites, _ rule: CopyRule) async throws -> CopySummary {
        let plan = try await CopyMaking(
            rule,
            from: ClusterSource(name: "source", client: sites.source),
            to: ClusterSource(name: "target", client: sites.target)
        ).make()
        #expect(plan.findings == [])
        return await CopyRun(plan, target: sites.target, time: SystemTime()).perform()
    }

    @Test(arguments: [["shop"], []])
    func `a copy, its repetition and its undo call nothing that their rights lack`(
        namespaces: [String]
    ) async throws {
        let sites = try await sites()
        // Without controllers a namespace would never end.
        for name in ["shop", "other"] {
            try await sites.create(
                "{apiVersion: v1, kind: Namespace, metadata: {name: \(name)}}",
                at: sites.target
            )
        }
        let rule = CopyRule(
            name: "shop",
            selection: CopySelection(namespaces: namespaces),
            workloads: .running,
            pruning: .upTo(5)
        )
        let rights = try await planning(sites, rule).rights(for: .copy)
        try await give(rights, at: sites)
        sites.beginRecording()
        // Were the rights at the source copied, they would clash with those at the target.
        #expect(try await copy(sites, rule).failures.map(\.reason) == [])
        try await change(sites)
        #expect(try await copy(sites, rule).updated == 1)
        #expect(sites.targetCalls.calls.contains { $0.method == "DELETE" })
        #expect(sites.sourceCalls.refused(by: rights.source) == [])
        #expect(sites.targetCalls.refused(by: rights.target) == [])
        let undoing = try await planning(sites, rule).rights(for: .undo)
        sites.beginRecording()
        let undo = CopyUndo(of: "shop", at: sites.target, time: SystemTime())
        let summary = await undo.perform(try await undo.plan(includesVolumes: true))
        #expect(summary.removed > 0)
        #expect(summary.failures.map(\.reason) == [])
        #expect(sites.sourceCalls.calls.isEmpty)
        #expect(sites.targetCalls.refused(by: undoing.target) == [])
    }

    private func give(
        _ rights: (source: SiteRights, target: SiteRights),
        at sites: TwinSites
    ) async throws {
        let subject = try #require(RightsSubject("user:mover"))
        for (rights, client) in [(rights.source, sites.source), (rights.target, sites.target)] {
            for manifest in rights.manifests(name: "mover", subject: subject) {
                let kind = try #require(manifest.groupVersionKind)
                _ = try await client.create(try await client.resource(for: kind), manifest)
            }
        }
    }

    /// One object of the source changes, one goes; neither is a call of the copy's.
    private func change(_ sites: TwinSites) async throws {
        let before = sites.sourceCalls.calls
        let settings = try await sites.source.resource(group: "", kind: "ConfigMap")
        let patch = JSON.object(["data": ["a": "c"]])
        _ = try await sites.source.patch(
            settings,
            namespace: "shop",
            name: "settings",
            .merge(patch)
        )
        let secrets = try await sites.source.resource(group: "", kind: "Secret")
        _ = try await sites.source.delete(secrets, namespace: "shop", name: "login")
        sites.sourceCalls.reset()
        for call in before { sites.sourceCalls.add(call) }
    }

    @Test func `following calls nothing that its rights lack, what goes included`() async throws {
        let sites = try await sites()
        let rule = CopyRule(
            name: "shop",
            selection: CopySelection(namespaces: ["shop"]),
            pruning: .upTo(5)
        )
        let rights = try await planning(sites, rule).rights(for: .follow)
        let done = DoneWork()
        sites.beginRecording()
        let following = CopyFollowing(
            rule,
            from: sites.source,
            to: sites.target,
            time: SystemTime(),
            settle: .milliseconds(20)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await following.run { round in
                    guard let summary = round.summary else { return }
                    done.add(summary)
                }
            }
            group.addTask {
                try await done.wait { $0.created >= 6 }
                try await change(sites)
                try await done.wait { $0.updated > 0 && $0.removed > 0 }
            }
            try await group.next()
            group.cancelAll()
        }
        #expect(sites.sourceCalls.calls.contains { $0.resource?.verb == .watch })
        #expect(sites.targetCalls.calls.contains { $0.method == "DELETE" })
        #expect(sites.sourceCalls.refused(by: rights.source) == [])
        #expect(sites.targetCalls.refused(by: rights.target) == [])
    }

    @Test func `trying everything at the target calls nothing that a copy's rights lack`()
        async throws
    {
        let sites = try await sites()
        // What belongs to a namespace that is not there is tried in another one.
        try await sites.create(
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}",
            at: sites.target
        )
        let rights = try await planning(sites, rule).rights(for: .copy)
        sites.beginRecording()
        _ = try await TriedCopy(
            rule,
            from: ClusterSource(name: "source", client: sites.source),
            to: ClusterSource(name: "target", client: sites.target)
        ).findings()
        #expect(sites.targetCalls.calls.contains { $0.resource?.verb == .create })
        #expect(sites.sourceCalls.refused(by: rights.source) == [])
        #expect(sites.targetCalls.refused(by: rights.target) == [])
    }

    @Test(arguments: [["shop"], []])
    func `an assessment lists, and needs no other right`(namespaces: [String]) async throws {
        let sites = try await sites()
        let rule = CopyRule(name: "x", selection: CopySelection(namespaces: namespaces))
        let rights = try await planning(sites, rule).rights(for: .assess)
        sites.beginRecording()
        _ = try await EstateReader(
            source: AssessedSite(cluster: ClusterSource(name: "source", client: sites.source)),
            target: AssessedSite(cluster: ClusterSource(name: "target", client: sites.target)),
            namespaces: namespaces
        ).read()
        #expect(sites.sourceCalls.refused(by: rights.source) == [])
        #expect(sites.targetCalls.refused(by: rights.target) == [])
        for site in [rights.source, rights.target] {
            let rules = site.clusterWide + site.namespaced.values.joined()
            #expect(rules.allSatisfy { $0.verbs == ["list"] })
        }
    }

    @Test func `nothing is written at the source, and nothing outside of the namespaces`()
        async throws
    {
        let sites = try await sites()
        let rights = try await planning(sites, rule).rights(for: .copy)
        func call(_ verb: APICall.Verb, _ plural: String, in namespace: String?) -> APICall.Resource
        {
            APICall.Resource(
                verb: verb,
                group: "",
                plural: plural,
                namespace: namespace,
                name: nil
            )
        }
        #expect(rights.source.allows(call(.list, "secrets", in: "shop")))
        #expect(!rights.source.allows(call(.list, "secrets", in: "other")))
        #expect(!rights.source.allows(call(.list, "secrets", in: nil)))
        #expect(rights.target.allows(call(.create, "secrets", in: "shop")))
        #expect(!rights.target.allows(call(.create, "secrets", in: "other")))
        #expect(!rights.target.allows(call(.delete, "secrets", in: "shop")))
        let verbs = (rights.source.clusterWide + rights.source.namespaced.values.joined())
            .flatMap(\.verbs)
        #expect(Set(verbs) == ["list"])
    }

    @Test func `manifests are Roles that a server takes, bound to whom was named`() async throws {
        let sites = try await sites()
        try await sites.create(
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}",
            at: sites.target
        )
        let subject = try #require(RightsSubject("serviceaccount:tools:diolkos"))
        let manifests = try await planning(sites, rule).rights(for: .copy)
            .target.manifests(name: "diolkos", subject: subject)
        #expect(
            manifests.compactMap(\.kind) == [
                "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
            ]
        )
        for manifest in manifests {
            let kind = try #require(manifest.groupVersionKind)
            _ = try await sites.target.create(try await sites.target.resource(for: kind), manifest)
        }
        #expect(manifests[3].namespace == "shop")
        #expect(
            manifests[3]["subjects"] == [
                ["kind": "ServiceAccount", "namespace": "tools", "name": "diolkos"]
            ]
        )
        #expect(RightsSubject("robot") == nil && RightsSubject("serviceaccount:a") == nil)
    }
}

/// What the rounds of a following have written so far.
private final class DoneWork: Sendable {
    private let sum = Mutex(CopySummary())

    func add(_ summary: CopySummary) {
        sum.withLock {
            $0.created += summary.created
            $0.updated += summary.updated
            $0.removed += summary.removed
        }
    }

    func wait(until isDone: @Sendable (CopySummary) -> Bool) async throws {
        try await SystemTime().wait(
            until: "following comes so far",
            lookingEvery: .milliseconds(25)
        ) {
            sum.withLock { isDone($0) }
        }
    }
}
