import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// A short Job of one step: there once, and never a stranger's.
struct OwnJob: Sendable {
    let access: SiteAccess
    let reference: ObjectReference

    /// Makes it what `job` says, unless it is there and of use still.
    ///
    /// Without anything to make, one that is there is all that is looked at. `isSpent` tells of one that
    /// has ended without success: it makes place for another.
    func ensure(
        _ job: JSON?,
        mark: StepMark,
        isSpent: (JSON) async throws(ProviderError) -> Bool
    ) async throws(ProviderError) -> Receipt {
        let fenced = FencedObject.forward(access, reference, mark)
        if let found = try await access.find(reference) {
            guard Marks.isMade(found, by: mark) else {
                throw .drift(
                    reason: "\(reference) is at \(access.context) already and is not of this run; "
                        + "it was not touched. Remove it, then run again"
                )
            }
            guard try await isSpent(found), let uid = found.uid else {
                try await fenced.ensureStamp()
                return receipt(of: found)
            }
            try await fenced.delete(uid: uid)
        }
        guard let job else { return Receipt() }
        guard let created = try await access.create(Marks.stamp(mark, on: job), as: reference)
        else {
            throw .unavailable(
                reason: "\(reference) at \(access.context) is still being deleted",
                retryAfter: nil
            )
        }
        return receipt(of: created)
    }

    private func receipt(of job: JSON) -> Receipt {
        Receipt(details: ["uid": job.uid.map(JSON.string) ?? .null])
    }

    /// Deletes it with its pods, if `isOurs` says so of it.
    func remove(mark: StepMark, where isOurs: (JSON) -> Bool) async throws(ProviderError) {
        guard let found = try await access.find(reference), isOurs(found), let uid = found.uid
        else { return }
        try await FencedObject.forward(access, reference, mark).delete(uid: uid)
    }

    /// Its pods, and none of another Job of the name.
    func pods(of job: JSON) async throws(ProviderError) -> [JSON] {
        let labels: LabelSelector
        do {
            labels = try LabelSelector(matching: ["job-name": reference.name])
        } catch {
            throw .rejected(reason: "\(reference.name) is no name of a Job: \(error)")
        }
        let any = ObjectReference(
            apiVersion: "v1",
            kind: "Pod",
            namespace: reference.namespace,
            name: ""
        )
        return try await access.list(any, labels: labels).filter {
            $0.controllerReference?["uid"]?.string == job.uid
        }
    }
}
