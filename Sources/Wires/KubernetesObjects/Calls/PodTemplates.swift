import JSONValues

/// Where objects of the server's own kinds describe pods.
package enum PodTemplates {
    /// To what has a pod's metadata and spec, by `groupKind`.
    private static let paths: [String: [String]] = [
        "Pod": [],
        "PodTemplate": ["template"],
        "ReplicationController": ["spec", "template"],
        "Deployment.apps": ["spec", "template"],
        "ReplicaSet.apps": ["spec", "template"],
        "StatefulSet.apps": ["spec", "template"],
        "DaemonSet.apps": ["spec", "template"],
        "Job.batch": ["spec", "template"],
        "CronJob.batch": ["spec", "jobTemplate", "spec", "template"],
    ]

    /// Hands the pod's spec to `change`, if the object describes a pod.
    package static func change(in object: inout JSON, _ change: (inout JSON) -> Void) {
        guard let path = path(object), var spec = object.podSpec else { return }
        let before = spec
        change(&spec)
        if spec != before { object.set(spec, at: path + ["spec"]) }
    }

    /// The object with an annotation on the pods that it makes or is.
    package static func annotated(_ object: JSON, _ key: String, _ value: String) -> JSON {
        guard let path = path(object), object.podTemplate != nil else { return object }
        var object = object
        object.set(.string(value), at: path + ["metadata", "annotations", key])
        return object
    }

    fileprivate static func path(_ object: JSON) -> [String]? { paths[object.groupKind] }
}

extension JSON {
    /// What has the labels and the spec of the pods that an object makes or is; nil for one of another
    /// kind, and for one that lacks it.
    package var podTemplate: JSON? {
        PodTemplates.path(self).flatMap { $0.isEmpty ? self : at($0) }
    }

    /// The spec of the pods that an object makes or is; nil where it has none.
    package var podSpec: JSON? { podTemplate?["spec"].flatMap { $0.object == nil ? nil : $0 } }
}
