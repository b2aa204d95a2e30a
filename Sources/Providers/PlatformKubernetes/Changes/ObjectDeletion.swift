import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Deletes objects: when a run is finished, and never before.
///
/// Only what the plan saw goes, and what bears the mark of the run. Repeated: what is gone stays
/// gone; another object of the name is left alone. It cannot be undone.
struct ObjectDeletion: ChangeMaker {
    let access: SiteAccess
    let objects: [DoomedObject]

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        for object in objects {
            if let uid = object.uid {
                try await access.delete(object.reference, uid: uid)
            } else if let found = try await access.find(object.reference),
                Marks.run(of: found) == mark.run, let uid = found.uid
            {
                try await access.delete(object.reference, uid: uid)
            }
        }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        throw .rejected(reason: "what `finish` deleted cannot be given back")
    }
}
