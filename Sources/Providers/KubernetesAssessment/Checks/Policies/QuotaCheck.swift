import JSONValues
import KubernetesObjects
import MigrationModel

/// Quotas of the target's namespaces that what moves would exceed.
struct QuotaCheck: AssessmentCheck {
    let name = "quota"

    func findings(in estate: AssessedEstate) -> [Finding] {
        estate.target.all("ResourceQuota").flatMap { quota -> [Finding] in
            let workloads = estate.movingWorkloads.filter { workload in
                workload.namespace == quota.namespace
                    && !estate.target.keys.contains(workload.key)
            }
            let pods = workloads.reduce(0) { $0 + ($1.pods?.replicas ?? 0) }
            let needed = workloads.reduce(Requests()) {
                $0 + ($1.pods.map { $0.requests * $0.replicas } ?? Requests())
            }
            let others = needed.others.filter { $0.key != "pods" && $0.value > 0 }.keys.sorted()
            let problems =
                [
                    problem(quota, ["requests.cpu", "cpu"], needed.cpu) {
                        ResourceUnits.quantity($0)?.milliunits
                    },
                    problem(quota, ["requests.memory", "memory"], needed.memory) {
                        ResourceUnits.quantity($0)?.units
                    },
                    problem(quota, ["pods", "count/pods"], pods) {
                        ResourceUnits.quantity($0)?.units
                    },
                ].compactMap { $0 }
                + others.compactMap { name in
                    problem(quota, ["requests.\(name)"], needed.others[name] ?? 0) {
                        ResourceUnits.quantity($0)?.units
                    }
                }
            return finding(
                .blocker,
                problems.isEmpty ? [] : [quota],
                "what moves into \(quota.namespace) needs more than the target's quota leaves: "
                    + problems.joined(separator: ", "),
                remedy: "Raise the quota at the target, or move less at a time."
            )
        }
    }

    private func problem(
        _ quota: SlimObject,
        _ names: [String],
        _ needed: Int,
        _ read: (JSON?) -> Int?
    ) -> String? {
        for name in names {
            guard let hard = read(quota.body.at(["spec", "hard", name])) else { continue }
            let used = read(quota.body.at(["status", "used", name])) ?? 0
            if used + needed > hard {
                return
                    "\(name) (\(quota.body.at(["spec", "hard", name])?.string ?? "\(hard)") allowed)"
            }
        }
        return nil
    }
}
