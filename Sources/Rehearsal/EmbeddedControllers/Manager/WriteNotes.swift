import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// What controllers tell of their writes in Events: `kubectl describe` shows them below the object.
///
/// The texts are those of a real kube-controller-manager.
struct WriteNotes: Sendable {
    /// The controller that writes.
    let component: String
    /// The object because of which it does; nil when it is gone.
    let subject: JSON?

    /// What there is to tell of a write that was done; `result` is what a creation came to.
    func notes(of write: ObjectWrite, before: JSON?, result: JSON?) -> [EventNote] {
        guard let subject else { return [] }
        let told: (reason: String, message: String)?
        switch write {
        case .create: told = result.flatMap { creation(of: $0, for: subject) }
        case .remove(let address, _): told = deletion(of: address, for: subject)
        case .update(let object): told = scaling(of: object, from: before)
        case .updateStatus(let object): told = ending(of: object, from: before)
        case .finalize: told = nil
        }
        return told.map { [note($0.reason, $0.message)] } ?? []
    }

    /// What there is to tell of a creation that was refused.
    func refusal(of write: ObjectWrite, _ error: APIStatusError) -> EventNote? {
        guard case .create(let object) = write, let subject, isNoted(object.kind, subject),
            error.code != 409, error.code != 404
        else { return nil }
        if subject.kind == "StatefulSet" {
            let what = "create \(described(object, of: subject)) failed error: \(error.message)"
            return note("FailedCreate", what, isWarning: true)
        }
        if subject.kind == "Deployment" {
            let what = "Failed to create new replica set \"\(object.name ?? "")\": \(error.message)"
            return note("ReplicaSetCreateError", what, isWarning: true)
        }
        return note("FailedCreate", "Error creating: \(error.message)", isWarning: true)
    }

    private func note(_ reason: String, _ message: String, isWarning: Bool = false) -> EventNote {
        EventNote(
            about: subject ?? .null,
            isWarning: isWarning,
            reason: reason,
            message: message,
            component: component
        )
    }

    /// Which creations the kind's controller tells of.
    private func isNoted(_ kind: String?, _ subject: JSON) -> Bool {
        switch (subject.kind, kind) {
        case ("ReplicaSet", "Pod"), ("ReplicationController", "Pod"), ("DaemonSet", "Pod"),
            ("Job", "Pod"), ("StatefulSet", "Pod"), ("StatefulSet", "PersistentVolumeClaim"),
            ("Deployment", "ReplicaSet"), ("CronJob", "Job"):
            true
        default: false
        }
    }

    private func creation(of object: JSON, for subject: JSON) -> (String, String)? {
        guard isNoted(object.kind, subject) else { return nil }
        let name = object.name ?? ""
        switch subject.kind {
        case "Deployment":
            let count = object.specReplicas
            return count == 0 ? nil : ("ScalingReplicaSet", Self.scaled(name, from: 0, to: count))
        case "CronJob": return ("SuccessfulCreate", "Created job \(name)")
        case "StatefulSet":
            return ("SuccessfulCreate", "create \(described(object, of: subject)) successful")
        default: return ("SuccessfulCreate", "Created pod: \(name)")
        }
    }

    /// What a StatefulSet calls its parts.
    private func described(_ object: JSON, of subject: JSON) -> String {
        let place = "in StatefulSet \(subject.name ?? "")"
        guard object.kind == "Pod" else { return "Claim \(object.name ?? "") \(place)" }
        return "Pod \(object.name ?? "") \(place)"
    }

    private func deletion(of address: ObjectAddress, for subject: JSON) -> (String, String)? {
        guard address.resource == .pods, isNoted("Pod", subject) else { return nil }
        guard subject.kind == "StatefulSet" else {
            return ("SuccessfulDelete", "Deleted pod: \(address.name)")
        }
        let place = "in StatefulSet \(subject.name ?? "")"
        return ("SuccessfulDelete", "delete Pod \(address.name) \(place) successful")
    }

    private func scaling(of object: JSON, from before: JSON?) -> (String, String)? {
        guard subject?.kind == "Deployment", object.kind == "ReplicaSet", let before,
            before.specReplicas != object.specReplicas
        else { return nil }
        let message = Self.scaled(
            object.name ?? "",
            from: before.specReplicas,
            to: object.specReplicas
        )
        return ("ScalingReplicaSet", message)
    }

    private static func scaled(_ name: String, from old: Int, to new: Int) -> String {
        "Scaled \(new > old ? "up" : "down") replica set \(name) from \(old) to \(new)"
    }

    private func ending(of object: JSON, from before: JSON?) -> (String, String)? {
        guard object.kind == "Job", object.hasCondition("Complete"),
            before?.hasCondition("Complete") != true
        else { return nil }
        return ("Completed", "Job completed")
    }
}
