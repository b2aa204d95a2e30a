import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Suspends a CronJob, or resumes it behind the last tick that the other site has begun.
///
/// Its controller starts the latest tick that it has missed as soon as it is resumed, and takes for
/// missed what lies behind `status.lastScheduleTime`, or behind the object's creation where that is not
/// set. So a copy that is resumed would run again what the original has run (seen at 1.25 and 1.36).
/// Whoever is resumed therefore first gets to know the last tick of the other site, in the status that the
/// controller reads. A tick that neither site has begun is begun late, as after any suspension.
///
/// Repeated: nothing changes. Undone: the recorded value comes back, and where that means to resume, in
/// the same manner. The other site has to be suspended then, or it is drift.
struct ScheduleChange: ChangeMaker {
    let access: SiteAccess
    let workload: WorkloadID
    let isSuspended: Bool

    private static let recorded = "suspend"

    func survey() async throws(ProviderError) -> BeforeImage {
        let found = try await access.get(workload.reference)
        return FencedObject.image(
            found,
            [
                ScheduleChange.recorded: .bool(found.isSuspended),
                "uid": found.uid.map(JSON.string) ?? .null,
            ]
        )
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let object = FencedObject.forward(access, workload.reference, mark)
        // Before the status the stamp: from then on no write of an earlier driver comes through.
        if !isSuspended { try await object.ensureStamp() }
        try await ensure(isSuspended: isSuspended, through: object, uid: before.uid)
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        guard let wasSuspended = before.clear.value[ScheduleChange.recorded]?.bool,
            let found = try await access.find(workload.reference), found.uid == before.uid
        else { return }
        if mark.epoch > 1 {
            try await FencedObject.forward(access, workload.reference, mark).ensureStamp()
        }
        try await ensure(
            isSuspended: wasSuspended,
            through: .back(access, workload.reference, mark, to: before),
            uid: before.uid
        )
    }

    private func ensure(
        isSuspended: Bool,
        through object: FencedObject,
        uid: String?
    ) async throws(ProviderError) {
        if !isSuspended, try await object.read().isSuspended { try await takeTicks(object) }
        try await object.write { found throws(ProviderError) in
            guard found.uid == uid else {
                throw .drift(
                    reason: "\(workload) at \(access.context) was replaced by another of its name"
                )
            }
            if found.isSuspended == isSuspended { return [] }
            var wanted = found
            wanted.set(.bool(isSuspended), at: "spec", "suspend")
            return [["op": "add", "path": "/spec/suspend", "value": .bool(isSuspended)]]
                + MadeNote.settling(wanted, on: found)
        }
    }

    /// Lets this site's controller take for begun what the other site has begun.
    private func takeTicks(_ object: FencedObject) async throws(ProviderError) {
        guard let other = try await access.other.find(workload.reference) else { return }
        guard other.isSuspended else {
            throw .drift(
                reason: "\(workload) is not suspended at \(access.other.context), and both sites "
                    + "would start its Jobs; suspend it there, or leave it there"
            )
        }
        let ticks = CronTicks(access: access.other, workload: workload)
        guard let last = try await ticks.last(of: other) else { return }
        for _ in 0..<SiteAccess.conflictsMax {
            let found = try await object.read()
            if let known = CronTicks.noted(in: found), known >= last { return }
            var status: JSON = ["status": ["lastScheduleTime": .string(last.rfc3339)]]
            // The version makes the server refuse it when anybody wrote meanwhile.
            status.resourceVersion = found.resourceVersion
            let isWritten = try await access.patch(
                .merge(status),
                of: workload.reference,
                subresource: "status"
            )
            if isWritten != nil { return }
            try await access.pauseBeforeAnotherTry()
        }
        throw object.busy
    }
}

extension BeforeImage {
    /// Of which incarnation it is.
    fileprivate var uid: String? { clear.value["uid"]?.string }
}
