import JSONValues
import KubernetesObjects

/// Where pods are described within objects of the server's own kinds.
enum PodTemplates {
    private static let paths: [String: [String]] = [
        "/Pod": ["spec"],
        "/PodTemplate": ["template", "spec"],
        "/ReplicationController": ["spec", "template", "spec"],
        "apps/Deployment": ["spec", "template", "spec"],
        "apps/ReplicaSet": ["spec", "template", "spec"],
        "apps/StatefulSet": ["spec", "template", "spec"],
        "apps/DaemonSet": ["spec", "template", "spec"],
        "batch/Job": ["spec", "template", "spec"],
        "batch/CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
    ]

    /// Hands the pod's spec to `change`, if the object describes a pod.
    static func change(in object: inout JSON, _ change: (inout JSON) -> Void) {
        let kind = "\(object.groupVersionKind?.group ?? "")/\(object.kind ?? "")"
        guard let path = paths[kind], var spec = object.at(path), spec.object != nil else {
            return
        }
        let before = spec
        change(&spec)
        if spec != before { object.set(spec, at: path) }
    }
}

extension JSON {
    /// Hands every element of a list below `path` to `change`, if there is one.
    mutating func changeElements(at path: String..., by change: (inout JSON) -> Void) {
        guard let elements = at(path)?.array else { return }
        let changed = elements.map { element in
            var element = element
            change(&element)
            return element
        }
        if changed != elements { set(.array(changed), at: path) }
    }
}
