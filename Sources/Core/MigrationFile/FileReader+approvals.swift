import MigrationModel
import YAMLDocuments

extension FileReader {
    /// Before what a person has to say yes.
    mutating func approvals(of rules: [WorkloadRule]) -> ApprovalRule {
        let node = spec?["approvals"]
        return ApprovalRule(
            waves: approvedWaves(node?["waves"]),
            workloads: approvedWorkloads(node?["workloads"], rules),
            fullShare: node?["fullShare"]?.bool ?? false,
            irreversible: node?["irreversible"]?.bool ?? false,
            room: node?["room"]?.bool ?? true
        )
    }

    private mutating func approvedWaves(_ node: YAMLNode?) -> [Int] {
        var waves: [Int] = []
        for (index, element) in (node?.elements ?? []).enumerated() {
            guard let wave = element.int else { continue }
            if waves.contains(wave) {
                let path = "spec.approvals.waves[\(index)]"
                note(element, path, "\(wave) stands twice", "leave it out")
            } else {
                waves.append(wave)
            }
        }
        return waves.sorted()
    }

    private mutating func approvedWorkloads(
        _ node: YAMLNode?,
        _ rules: [WorkloadRule]
    ) -> [WorkloadID] {
        var workloads: [WorkloadID] = []
        for (index, element) in (node?.elements ?? []).enumerated() {
            let path = "spec.approvals.workloads[\(index)]"
            guard let id = workload(element, at: path) else { continue }
            if workloads.contains(id) {
                note(element, path, "\(element.shown) stands twice", "leave it out")
            } else {
                workloads.append(id)
            }
            if rules.contains(where: { $0.workload == id && $0.isExcluded }) {
                note(
                    element,
                    path,
                    "the workload is excluded, so it never crosses",
                    "leave it out of this list"
                )
            }
        }
        return workloads.sorted()
    }
}
