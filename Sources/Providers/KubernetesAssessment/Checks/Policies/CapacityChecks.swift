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
            let problems = [
                problem(quota, ["requests.cpu", "cpu"], needed.cpu) {
                    Requests.quantity($0)?.milliunits
                },
                problem(quota, ["requests.memory", "memory"], needed.memory) {
                    Requests.quantity($0)?.units
                },
                problem(quota, ["pods", "count/pods"], pods) { Requests.quantity($0)?.units },
            ].compactMap { $0 }
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

/// Whether the target's nodes have room for what moves.
struct CapacityCheck: AssessmentCheck {
    let name = "capacity"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard estate.target.isLive, estate.target.hasRead("nodes") else { return [] }
        let workloads = estate.movingWorkloads.filter { ($0.pods?.replicas ?? 0) > 0 }
        let nodes = estate.target.readyNodes.filter { node in
            !node.taints.contains { $0.effect == "NoSchedule" || $0.effect == "NoExecute" }
        }
        guard !nodes.isEmpty else {
            return finding(
                .blocker,
                workloads.isEmpty ? [] : [estate.target.name],
                "the target has no ready node that takes any pod: nothing that moves would run",
                remedy: "Add nodes before anything moves."
            )
        }
        return sum(workloads, nodes, estate) + largest(workloads, nodes)
    }

    private func sum(
        _ workloads: [SlimObject],
        _ nodes: [NodeFacts],
        _ estate: AssessedEstate
    ) -> [Finding] {
        let needed = workloads.reduce(Requests()) {
            $0 + ($1.pods.map { $0.requests * $0.replicas } ?? Requests())
        }
        let allocatable = nodes.reduce(Requests()) { $0 + $1.allocatable }
        let taken = estate.target.setAside.values.reduce(Requests(), +)
        let isEnough =
            taken.cpu + needed.cpu <= allocatable.cpu
            && taken.memory + needed.memory <= allocatable.memory
        return finding(
            .blocker,
            isEnough ? [] : [estate.target.name],
            "what moves asks for \(needed.words); the target's \(nodes.count) open nodes have "
                + "\(allocatable.words), of which \(taken.words) are taken",
            remedy: "Add nodes, or move fewer workloads at a time and scale down in between."
        )
    }

    private func largest(_ workloads: [SlimObject], _ nodes: [NodeFacts]) -> [Finding] {
        let tooLarge = workloads.filter { workload in
            guard let wanted = workload.pods?.requests else { return false }
            return !nodes.contains {
                wanted.cpu <= $0.allocatable.cpu && wanted.memory <= $0.allocatable.memory
            }
        }
        return finding(
            .blocker,
            tooLarge,
            "one pod of theirs asks for more than any open node of the target has",
            remedy: "Add larger nodes, or lower the requests in the copy."
        )
    }
}
