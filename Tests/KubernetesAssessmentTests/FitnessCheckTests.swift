import Clocks
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import MigrationModel
import Testing

@Suite struct FitnessCheckTests {
    private static let controlPlane = ", node-role.kubernetes.io/control-plane: \"\""

    private func zone(_ name: String) -> String { ", topology.kubernetes.io/zone: \(name)" }

    @Test func `an older target and kubelets out of step are told`() async throws {
        var scene = AssessmentScene(
            source: "",
            target: node("fine")
                + node("old", info: "").replacing("v1.36.1", with: "v1.32.9")
                + node("edge").replacing("v1.36.1", with: "v1.33.0")
                + node("ahead").replacing("v1.36.1", with: "v1.37.0")
        )
        #expect(try await scene.found("version-skew") == ["Node ahead", "Node old"])
        // Before 1.25, kubelets went with servers of two minor versions more only.
        scene.target =
            node("young").replacing("v1.36.1", with: "v1.25.0")
            + node("aged").replacing("v1.36.1", with: "v1.24.0")
        scene.sourceVersion = ServerVersion(major: 1, minor: 27)
        scene.targetVersion = ServerVersion(major: 1, minor: 27)
        #expect(try await scene.found("version-skew") == ["Node aged"])
        scene.targetVersion = ServerVersion(major: 1, minor: 36)
        scene.target = ""
        scene.sourceVersion = ServerVersion(major: 1, minor: 36)
        #expect(try await scene.found("version-skew") == [])
        scene.targetVersion = ServerVersion(major: 1, minor: 35)
        #expect(try await scene.found("version-skew") == ["target"])
    }

    @Test func `addresses that both sites use are told, and which of them no bridge survives`()
        async throws
    {
        func at(_ name: String, _ address: String, pods: String) -> String {
            node(name, spec: ", podCIDR: \(pods)", info: "")
                .replacing(
                    "status:\n",
                    with: "status:\n  addresses: [{type: InternalIP, address: \(address)}]\n"
                )
        }
        let far = AssessmentScene(
            source: at("a", "10.0.0.1", pods: "10.1.0.0/24"),
            target: at("b", "10.9.0.1", pods: "10.2.0.0/24")
        )
        #expect(try await far.findings("ranges") == [])
        let shared = AssessmentScene(
            source: at("a", "10.0.0.1", pods: "10.1.0.0/16"),
            target: at("b", "10.9.0.1", pods: "10.1.7.0/24")
        )
        let note = try await shared.findings("ranges")
        #expect(note.map(\.severity) == [.note])
        #expect(note.first?.objects == ["10.1.0.0/16"])
        let hidden = AssessmentScene(
            source: at("a", "10.0.0.1", pods: "10.1.0.0/16"),
            target: at("b", "10.1.0.9", pods: "10.2.0.0/24")
        )
        let decide = try await hidden.findings("ranges")
        #expect(decide.map(\.severity) == [.decide])
        #expect(decide.first?.objects == ["Node b"])
        #expect(decide.first?.reason.hasPrefix("their addresses belong to the pods of ") == true)
    }

