import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// An object that one step makes: there once, and never a stranger's.
struct OwnObject: Sendable {
    let access: SiteAccess
    let reference: ObjectReference
    let mark: StepMark

    /// Creates it unless this step has; a stranger's in its place is drift.
    func ensure(_ object: JSON) async throws(ProviderError) -> JSON {
        var found = try await access.find(reference)
        if found == nil {
            found = try await access.create(Marks.stamp(mark, on: object), as: reference)
        }
        let present: JSON
        if let found { present = found } else { present = try await access.get(reference) }
        guard Marks.isMade(present, by: mark) else {
            throw .drift(
                reason: "\(reference) is at \(access.context) already and is not of this run; it "
                    + "was not touched. Rename or remove it, then plan anew"
            )
        }
        try await FencedObject.forward(access, reference, mark).ensureStamp()
        return present
    }

    /// Deletes it, by uid, if this step made it.
    func remove() async throws(ProviderError) {
        guard let found = try await access.find(reference), Marks.isMade(found, by: mark),
            let uid = found.uid
        else { return }
        try await FencedObject.forward(access, reference, mark).delete(uid: uid)
    }
}
