import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Sets a workload's replicas through `/scale`.
///
/// Repeated: nothing changes. Undone: the recorded replicas come back, or as many as the other site
/// runs by then if those are more; a recorded 0 stays 0.
struct Scaling: ChangeMaker {
    let access: SiteAccess
    let workload: WorkloadID
    let replicas: Replicas

    private var reference: ObjectReference { .workload(workload) }

    func survey() async throws(ProviderError) -> BeforeImage {
        let found = try await access.get(reference)
        return BeforeImage(clear: [
            "replicas": .int(found.at("spec", "replicas")?.int ?? 1),
            "uid": found.uid.map(JSON.string) ?? .null,
        ])
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let wanted = try await wanted()
        try await scale(to: wanted, uid: before.clear.value["uid"]?.string)
        return Receipt(details: ["replicas": .int(wanted)])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        guard let recorded = before.replicas else { return }
        // An object that is gone has no replicas to give back.
        guard try await access.find(reference) != nil else { return }
        let needed = recorded == 0 ? 0 : try await replicasAtCounterpart()
        try await scale(to: max(recorded, needed), uid: before.clear.value["uid"]?.string)
    }

    private func wanted() async throws(ProviderError) -> Int {
        switch replicas {
        case .exactly(let count): count
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

    private func scale(to count: Int, uid: String?) async throws(ProviderError) {
        for _ in 0..<SiteAccess.conflictsMax {
            let found = try await access.get(reference)
            if let uid, found.uid != uid {
                throw .drift(
                    reason: "\(reference) at \(access.context) was replaced by another of its name"
                )
            }
            if found.at("spec", "replicas")?.int == count { return }
            // The uid makes the patch fail on another incarnation; replicas themselves have one
            // owner at a time, this run, since an HPA is created after its workload was scaled.
            let patch: JSON = ["spec": ["replicas": .int(count)]]
            if try await access.patch(.merge(patch), of: reference, subresource: "scale") != nil {
                return
            }
            try await access.pauseBeforeAnotherTry()
        }
        throw .unavailable(
            reason: "\(reference) at \(access.context) is being changed all the time",
            retryAfter: nil
        )
    }
}
