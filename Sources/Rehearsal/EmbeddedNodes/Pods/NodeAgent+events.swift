import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects

/// What a node tells of its pods.
extension NodeAgent {
    func tell(
        _ pod: JSON,
        _ reason: String,
        _ message: String,
        isWarning: Bool = false,
        by component: String
    ) {
        cluster.record(
            EventNote(
                about: pod,
                isWarning: isWarning,
                reason: reason,
                message: message,
                component: component
            )
        )
    }

    /// Tells of each container of a pod what its node does with it.
    func tell(_ plan: PodPlan, on node: TwinNode, _ acts: ContainerAct...) {
        guard let pod = cluster.get(.pods, namespace: plan.namespace, name: plan.name),
            pod.uid == plan.uid
        else { return }
        for container in pod.at("spec", "containers")?.array ?? [] {
            let name = container["name"]?.string ?? ""
            for act in acts {
                cluster.record(
                    EventNote(
                        about: pod,
                        fieldPath: "spec.containers{\(name)}",
                        reason: act.rawValue,
                        message: act.message(name, image: container["image"]?.string ?? ""),
                        component: NodeWriter.manager,
                        host: node.name
                    )
                )
            }
        }
    }

    /// What a node does with a container; raw values are the reasons of its Events.
    enum ContainerAct: String {
        case pulled = "Pulled"
        case created = "Created"
        case started = "Started"
        case killing = "Killing"

        fileprivate func message(_ name: String, image: String) -> String {
            switch self {
            case .pulled: "Container image \"\(image)\" already present on machine"
            case .created: "Created container: \(name)"
            case .started: "Started container \(name)"
            case .killing: "Stopping container \(name)"
            }
        }
    }
}
