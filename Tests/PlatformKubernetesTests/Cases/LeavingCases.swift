import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

/// What is seen of a site that is about to be left, and of one that was.
extension PlatformCase {
    static let leaving: [PlatformCase] = [
        PlatformCase(
            "leaving-names",
            "A name is bridged only when it selects no pod of its site any more"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            try await pair.source.addReadyPod(
                "web-1",
                in: namespace,
                labels: ["app": "web", "tier": "front"],
                address: "10.1.0.1"
            )
            let platform = pair.platform(.source)
            let condition = Condition.bridgedOnly(site: .source, service: scene.service)
            var last: (move: Scene.Move, before: BeforeImage)?
            for move in try await scene.moves().prefix(while: { $0.description != "scale down" }) {
                #expect(try await platform.check(condition, replicas: nil) != .holds, "\(move)")
                let before = try await scene.survey(move)
                try await scene.perform(move, from: before)
                last = (move, before)
            }
            try await pair.wait(until: "the name leads to no pod of the source") {
                try await platform.check(condition, replicas: nil) == .holds
            }
            let unselect = try #require(last)
            try await scene.undo(unselect.move, to: unselect.before)
            #expect(
                try await platform.check(condition, replicas: nil)
                    == .waiting(seen: "\(scene.service) selects its own pods at the source")
            )
        },
        PlatformCase(
            "leaving-pods",
            "A workload is gone when no pod of its own runs, whatever has ended or looks alike"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let platform = pair.platform(.source)
            let condition = Condition.gone(site: .source, workload: scene.workload)
            func pods() async throws -> [JSON] {
                try await pair.source.list("v1", "Pod", in: namespace)
            }
            try await pair.wait(until: "its pods are there") { try await pods().count == 3 }
            #expect(try await platform.check(condition, replicas: nil) != .holds)
            let evicted = try #require(try await pods().first?.name)
            try await pair.source.setStatus(
                of: scene.reference("v1", "Pod", evicted),
                ["phase": "Failed", "reason": "Evicted", "message": "The node was low on memory."]
            )
            try await pair.source.addReadyPod(
                "alike",
                in: namespace,
                labels: ["run": "web"],
                address: "10.1.0.9"
            )
            try await pair.source.merge(["spec": ["replicas": 0]], into: scene.deployment)
            try await pair.wait(until: "its own pods are gone") {
                try await platform.check(condition, replicas: nil) == .holds
            }
            #expect(try await pods().compactMap(\.name).sorted() == ["alike", evicted].sorted())
        },
        PlatformCase(
            "leaving-callers",
            "Whoever names a Service and does not cross is told: other kinds, other namespaces"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let others = "\(namespace)-ops"
            try await pair.source.create([
                "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(others)],
            ])
            func pod(calling url: String) -> JSON {
                [
                    "metadata": ["labels": ["run": "caller"]],
                    "spec": [
                        "restartPolicy": "OnFailure",
                        "containers": [
                            [
                                "name": "main", "image": "nothing",
                                "env": [["name": "SHOP", "value": .string(url)]],
                            ]
                        ],
                    ],
                ]
            }
            try await pair.source.create([
                "apiVersion": "batch/v1", "kind": "CronJob",
                "metadata": ["name": "sweep", "namespace": .string(namespace)],
                "spec": [
                    "schedule": "0 0 1 1 *",
                    "jobTemplate": ["spec": ["template": pod(calling: "http://web/")]],
                ],
            ])
            var shell = pod(calling: "http://web/")
            shell["apiVersion"] = "v1"
            shell["kind"] = "Pod"
            shell.name = "shell"
            shell.namespace = namespace
            try await pair.source.create(shell)
            for (name, url) in [("desk", "http://web.\(namespace)/"), ("idle", "http://web/")] {
                var template = pod(calling: url)
                template.remove(at: "spec", "restartPolicy")
                try await pair.source.create([
                    "apiVersion": "apps/v1", "kind": "Deployment",
                    "metadata": ["name": .string(name), "namespace": .string(others)],
                    "spec": [
                        "replicas": 1, "selector": ["matchLabels": ["run": "caller"]],
                        "template": template,
                    ],
                ])
            }
            let inventory = try await pair.platform(.source).inventory(namespaces: [namespace])
            let call = CallRecord(service: scene.service, evidence: "env SHOP")
            #expect(inventory.callersUnread == [])
            #expect(
                inventory.callers == [
                    CallerRecord(
                        caller: scene.reference("v1", "Pod", "shell"),
                        calls: [call]
                    ),
                    CallerRecord(
                        caller: ObjectReference("apps/v1", "Deployment", others, "desk"),
                        calls: [call]
                    ),
                ]
            )
            // What crosses by itself calls from the other site.
            let sweep = inventory.workloads.first { $0.id.name == "sweep" }
            #expect(sweep?.id.kind == "CronJob")
            #expect(sweep?.calls == [call])
        },
        PlatformCase(
            "leaving-deletion",
            "What is deleted is what was planned or is the run's, and no other of the name"
        ) { pair, namespace in
            let scene = try await Scene.open(pair, in: namespace)
            let settings = try await scene.seen(scene.settings, at: .source)
            func delete(_ reference: ObjectReference, _ uid: String?) async throws {
                let object = DoomedObject(reference: reference, uid: uid)
                let move = Scene.Move(
                    site: .source,
                    change: .delete(objects: [object]),
                    description: "deletion"
                )
                try await scene.perform(move, from: try await scene.survey(move))
            }
            try await delete(scene.settings, "another")
            try await delete(scene.webService, nil)
            #expect(try await pair.source.find(scene.settings) != nil)
            #expect(try await pair.source.find(scene.webService) != nil)
            let local = try #require(try await scene.moves().first)
            try await scene.perform(local, from: try await scene.survey(local))
            let localName = scene.reference("v1", "Service", "web-local")
            #expect(try await pair.source.find(localName) != nil)
            try await delete(localName, nil)
            try await delete(scene.settings, settings.uid)
            #expect(try await pair.source.find(localName) == nil)
            #expect(try await pair.source.find(scene.settings) == nil)
        },
    ]
}
