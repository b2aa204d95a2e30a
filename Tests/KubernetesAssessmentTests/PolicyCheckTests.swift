import JSONValues
import KubernetesAssessment
import MigrationModel
import Testing

@Suite struct PolicyCheckTests {
    private func namespace(_ level: String) -> String {
        """
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: \(level)}}

        """
    }

    private static let hardened = """
        securityContext:
                        runAsNonRoot: true
                        allowPrivilegeEscalation: false
                        seccompProfile: {type: RuntimeDefault}
                        capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}
        """

    @Test func `each level forbids what the standards say, and no more`() async throws {
        let workloads =
            deployment("plain") + deployment("hardened", container: Self.hardened)
            + deployment("host", spec: "hostNetwork: true")
            + deployment("privileged", container: "securityContext: {privileged: true}")
            + deployment("admin", container: "securityContext: {capabilities: {add: [SYS_ADMIN]}}")
            + deployment("port", container: "ports: [{containerPort: 80, hostPort: 80}]")
            + deployment("disk", spec: "volumes: [{name: a, hostPath: {path: /}}]")
            + deployment("loose", spec: "securityContext: {seccompProfile: {type: Unconfined}}")
        func refused(_ level: String) async throws -> [String] {
            try await AssessmentScene(source: workloads, target: namespace(level))
                .found("pod-security")
        }
        let overBaseline = ["admin", "disk", "host", "loose", "port", "privileged"]
        #expect(try await refused("privileged") == [])
        #expect(
            try await refused("baseline") == overBaseline.map { "Deployment.apps shop/\($0)" }
        )
        #expect(
            try await refused("restricted")
                == (overBaseline + ["plain"]).sorted().map { "Deployment.apps shop/\($0)" }
        )
    }

    @Test func `the label of the target's namespace counts, else that of the copied one`()
        async throws
    {
        let workload = deployment("plain")
        let strict = AssessmentScene(source: workload + namespace("restricted"))
        #expect(try await strict.found("pod-security") == ["Deployment.apps shop/plain"])
        let open = AssessmentScene(
            source: workload + namespace("restricted"),
            target: namespace("privileged")
        )
        #expect(try await open.found("pod-security") == [])
    }

    private static let request = "resources: {requests: {cpu: 500m, memory: 1Gi}}"

    private func quota(cpu: String, pods: String) -> String {
        """
        ---
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: limits, namespace: shop}
        spec: {hard: {requests.cpu: \(cpu), pods: "\(pods)"}}
        status: {used: {requests.cpu: 500m, pods: "1"}}

        """
    }

    @Test func `a quota counts what is used and what comes`() async throws {
        let source = deployment("web", container: Self.request)
        let enough = AssessmentScene(source: source, target: quota(cpu: "1500m", pods: "3"))
        #expect(try await enough.found("quota") == [])
        let tight = AssessmentScene(source: source, target: quota(cpu: "1400m", pods: "2"))
        let findings = try await tight.findings("quota")
        #expect(findings.map(\.severity) == [.blocker])
        #expect(findings.first?.reason.contains("requests.cpu (1400m allowed)") == true)
        #expect(findings.first?.reason.contains("pods (2 allowed)") == true)
    }

    @Test func `nodes must have room beside what runs on them`() async throws {
        let source = deployment("web", container: Self.request)
        let pod = """
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: busy
              namespace: other
              ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller: true}]
            spec: {nodeName: a, containers: [{name: a, resources: {requests: {cpu: 1500m}}}]}
            status: {phase: Running}

            """
        let empty = AssessmentScene(source: source, target: node("a"))
        #expect(try await empty.found("capacity") == [])
        let full = AssessmentScene(source: source, target: node("a") + pod)
        #expect(try await full.found("capacity") == ["Deployment.apps shop/web"])
        let ended = AssessmentScene(
            source: source,
            target: node("a") + pod.replacing("Running", with: "Succeeded")
        )
        #expect(try await ended.found("capacity") == [])
        let none = AssessmentScene(
            source: source,
            target: node("a", spec: ", taints: [{key: x, effect: NoSchedule}]")
        )
        #expect(try await none.found("capacity") == ["target"])
    }

    @Test func `one pod must fit on one node`() async throws {
        let large = "resources: {requests: {cpu: \"3\"}}"
        let scene = AssessmentScene(
            source: deployment("large", container: large).replacing(
                "replicas: 2",
                with: "replicas: 1"
            ),
            target: node("a") + node("b")
        )
        #expect(try await scene.found("capacity") == ["Deployment.apps shop/large"])
    }

    @Test func `each wave needs room beside those before it`() async throws {
        func workload(_ name: String, in namespace: String) -> String {
            deployment(name, container: "resources: {requests: {cpu: 500m}}")
                .replacing("namespace: shop", with: "namespace: \(namespace)")
        }
        var scene = AssessmentScene(
            source: ["a", "b", "c"].map { workload($0, in: "team-\($0)") }.joined(),
            target: node("a")
        )
        let plan = try await scene.assessment().capacity
        #expect(plan.waves.map(\.name) == ["a", "b", "c"].map { "namespace team-\($0)" })
        #expect(plan.waves.map(\.cumulative.cpu) == [1000, 2000, 3000])
        #expect(plan.waves.map(\.exceeded) == [[], [], ["cpu"]])
        let findings = try await scene.findings("capacity")
        #expect(findings.map(\.severity) == [.blocker])
        #expect(findings.first?.objects == ["Deployment.apps team-c/c"])
        #expect(findings.first?.reason.contains("up to and with namespace team-b") == true)
        // What is stated goes before the order of names, and what stays needs no room.
        scene.stated = StatedFacts(
            waves: ["Deployment team-a/a": 2],
            staying: ["Deployment team-b/b"]
        )
        let stated = try await scene.assessment()
        #expect(
            stated.capacity.waves.map(\.name)
                == ["wave 1, namespace team-c", "wave 2, namespace team-a"]
        )
        #expect(!stated.findings.contains { $0.check == "capacity" })
        #expect(stated.json.at("capacity", "waves")?[1]?["cumulative"]?["cpu"] == 2000)
    }

    @Test func `devices and pods are counted like processors`() async throws {
        let source = deployment(
            "trainer",
            container: "resources: {limits: {nvidia.com/gpu: 1}}"
        )
        let bare = AssessmentScene(source: source, target: node("a"))
        let findings = try await bare.findings("capacity")
        #expect(findings.count == 2)
        #expect(findings.contains { $0.reason.contains("not enough nvidia.com/gpu") })
        let fitted = node("a").replacing("memory: 4Gi", with: "memory: 4Gi, nvidia.com/gpu: 2")
        #expect(
            try await AssessmentScene(source: source, target: fitted).found("capacity") == []
        )
        let small = fitted.replacing("pods: \"110\"", with: "pods: \"1\"")
        let full = try await AssessmentScene(source: source, target: small).findings("capacity")
        #expect(full.map { $0.reason.hasSuffix("not enough pods") } == [true])
        let limited =
            fitted + """
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: devices, namespace: shop}
                spec: {hard: {requests.nvidia.com/gpu: "1"}}

                """
        #expect(
            try await AssessmentScene(source: source, target: limited).found("quota")
                == ["ResourceQuota shop/devices"]
        )
    }

    @Test func `a DaemonSet takes its share of every node`() async throws {
        let set = deployment("agent", container: "resources: {requests: {cpu: 1500m}}")
            .replacing("kind: Deployment", with: "kind: DaemonSet")
        let plan = try await AssessmentScene(source: set, target: node("a") + node("b"))
            .assessment().capacity
        #expect(plan.waves.map(\.requests.cpu) == [3000])
    }
}
