import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Deletes objects: when a run is finished, and never before.
///
/// Repeated: what is gone stays gone; another object of the name is left alone. It cannot be undone.
struct ObjectDeletion: ChangeMaker {
    let access: SiteAccess
    let objects: [ObjectReference]

    func survey() async throws(ProviderError) -> BeforeImage {
        var uids: [String: JSON] = [:]
        for object in objects {
            if let uid = try await access.find(object)?.uid { uids["\(object)"] = .string(uid) }
        }
        return BeforeImage(clear: ["uids": .object(uids)])
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        for object in objects {
            guard let uid = before.clear.value.at("uids", "\(object)")?.string else { continue }
            try await access.delete(object, uid: uid)
        }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        throw .rejected(reason: "what `finish` deleted cannot be given back")
    }
}
