import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import Foundation
import JSONValues
import KubernetesObjects
import MigrationFile
import MigrationModel
import Twin
import YAMLDocuments

/// The migration file that moves everything of a twin's source to its target.
struct TwinMigrationFile {
    private let twin: RunningTwin
    private let settings: TwinSettings
    private let kubeconfig: String

    init(_ twin: RunningTwin, _ settings: TwinSettings, kubeconfig: String) {
        self.twin = twin
        self.settings = settings
        self.kubeconfig = URL(fileURLWithPath: kubeconfig).standardizedFileURL.path
    }

    var text: String {
        let ports = twin.world.ports
        let namespaces = Set(twin.pair.source.list(.deployments).compactMap(\.namespace)).sorted()
        return YAMLDocuments.text([
            "apiVersion": "diolkos.dev/v1alpha1",
            "kind": "Migration",
            "metadata": ["name": "twin"],
            "spec": [
                "source": site(settings.sourceContext, ports.sourceEntry),
                "target": site(settings.targetContext, ports.targetEntry),
                "namespaces": .array(namespaces.map(JSON.string)),
                "traffic": [
                    "provider": "twin",
                    "twin": [
                        "url": .string("http://127.0.0.1:\(ports.control)"),
                        "front": .string("http://127.0.0.1:\(ports.balancer)"),
                    ],
                ],
                "settle": "600ms",
                "ramp": ["weights": [25, 50, 100], "requestsMin": 20, "soak": "500ms"],
                "workloads": .array(workloads),
            ],
        ])
    }

    /// What the plan asks of the estate that Diolkos ships, if it is there.
    private var workloads: [JSON] {
        DemoWorkloads.rules.map(\.workload).filter { workload in
            let resource: ResourceName = workload.isStatefulSet ? .statefulSets : .deployments
            let found = twin.pair.source
                .get(resource, namespace: workload.namespace, name: workload.name)
            return found != nil
        }.map {
            [
                "name": .string("\($0.namespace)/\($0.name)"), "kind": .string($0.kind),
                "activation": "shared",
            ]
        }
    }

    private func site(_ context: String, _ entry: Int) -> JSON {
        [
            "context": .string(context), "kubeconfig": .string(kubeconfig),
            "entry": .string("http://127.0.0.1:\(entry)"),
        ]
    }
}
