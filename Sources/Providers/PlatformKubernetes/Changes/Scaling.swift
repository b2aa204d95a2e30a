import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Sets a workload's replicas through `/scale`.
///
/// Repeated: nothing changes. Undone: the recorded replicas come back, or as many as the other site
/// runs by then if those are more; a recorded 0 stays 0, and a portion what it was.
struct Scaling: ChangeMaker {
    let access: SiteAccess
    let workload: WorkloadID
    let replicas: Replicas

    private var reference: ObjectReference { workload.reference }

    func survey() async throws(ProviderError) -> BeforeImage {
        let found = try await access.get(reference)
        return FencedObject.image(
            found,
            [
                "replicas": .int(found.at("spec", "replicas")?.int ?? 1),
                "uid": found.uid.map(JSON.string) ?? .null,
            ]
        )
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let wanted = try await wanted()
        let object = FencedObject.forward(access, reference, mark)
        let uid = before.clear.value["uid"]?.string
        // First the stamp: from then on no write of an earlier driver comes through.
        try await object.write { found throws(ProviderError) in
            try checkIncarnation(found, uid)
            return MadeNote.allowing(found.with(replicas: wanted), on: found)
        }
        try await scale(object, to: wanted, uid: uid)
        try await object.write { MadeNote.settling($0.with(replicas: wanted), on: $0) }
        return Receipt(details: ["replicas": .int(wanted)])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        guard let recorded = before.replicas else { return }
        // An object that is gone has no replicas to give back.
        guard try await access.find(reference) != nil else { return }
        let object = FencedObject.back(access, reference, mark, to: before)
        if mark.epoch > 1 {
            try await FencedObject.forward(access, reference, mark).ensureStamp()
        }
        let needed = isRestoredExactly(recorded) ? 0 : try await replicasAtCounterpart()
        let uid = before.clear.value["uid"]?.string
        let count = max(recorded, needed)
        try await scale(object, to: count, uid: uid)
        try await object.write { MadeNote.settling($0.with(replicas: count), on: $0) }
        try await InheritedMarks(access: access, workload: reference).removeStale()
    }

    private func isRestoredExactly(_ recorded: Int) -> Bool {
        if case .portion = replicas { true } else { recorded == 0 }
    }

    private func wanted() async throws(ProviderError) -> Int {
        switch replicas {
        case .exactly(let count), .portion(let count): count
        case .asCounterpart(let min): max(min, try await replicasAtCounterpart())
        }
    }

    private func replicasAtCounterpart() async throws(ProviderError) -> Int {
        guard let other = try await access.other.find(reference) else { return 0 }
        return max(
            other.at("spec", "replicas")?.int ?? 1,
            other.at("status", "readyReplicas")?.int ?? 0
        )
    }

    private func checkIncarnation(_ found: JSON, _ uid: String?) throws(ProviderError) {
        guard let uid, found.uid != uid else { return }
        throw .drift(
            reason: "\(reference) at \(access.context) was replaced by another of its name"
        )
    }

    private func scale(
        _ object: FencedObject,
        to count: Int,
        uid: String?
    ) async throws(ProviderError) {
        for _ in 0..<SiteAccess.conflictsMax {
            let found = try await object.read()
            try checkIncarnation(found, uid)
            if found.at("spec", "replicas")?.int == count { return }
            // The version makes the server refuse it when anybody wrote meanwhile.
            var scale: JSON = ["spec": ["replicas": .int(count)]]
            scale.resourceVersion = found.resourceVersion
            if try await access.patch(.merge(scale), of: reference, subresource: "scale") != nil {
                return
            }
            try await access.pauseBeforeAnotherTry()
        }
        throw object.busy
    }
}

extension JSON {
    fileprivate func with(replicas: Int) -> JSON {
        var object = self
        object.set(.int(replicas), at: "spec", "replicas")
        return object
    }
}
