import JSONValues
import KubernetesObjects

/// The labels by which a Job knows its pods, made from its uid.
enum JobSelector {
    static func set(_ object: inout JSON) {
        guard object.at("spec", "manualSelector")?.bool != true, let uid = object.uid,
            let name = object.name
        else { return }
        let labels = [
            "batch.kubernetes.io/controller-uid": uid, "controller-uid": uid,
            "batch.kubernetes.io/job-name": name, "job-name": name,
        ]
        let own = object.labels.isEmpty
        for (key, value) in labels {
            let path = ["spec", "template", "metadata", "labels", key]
            object.set(.string(value), at: path)
            if own { object.set(.string(value), at: "metadata", "labels", key) }
        }
        object.set(
            .string(uid),
            at: "spec",
            "selector",
            "matchLabels",
            "batch.kubernetes.io/controller-uid"
        )
    }
}
