import Clocks
import EmbeddedAPI
import EmbeddedControllers
import JSONValues
import KubernetesObjects
import LoadGenerator
import Testing

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// The nodes together with the controllers that make a cluster live.
@Suite(.serialized) struct ControllerTests {
    private static func deployment(_ name: String, calls: String) -> JSON {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": "shop"],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": [
                        "labels": ["app": .string(name)],
                        "annotations": [TwinAnnotation.calls: .string(calls)],
                    ],
                    "spec": [
                        "containers": [
                            [
                                "name": "main", "image": "example.test/image:1",
                                "ports": [["containerPort": 8080]],
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    private static func image(of pod: JSON) -> String? {
        pod.at("spec", "containers")?[0]?["image"]?.string
    }

    @Test func `a rollout under load fails no request`() async throws {
        try await TestWorld.run(keepsSlices: false) { source, _ in
            try source.addNamespace("shop")
            for (name, calls) in [("web", "cart"), ("cart", "")] {
                try source.cluster.create(Self.deployment(name, calls: calls), manager: "test")
                try source.addService(name, in: "shop", selecting: name)
            }
            try source.addIngress("web.test", to: "web", in: "shop")
        } body: { world in
            let cluster = world.source.cluster
            let time = SystemTime()
            let port = world.running.ports.sourceEntry
            let controllers = ControllerManager(cluster: cluster, time: time, seed: 1)
            let load = TestWorld.load(port: port)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { try await controllers.run() } catch is CancellationError {
                        // The test is over.
                    }
                }
                try await world.eventually("four pods are ready, and the path serves") {
                    let pods = cluster.list(.pods).compactMap(\.name)
                    guard pods.count == 4, pods.allSatisfy({ world.source.isReady($0, in: "shop") })
                    else { return false }
                    return try await world.client.get("web.test", port: port).status == 200
                }
                let answer = try await world.client.get("web.test", port: port)
                #expect(answer.workload == "shop/web")
                group.addTask { try await load.run() }
                for name in ["cart", "web"] {
                    try cluster.mutate(
                        .deployments,
                        namespace: "shop",
                        name: name,
                        manager: "test"
                    ) { deployment in
                        var container = deployment.at("spec", "template", "spec", "containers")?[0]
                        container?["image"] = "example.test/image:2"
                        deployment.set(
                            container.map { [$0] },
                            at: "spec",
                            "template",
                            "spec",
                            "containers"
                        )
                    }
                }
                try await world.eventually("only new pods are left") {
                    let images = cluster.list(.pods).map(Self.image)
                    return images.count == 4 && images.allSatisfy { $0 == "example.test/image:2" }
                }
                group.cancelAll()
            }
            #expect(load.report(of: "all").failures == [:])
            #expect(load.report(of: "all").answered > 50)
            #expect(world.running.counters.problems == [])
        }
    }

    @Test func `a pod that does not run for ever succeeds and serves no more`() async throws {
        try await TestWorld.run { source, _ in
            try source.addNamespace("shop")
            try source.cluster.create(
                [
                    "apiVersion": "v1", "kind": "Pod",
                    "metadata": [
                        "name": "once", "namespace": "shop",
                        "annotations": [TwinAnnotation.runTime: "20ms"],
                    ],
                    "spec": [
                        "restartPolicy": "Never",
                        "containers": [["name": "main", "image": "example.test/image:1"]],
                    ],
                ],
                manager: "test"
            )
        } body: { world in
            let cluster = world.source.cluster
            try await world.eventually("the pod succeeds") {
                cluster.get(.pods, namespace: "shop", name: "once")?.at("status", "phase")
                    == "Succeeded"
            }
            let pod = try #require(cluster.get(.pods, namespace: "shop", name: "once"))
            let state = pod.at("status", "containerStatuses")?[0]?["state"]
            #expect(state?.at("terminated", "exitCode") == 0)
            try await world.eventually("its server is gone") {
                world.running.world.source.nodes.countsByPod.isEmpty
            }
        }
    }

    @Test func `a pod that no node takes waits and says why`() async throws {
        try await TestWorld.run { source, _ in
            try source.addNamespace("shop")
            try source.addPod(
                "picky",
                of: "web",
                in: "shop",
                nodeSelector: ["disk": "ssd"]
            )
            try source.addPod(
                "usual",
                of: "web",
                in: "shop",
                nodeSelector: ["beta.kubernetes.io/os": "linux"]
            )
        } body: { world in
            try await world.eventually("the usual pod is ready") {
                world.source.isReady("usual", in: "shop")
            }
            let pod = world.source.cluster.get(.pods, namespace: "shop", name: "picky")
            #expect(pod?.at("status", "phase") == "Pending")
            #expect(pod?.at("spec", "nodeName") == nil)
            let condition = pod?.at("status", "conditions")?[0]
            #expect(condition?["reason"] == "Unschedulable")
            let nodes = world.source.cluster.list(.nodes)
            #expect(nodes.compactMap(\.name) == ["source-node-1", "source-node-2"])
            #expect(
                nodes.first?.at("status", "addresses")?[0]
                    == ["type": "InternalIP", "address": "10.1.255.1"]
            )
        }
    }
}
