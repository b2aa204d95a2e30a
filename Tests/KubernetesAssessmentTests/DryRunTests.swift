import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

@Suite struct DryRunTests {
    private static let estate = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: one, namespace: shop}, data: {a: bad}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: two, namespace: shop}, data: {a: bad}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: fine, namespace: shop}, data: {a: good}}
        """

    private func findings(_ sites: TwinSites, _ yaml: String) async throws -> [Finding] {
        try await sites.create(yaml, at: sites.source)
        sites.beginRecording()
        return try await DryRun(
            CopyRule(name: "x", selection: CopySelection(namespaces: ["shop"])),
            from: ClusterSource(name: "source", client: sites.source),
            to: sites.target
        ).findings()
    }

    private func refusal(_ message: String, code: Int = 403) -> Refusing.Refusal {
        Refusing.Refusal(
            word: "bad",
            status: [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": .int(code),
                "reason": "Forbidden", "message": .string(message),
            ]
        )
    }

    @Test func `what a server takes is silent, and nothing is left there`() async throws {
        let sites = TwinSites()
        let findings = try await findings(sites, Self.estate)
        #expect(findings.map(\.check) == ["dry-run-elsewhere"])
        #expect(findings.first?.objects == ["Namespace shop"])
        let maps = try await sites.target.resource(group: "", kind: "ConfigMap")
        #expect(try await sites.target.list(maps).items.filter { $0["data"] != nil }.isEmpty)
        let namespaces = try await sites.target.resource(group: "", kind: "Namespace")
        #expect(try await sites.target.find(namespaces, name: "shop") == nil)
    }

    @Test func `one reason is told once, with every object that it is about`() async throws {
        let sites = TwinSites(refusal: refusal("denied by policy"))
        try await sites.create(
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}",
            at: sites.target
        )
        let findings = try await findings(sites, Self.estate)
        #expect(findings.map(\.check) == ["dry-run-refused"])
        #expect(findings.map(\.severity) == [.blocker])
        #expect(findings.first?.objects == ["ConfigMap shop/one", "ConfigMap shop/two"])
        #expect(findings.first?.reason.contains("denied by policy") == true)
    }

    @Test func `a webhook that cannot be asked is no refusal`() async throws {
        let sites = TwinSites(
            refusal: refusal("admission webhook \"a.b\" does not support dry run", code: 400)
        )
        let findings = try await findings(sites, Self.estate)
        #expect(findings.map(\.check) == ["dry-run-untried", "dry-run-elsewhere"])
        #expect(findings.first?.severity == .decide)
    }

    @Test func `a server's words about a Secret are not repeated`() async throws {
        let sites = TwinSites(
            refusal: Refusing.Refusal(
                word: "aHVudGVyMg==",
                status: [
                    "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 422,
                    "reason": "Invalid", "message": "data[x]: Invalid value: \"hunter2\"",
                    "details": [
                        "causes": [["field": "data[x]", "message": "Invalid value: \"hunter2\""]]
                    ],
                ]
            )
        )
        let secret = """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: login, namespace: shop}, data: {x: aHVudGVyMg==}}
            """
        let refused = try await findings(sites, secret).filter { $0.check == "dry-run-refused" }
        #expect(refused.map(\.objects) == [["Secret shop/login"]])
        #expect(refused.first?.reason.contains("Invalid in data[x]") == true)
        #expect(refused.first?.reason.contains("hunter2") == false)
    }
}
