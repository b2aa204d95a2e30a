import MigrationFile
import MigrationModel

/// Whether the target's nodes have room for what crosses, group by group in their order: pure.
///
/// What has crossed stays, so each needs room beside all before it. What there is no room for counts as not
/// there: it waits for a person, and others go on.
struct RoomPlan {
    /// What one group asks for, and what there is for it.
    struct Place {
        let requests: Requests
        /// What is left before it; nil where nothing is known of the nodes.
        let left: Requests?
        /// What there is not enough of; sorted.
        let exceeded: [String]
    }

    private var places: [WorkloadID: Place] = [:]

    init(_ groups: [CrossingGroup], room: Requests?) {
        var left = room
        for group in groups {
            let requests = group.workloads.reduce(Requests()) {
                $0 + $1.record.requests * $1.record.replicas
            }
            let exceeded = left.map { requests.exceeding($0) } ?? []
            places[group.lead] = Place(requests: requests, left: left, exceeded: exceeded)
            if exceeded.isEmpty { left = left?.without(requests) }
        }
    }

    /// Of the group that is called by this one.
    subscript(lead: WorkloadID) -> Place? { places[lead] }
}

extension PlanBuilder {
    /// Whether somebody has to say that there will be room for it.
    func waitsForRoom(_ group: CrossingGroup) -> Bool {
        file.approvals.room && room[group.lead]?.exceeded.isEmpty == false
    }

    /// What begins only when somebody says that there will be room for it.
    mutating func approvedRoom(_ group: CrossingGroup, after earlier: [StepID]) -> [StepID] {
        guard waitsForRoom(group), let place = room[group.lead], let left = place.left else {
            return earlier
        }
        return [
            addApproval(
                "\(group.workloads[0].place)/room",
                group.lane,
                after: earlier,
                "Wait until somebody approves that \(group.lead) crosses: it asks for "
                    + "\(place.requests.words), and the target has \(left.words) left, which is "
                    + "not enough \(place.exceeded.joined(separator: ", "))"
            )
        ]
    }
}
