import MigrationModel

/// Which workloads belong together; each group is called by its first one.
struct GroupUnion {
    private var leads: [WorkloadID: WorkloadID]

    init(_ workloads: [WorkloadID]) {
        leads = Dictionary(workloads.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func contains(_ workload: WorkloadID) -> Bool { leads[workload] != nil }

    func lead(of workload: WorkloadID) -> WorkloadID {
        var current = workload
        while let next = leads[current], next != current { current = next }
        return current
    }

    mutating func join(_ workloads: [WorkloadID]) {
        let known = workloads.filter(contains)
        guard let first = known.map(lead(of:)).min() else { return }
        for workload in known { leads[lead(of: workload)] = first }
    }
}
