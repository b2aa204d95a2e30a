import JSONValues
import KubernetesObjects

/// Makes a workload stand still at the target: what it was is noted on it.
enum StoppedForm {
    /// Why an object cannot be copied and stand still; nil when it can.
    static func obstacle(_ object: JSON) -> String? {
        switch (object.groupVersionKind?.group, object.kind) {
        case ("batch", "Job"): "it would run again at the target"
        case ("", "Pod"): "a pod without a controller runs as soon as it is there"
        default: nil
        }
    }

    static func apply(to object: inout JSON) {
        switch (object.groupVersionKind?.group, object.kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "ReplicaSet"),
            ("", "ReplicationController"):
            let replicas = object.at("spec", "replicas")?.int ?? 1
            guard replicas > 0 else { return }
            object.set(0, at: "spec", "replicas")
            annotate(&object, CopyMarks.replicas, String(replicas))
        case ("batch", "CronJob"):
            guard object.at("spec", "suspend")?.bool != true else { return }
            object.set(true, at: "spec", "suspend")
            annotate(&object, CopyMarks.suspended, "true")
        default: break
        }
    }

    private static func annotate(_ object: inout JSON, _ key: String, _ value: String) {
        var annotations = object.annotations
        annotations[key] = value
        object.annotations = annotations
    }
}