    @Test func `a control plane of one machine survives nothing`() async throws {
        let single = AssessmentScene(source: "", target: node("a", labels: Self.controlPlane))
        let findings = try await single.findings("control-plane")
        #expect(findings.map(\.severity) == [.decide])
        #expect(findings.first?.objects == ["Node a"])
        let three = ["a", "b", "c"].map { node($0, labels: Self.controlPlane + zone("z-\($0)")) }
        let spread = try await AssessmentScene(source: "", target: three.joined())
            .findings("control-plane")
        #expect(spread.map(\.severity) == [.note])
        #expect(spread.first?.reason.hasSuffix("the loss of 1 machine(s) and of 1 zone(s)") == true)
        let together = ["a", "b", "c"].map { node($0, labels: Self.controlPlane + zone("z")) }
        #expect(
            try await AssessmentScene(source: "", target: together.joined())
                .findings("control-plane").map(\.severity) == [.note]
        )
        let halves = ["a", "b", "c", "d", "e"].map { name in
            node(name, labels: Self.controlPlane + zone(name < "d" ? "one" : "two")) + """
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: etcd-\(name), namespace: kube-system, labels: {component: etcd}}
                spec: {nodeName: \(name), containers: [{name: etcd}]}

                """
        }
        #expect(
            try await AssessmentScene(source: "", target: halves.joined())
                .findings("control-plane").first?.reason
                == "the target's control plane has 5 machine(s) in 2 zone(s), 5 etcd member(s): it "
                + "survives the loss of 2 machine(s) and of no zone(s)"
        )
    }

    @Test func `who collects logs at the source is missed at the target`() async throws {
        let collector = deployment("logs").replacing("kind: Deployment", with: "kind: DaemonSet")
            .replacing("example.org/logs", with: "cr.fluentbit.io/fluent/fluent-bit:3.1")
        let moved = AssessmentScene(source: collector, target: node("a"))
        let findings = try await moved.findings("logging")
        #expect(findings.map(\.severity) == [.decide])
        #expect(findings.first?.reason.contains("DaemonSet.apps shop/logs") == true)
        let never = AssessmentScene(source: "", target: node("a"))
        #expect(try await never.findings("logging").map(\.severity) == [.note])
        let both = AssessmentScene(source: collector, target: collector)
        #expect(try await both.findings("logging") == [])
    }

    /// What is found when the servers' clocks lead this machine's by so many seconds.
    private func clocks(source: Int, target: Int) async throws -> [Finding] {
        let sites = TwinSites(sourceLead: source, targetLead: target)
        return try await sites.assessment().findings.filter { $0.check == "clock" }
    }

    @Test func `clocks that do not agree are told, and whose they are`() async throws {
        #expect(try await clocks(source: 0, target: 1) == [])
        let target = try await clocks(source: 0, target: -45)
        #expect(target.map(\.severity) == [.decide] && target.first?.objects == ["target"])
        #expect(target.first?.reason.contains("s behind this machine's") == true)
        let source = try await clocks(source: 10, target: 0)
        #expect(source.map(\.severity) == [.note] && source.first?.objects == ["source"])
        let ours = try await clocks(source: 120, target: 121)
        #expect(ours.map(\.objects) == [["this machine"]])
        #expect(ours.first?.reason.contains("s behind both servers'") == true)
    }

    @Test func `a node whose lease is of another time has a wrong clock`() async throws {
        let sites = TwinSites(sourceLead: 0, targetLead: 0)
        let nodes = try await sites.target.resource(group: "", kind: "Node")
        let ready: JSON = ["conditions": [["type": "Ready", "status": "True"]]]
        for (name, seconds) in [("ahead", 60), ("behind", -600), ("fine", -5)] {
            let time = SystemTime().wallTime.advanced(by: .seconds(seconds)).rfc3339Micro
            try await sites.create(
                """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: \(name), namespace: kube-node-lease}
                spec: {renewTime: "\(time)"}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: \(name)}}
                """,
                at: sites.target
            )
            _ = try await sites.target.patch(
                nodes,
                name: name,
                .merge(.object(["status": ready])),
                subresource: "status"
            )
        }
        let found = try await sites.assessment().findings.filter { $0.check == "clock" }
        #expect(Set(found.flatMap(\.objects)) == ["Node ahead", "Node behind"])
        #expect(found.count == 2)
    }

    @Test func `fewer zones than at the source are to be decided about`() async throws {
        let spread = node("a", labels: zone("one")) + node("b", labels: zone("two"))
        let together = node("a", labels: zone("one")) + node("b", labels: zone("one"))
        #expect(try await AssessmentScene(source: spread, target: spread).found("zones") == [])
        let findings = try await AssessmentScene(source: spread, target: together).findings("zones")
        #expect(findings.map(\.severity) == [.decide])
        #expect(findings.first?.objects == ["Node a", "Node b"])
    }

    @Test func `names, entries and certificates need their add-ons`() async throws {
        let source = """
            {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}}
            ---
            {apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: web, namespace: shop}}
            """
        let bare = try await AssessmentScene(source: source).findings("add-on-absent")
        #expect(bare.map(\.severity) == [.blocker, .decide, .decide, .note])
        let full = """
            apiVersion: v1
            kind: Service
            metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx}}
            ---
            {apiVersion: metrics.k8s.io/v1beta1, kind: NodeMetrics, metadata: {name: a}}
            ---
            {apiVersion: cert-manager.io/v1, kind: Issuer, metadata: {name: a, namespace: b}}
            """
        #expect(
            try await AssessmentScene(source: source, target: full).found("add-on-absent") == []
        )
    }

    private func server(_ flags: String) -> String {
        """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: kube-apiserver-a, namespace: kube-system, labels: {component: kube-apiserver}}
        spec: {containers: [{name: s, command: [kube-apiserver, \(flags)]}]}
        ---
        {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}}

        """
    }

    @Test func `flags of an API server tell whether rights and encryption are on`() async throws {
        let good = server("--authorization-mode=Node,RBAC, --encryption-provider-config=/a")
            .replacing("Node,RBAC", with: "RBAC")
        let sound = AssessmentScene(source: "", target: good)
        #expect(try await sound.found("authorization") == [])
        #expect(try await sound.found("secret-encryption") == [])
        let bad = AssessmentScene(source: "", target: server("--authorization-mode=AlwaysAllow"))
        #expect(try await bad.found("authorization") == ["target"])
        #expect(try await bad.found("secret-encryption") == ["target"])
    }

    @Test func `a binding that lets everybody in blocks`() async throws {
        func binding(_ name: String, _ group: String) -> String {
            """
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: \(name)}
            roleRef: {kind: ClusterRole, name: cluster-admin}
            subjects: [{kind: Group, name: "\(group)"}]

            """
        }
        let scene = AssessmentScene(
            source: "",
            target: binding("open", "system:unauthenticated") + binding("fine", "system:masters")
        )
        #expect(
            try await scene.found("authorization")
                == ["ClusterRoleBinding.rbac.authorization.k8s.io open"]
        )
    }

    @Test func `a namespace that is ending at the target blocks only what moves there`()
        async throws
    {
        func ending(_ name: String) -> String {
            "---\n{apiVersion: v1, kind: Namespace, metadata: {name: \(name)}, "
                + "status: {phase: Terminating}}\n"
        }
        let scene = AssessmentScene(
            source: deployment("web"),
            target: ending("shop") + ending("other")
        )
        #expect(try await scene.found("namespace-terminating") == ["Namespace shop"])
    }
}
