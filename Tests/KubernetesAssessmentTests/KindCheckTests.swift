import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

@Suite struct KindCheckTests {
    @Test func `files are held against what a release has removed`() async throws {
        let source = """
            {apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: old, namespace: shop}}
            ---
            {apiVersion: policy/v1beta1, kind: PodSecurityPolicy, metadata: {name: strict}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: fine, namespace: shop}}
            """
        let files = try FileSource(
            name: "dump",
            files: [.init(name: "dump", bytes: Array(source.utf8))]
        )
        func found(at minor: Int) async throws -> [Finding] {
            let estate = try await EstateReader(
                source: AssessedSite(objects: files),
                target: nil,
                targetVersion: ServerVersion(major: 1, minor: minor)
            ).read()
            return Assessment(of: estate).findings.filter { $0.check == "kind-not-served" }
        }
        #expect(try await found(at: 24).isEmpty)
        let findings = try await found(at: 25)
        #expect(
            findings.map(\.objects)
                == [["CronJob.batch shop/old"], ["PodSecurityPolicy.policy strict"]]
        )
        #expect(findings.map(\.severity) == [.blocker, .blocker])
        #expect(findings.first?.remedy == "Write them as batch/v1.")
        #expect(findings.last?.remedy.contains("no successor") == true)
    }

    @Test func `a group for which nothing answers is to be decided about, as a copy says it`()
        async throws
    {
        var dead = SiteFacts(
            name: "old",
            discovery: Discovery(
                kinds: [],
                preferredVersions: [:],
                failures: [
                    .init(
                        groupVersion: GroupVersion(group: "dead.example.com", version: "v1"),
                        reason: "nobody is there"
                    )
                ]
            )
        )
        dead.unreadable = ["secrets: forbidden"]
        let estate = AssessedEstate(source: dead, target: SiteFacts(name: "new"))
        let findings = Assessment(of: estate).findings.filter {
            ["group-not-answering", "unreadable"].contains($0.check)
        }
        #expect(findings.map(\.check) == ["unreadable", "group-not-answering"])
        #expect(findings.map(\.severity) == [.blocker, .decide])
        #expect(findings.last?.objects == ["dead.example.com/v1: nobody is there"])
    }

    @Test func `two servers are asked, and a definition makes the difference`() async throws {
        let sites = TwinSites()
        try await sites.create(TwinSites.definition, at: sites.source)
        try await sites.create(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: example.org/v1, kind: Base, metadata: {name: main, namespace: shop}}
            """,
            at: sites.source
        )
        var findings = try await sites.assessment().findings.filter {
            $0.check == "kind-not-served"
        }
        #expect(findings.map(\.objects) == [["Base.example.org shop/main"]])
        #expect(findings.map(\.severity) == [.decide])
        try await sites.create(TwinSites.definition, at: sites.target)
        findings = try await sites.assessment().findings.filter { $0.check == "kind-not-served" }
        #expect(findings.isEmpty)
    }

    @Test func `who writes in a version that the target does not serve is named`() async throws {
        let fields = "managedFields: [{manager: deployer, apiVersion: example.org/v1beta1}]"
        let source = """
            apiVersion: example.org/v1
            kind: Base
            metadata: {name: main, namespace: shop, \(fields)}
            ---
            apiVersion: example.org/v1
            kind: Base
            metadata: {name: new, namespace: shop, managedFields: [{manager: x, apiVersion: example.org/v1}]}
            """
        let target = "{apiVersion: example.org/v1, kind: Base, metadata: {name: a, namespace: b}}"
        let findings = try await AssessmentScene(source: source, target: target)
            .findings("writes-removed-version")
        #expect(findings.map(\.objects) == [["Base.example.org shop/main"]])
        #expect(
            findings.first?.reason.contains("deployer writes Base as example.org/v1beta1") == true
        )
    }

    @Test func `what a server remarks on a kind is told with the kind's objects`() async throws {
        let sites = TwinSites(warning: "299 - \"v1 ConfigMap is old\"")
        try await sites.create(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}}
            """,
            at: sites.source
        )
        let findings = try await sites.assessment().findings.filter { $0.check == "server-warning" }
        #expect(findings.map(\.objects) == [["ConfigMap shop/settings"]])
        #expect(findings.first?.reason == "source says: v1 ConfigMap is old")
    }
}
