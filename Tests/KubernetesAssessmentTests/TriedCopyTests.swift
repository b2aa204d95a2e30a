import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

@Suite struct TriedCopyTests {
    private static let estate = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: one, namespace: shop}, data: {a: bad}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: two, namespace: shop}, data: {a: bad}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: fine, namespace: shop}, data: {a: good}}
        """

    private func findings(
        _ sites: TwinSites,
        _ yaml: String,
        _ rule: CopyRule = CopyRule(name: "x", selection: CopySelection(namespaces: ["shop"]))
    ) async throws -> [Finding] {
        try await sites.create(yaml, at: sites.source)
        sites.beginRecording()
        return try await TriedCopy(
            rule,
            from: ClusterSource(name: "source", client: sites.source),
            to: ClusterSource(name: "target", client: sites.target)
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

    @Test func `what a copy leaves out is not asked about, and what comes along is`() async throws {
        let sites = TwinSites(refusal: refusal("denied by policy"))
        let findings = try await findings(
            sites,
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: shop}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: bad-alone, namespace: shop}
            spec: {serviceAccountName: robot, containers: [{name: a, image: a}]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: bad-binding}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
            subjects: [{kind: ServiceAccount, name: default, namespace: shop}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: bad-stranger}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
            subjects: [{kind: ServiceAccount, name: default, namespace: elsewhere}]
            """
        )
        #expect(
            findings.filter { $0.check == "dry-run-refused" }.flatMap(\.objects)
                == ["ClusterRoleBinding.rbac.authorization.k8s.io bad-binding"]
        )
    }

    @Test func `what would stop the copy before it begins is told by the copy's name for it`()
        async throws
    {
        let sites = TwinSites()
        try await sites.create(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: one, namespace: shop}, data: {a: other}}
            """,
            at: sites.target
        )
        let findings = try await findings(sites, Self.estate)
        #expect(findings.map(\.check) == ["not-ours-to-change"])
        #expect(findings.first?.objects == ["ConfigMap shop/one"])
    }

    @Test
    func `objects without their definition are noted, and those named in the stand-in are taken`()
        async throws
    {
        let sites = TwinSites()
        try await sites.create(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, namespace: default}}",
            at: sites.target
        )
        try await sites.create(TwinSites.definition, at: sites.source)
        let base =
            "{apiVersion: example.org/v1, kind: Base, metadata: {name: main, namespace: shop}}"
        let findings = try await findings(sites, "\(Self.estate)\n---\n\(base)")
        #expect(findings.map(\.check) == ["dry-run-elsewhere", "dry-run-not-asked"])
        #expect(findings.last?.objects == ["Base.example.org shop/main"])
        #expect(findings.last?.severity == .note)
    }

    @Test func `transforms that change nothing are told, unless only a part is looked at`()
        async throws
    {
        let sites = TwinSites()
        var rule = CopyRule(name: "x", selection: CopySelection(namespaces: ["shop"]))
        rule.transforms.namespaces = ["elsewhere": "there"]
        let whole = try await findings(sites, Self.estate, rule)
        #expect(whole.map(\.check) == ["dry-run-unplanned"])
        #expect(whole.first?.reason.contains("transforms.namespaces") == true)
        let part = try await TriedCopy(
            rule,
            from: ClusterSource(name: "source", client: sites.source),
            to: ClusterSource(name: "target", client: sites.target),
            isPart: true
        ).findings()
        #expect(part.map(\.check) == ["dry-run-elsewhere"])
    }
}
