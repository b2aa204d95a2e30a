import JSONValues
import KubernetesObjects
import MigrationModel

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

    /// `present` is what the target has: whoever let it go there has decided.
    static func apply(to object: inout JSON, present: JSON?) {
        switch (object.groupVersionKind?.group, object.kind) {
        case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "ReplicaSet"),
            ("", "ReplicationController"):
            let replicas = object.at("spec", "replicas")?.int ?? 1
            guard replicas > 0 else { return }
            let isStarted = present.map { isStartedByOthers($0, ["spec", "replicas"]) } ?? false
            object.set(isStarted ? nil : .int(0), at: "spec", "replicas")
            annotate(&object, CopyMarks.replicas, String(replicas))
        case ("apps", "DaemonSet"):
            // It has no number that could be 0; its pods are for nodes that nobody has.
            let place = ["spec", "template", "spec", "nodeSelector", CopyMarks.stopped]
            if let present, present.at(place) == nil { return }
            object.set("true", at: place)
        case ("batch", "CronJob"):
            if let present, present.at("spec", "suspend")?.bool != true,
                isStartedByOthers(present, ["spec", "suspend"])
            {
                return object.remove(at: "spec", "suspend")
            }
            guard object.at("spec", "suspend")?.bool != true else { return }
            object.set(true, at: "spec", "suspend")
            annotate(&object, CopyMarks.suspended, "true")
        case ("keda.sh", "ScaledObject"), ("keda.sh", "ScaledJob"):
            // Autoscalers of the server leave alone what has no replicas; KEDA starts it.
            if let present, present.annotations[CopyMarks.paused] == nil { return }
            annotate(&object, CopyMarks.paused, "true")
        default: break
        }
    }

    /// What a person should know of how an object was made to stand still; nil where its replicas tell.
    static func finding(of object: JSON, _ key: CopyKey) -> Finding? {
        switch object.groupKind {
        case "DaemonSet.apps":
            Finding(
                check: "daemon-set-stopped",
                severity: .note,
                objects: ["\(key)"],
                reason: "it stands still by a node selector that no node has, "
                    + "\(CopyMarks.stopped)=true in its pods' template",
                remedy: "Take it off the template at the target when it shall run, or copy again "
                    + "with running workloads."
            )
        case "ScaledObject.keda.sh", "ScaledJob.keda.sh":
            Finding(
                check: "scaler-paused",
                severity: .note,
                objects: ["\(key)"],
                reason: "it would start what it scales; it is paused by \(CopyMarks.paused)",
                remedy: "Take the annotation off at the target when its workload runs there."
            )
        default: nil
        }
    }

    /// Whether somebody at the target has taken over the field by which a copy stands still.
    static func isStartedByOthers(_ present: JSON, _ field: [String]) -> Bool {
        let owners = ManagedFields(of: present).owners(of: field.map(FieldElement.name))
        return !owners.isEmpty && !owners.contains { $0.name == CopyMarks.manager }
    }

    private static func annotate(_ object: inout JSON, _ key: String, _ value: String) {
        var annotations = object.annotations
        annotations[key] = value
        object.annotations = annotations
    }
}
