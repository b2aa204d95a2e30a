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
        #expect(try await full.found("capacity") == ["target"])
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
}
