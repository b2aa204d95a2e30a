import MigrationFile
import MigrationModel

/// The order in which workloads begin to cross.
///
/// What is called goes before what calls it. Then, once a workload has crossed, everything that it
/// calls answers at its own site: a request crosses the link at most once, on its way from a caller
/// that has not crossed yet, and the target's latency holds no link when the gate compares it with
/// the source's. What users reach by a route goes last, when all behind it has been proven by the
/// source's own calls. Calls make no edges between lanes, for the bridges let every order work; they
/// only say who begins first. Stated waves and `after` do make edges.
struct CrossingOrder {
    let groups: [CrossingGroup]

    init(_ estate: Estate, _ file: MigrationFile, _ notes: inout PlanNotes) {
        var waiting = estate.groups
        var placed: Set<WorkloadID> = []
        var ordered: [CrossingGroup] = []
        while !waiting.isEmpty {
            let wave = waiting.map(\.wave).min() ?? 1
            let ready = waiting.indices.filter { index in
                waiting[index].wave == wave && waiting[index].after.allSatisfy(placed.contains)
            }
            let next = ready.min { left, right in
                let (left, right) = (waiting[left], waiting[right])
                return left.rank(placed) < right.rank(placed)
            }
            guard let next else {
                CrossingOrder.noteCircle(among: waiting, placed, &notes)
                break
            }
            let group = waiting.remove(at: next)
            placed.insert(group.lead)
            ordered.append(group)
        }
        groups = ordered
    }

    private static func noteCircle(
        among waiting: [CrossingGroup],
        _ placed: Set<WorkloadID>,
        _ notes: inout PlanNotes
    ) {
        for group in waiting {
            for earlier in group.after where !placed.contains(earlier) {
                notes.problem(
                    "\(group.lead)",
                    "it comes after \(earlier), which can only begin when it has crossed itself: "
                        + "workloads that share a route or a Service cross together, and in the "
                        + "highest of their waves",
                    remedy: "change after or wave of one of them"
                )
            }
        }
    }
}

extension CrossingGroup {
    fileprivate struct Rank: Comparable {
        let calleesMissing: Int
        let routes: Int
        let lead: WorkloadID

        static func < (left: Rank, right: Rank) -> Bool {
            (left.calleesMissing, left.routes, left.lead)
                < (right.calleesMissing, right.routes, right.lead)
        }
    }

    fileprivate func rank(_ placed: Set<WorkloadID>) -> Rank {
        Rank(
            calleesMissing: calls.count { !placed.contains($0) },
            routes: routes.count,
            lead: lead
        )
    }
}
