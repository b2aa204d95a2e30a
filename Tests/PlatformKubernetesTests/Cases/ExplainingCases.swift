import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

/// What the objects of a site tell of why a condition does not hold.
extension PlatformCase {
    static let explaining: [PlatformCase] = [
        PlatformCase(
            "explaining-pods",
            "Pods that are not ready say why, in the words of whoever holds them up"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let platform = pair.platform(.source)
            let condition = Condition.ready(
                site: .source,
                workload: scene.workload,
                replicas: .atLeast(count: 3)
            )
            func pods() async throws -> [JSON] {
                try await pair.source.list("v1", "Pod", in: namespace)
            }
            try await pair.wait(until: "its pods are there") { try await pods().count == 3 }
            let first = try #require(try await pods().compactMap(\.name).min())
            for (status, words) in unreadyStatuses {
                try await pair.source.setStatus(of: scene.reference("v1", "Pod", first), status)
                #expect(try await platform.explain(condition) == "pod \(first) \(words)")
            }
            let deployed = Condition.deployedAsPlanned(
                site: .source,
                workload: scene.workload,
                template: ""
            )
            #expect(try await platform.explain(deployed) == nil)
        },
        PlatformCase(
            "explaining-refusals",
            "Where no pod can be made, the controller's own words say why"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let platform = pair.platform(.source)
            try await pair.source.create([
                "apiVersion": "v1", "kind": "ResourceQuota",
                "metadata": ["name": "none", "namespace": .string(namespace)],
                "spec": ["hard": ["pods": "0"]],
            ])
            try await pair.source.merge(["spec": ["replicas": 0]], into: scene.deployment)
            try await pair.wait(until: "its pods are gone") {
                try await pair.source.list("v1", "Pod", in: namespace).isEmpty
            }
            try await pair.source.merge(["spec": ["replicas": 2]], into: scene.deployment)
            let condition = Condition.ready(
                site: .source,
                workload: scene.workload,
                replicas: .atLeast(count: 2)
            )
            try await pair.wait(until: "the refusal is told") {
                try await platform.explain(condition) != nil
            }
            let told = try #require(try await platform.explain(condition))
            #expect(told.hasPrefix("no pod of it is made: "), "\(told)")
            #expect(told.contains("exceeded quota: none"), "\(told)")
        },
    ]

    /// Statuses as schedulers and kubelets write them, and what is said of each.
    private static let unreadyStatuses: [(status: JSON, words: String)] = [
        (
            [
                "phase": "Pending",
                "conditions": [
                    [
                        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                        "message": "0/1 nodes are available: 1 Insufficient cpu.",
                    ]
                ],
            ], "has no node: Unschedulable: 0/1 nodes are available: 1 Insufficient cpu."
        ),
        (
            container(
                [
                    "waiting": [
                        "reason": "ImagePullBackOff",
                        "message": "Back-off pulling image \"nothing\"",
                    ]
                ]
            ), "waits with its container web: ImagePullBackOff: Back-off pulling image \"nothing\""
        ),
        (
            container(
                [
                    "waiting": [
                        "reason": "CrashLoopBackOff", "message": "back-off 10s restarting",
                    ]
                ],
                last: ["terminated": ["exitCode": 3, "reason": "Error"]],
                restarts: 2
            ),
            "waits with its container web: CrashLoopBackOff: back-off 10s restarting, ended with "
                + "exit code 3 (Error)"
        ),
        (
            container(["running": ["startedAt": "2026-01-01T00:00:00Z"]]),
            "runs its container web, whose readiness probe has not succeeded yet"
        ),
    ]

    private static func container(_ state: JSON, last: JSON = [:], restarts: Int = 0) -> JSON {
        [
            "phase": "Running",
            "conditions": [
                ["type": "PodScheduled", "status": "True"], ["type": "Ready", "status": "False"],
            ],
            "containerStatuses": [
                [
                    "name": "web", "image": "nothing", "imageID": "", "ready": false,
                    "restartCount": .int(restarts), "state": state, "lastState": last,
                ]
            ],
        ]
    }
}
