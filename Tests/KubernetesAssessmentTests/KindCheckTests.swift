import Clocks
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import Testing
import YAMLDocuments

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

/// Two clusters of the twin; the source may remark something on lists of ConfigMaps.
struct TwinSites {
    let source: KubernetesClient
    let target: KubernetesClient
    private let warnings = WarningLog()

    static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: bases.example.org}
        spec:
          group: example.org
          scope: Namespaced
          names: {kind: Base, plural: bases, singular: base, listKind: BaseList}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """

    init(warning: String? = nil) {
        let time = SystemTime()
        func transport(_ name: String) -> InProcessTransport {
            let last = Mutex(0)
            return InProcessTransport(
                EmbeddedCluster(
                    name: name,
                    time: time,
                    identifiers: {
                        let number = last.withLock { last in
                            last += 1
                            return last
                        }
                        return "\(name)-uid-\(number)"
                    },
                    seed: 1
                )
            )
        }
        source = KubernetesClient(
            transport: Remarking(server: transport("source"), warning: warning),
            time: time,
            observer: warnings.observer
        )
        target = KubernetesClient(transport: transport("target"), time: time)
    }

    func create(_ yaml: String, at client: KubernetesClient) async throws {
        for document in try YAMLDocuments.parse(Array(yaml.utf8), file: "test").map(\.json) {
            let kind = try #require(document.groupVersionKind)
            _ = try await client.create(try await client.resource(for: kind), document)
        }
    }

    func assessment() async throws -> Assessment {
        Assessment(
            of: try await EstateReader(
                source: AssessedSite(
                    cluster: ClusterSource(name: "source", client: source),
                    warnings: warnings
                ),
                target: AssessedSite(cluster: ClusterSource(name: "target", client: target))
            ).read()
        )
    }
}

/// Adds a remark to each list of ConfigMaps.
private struct Remarking: HTTPTransport {
    let server: InProcessTransport
    let warning: String?

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        var response = try await server.send(request, timeout: timeout)
        if let warning, request.target.hasPrefix("/api/v1/configmaps") {
            response.headers.add("Warning", warning)
        }
        return response
    }
}
