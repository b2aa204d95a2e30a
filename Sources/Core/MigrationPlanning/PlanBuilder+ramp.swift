import MigrationFile
import MigrationModel

/// The shares of routes: what is asked before they move, and each weight.
extension PlanBuilder {
    /// Moves each route of the group, weight by weight; they move side by side.
    mutating func ramp(
        _ group: CrossingGroup,
        _ weights: [Weight],
        after: [StepID]
    ) -> [StepID] {
        // None of them moves before each of them was asked for.
        let asked = ask(group, after: after)
        let moved = group.routes.flatMap { route in
            weights.reduce(asked) { move(route, group, to: $1, after: $0) }
        }
        return moved.isEmpty ? after : moved
    }

    /// Asks the target for each route of the group, before any of them moves.
    mutating func ask(_ group: CrossingGroup, after: [StepID]) -> [StepID] {
        let asked = group.routes.flatMap { route in
            let probed = smoke(route, group, after: probeEntry(route, group, after: after))
            return compareAnswers(route, group, after: probed)
        }
        return asked.isEmpty ? after : Set(asked).sorted()
    }

    /// Gives all routes of the group one weight, side by side.
    mutating func move(
        _ group: CrossingGroup,
        to weight: Weight,
        after: [StepID]
    ) -> [StepID] {
        let moved = group.routes.flatMap { move($0, group, to: weight, after: after) }
        return moved.isEmpty ? after : moved
    }

    private mutating func move(
        _ route: CrossingRoute,
        _ group: CrossingGroup,
        to weight: Weight,
        after: [StepID]
    ) -> [StepID] {
        let last = weight == .all ? approvedFully(route, group, after: after) : after
        let share = Condition.share(
            route: route.id,
            weight: .exactly(weight: weight),
            limits: limits(of: route)
        )
        let back = Condition.share(
            route: route.id,
            weight: .asBefore,
            limits: limits(of: route)
        )
        let metrics = metrics(of: route)
        // The first weight is the last one to go back: then the target is let go.
        let isFirst = routesMoved.insert(route.id).inserted
        return [
            add(
                "routes/\(route.id)/weight-\(weight.percent)",
                .cross,
                group.lane,
                after: last,
                .setWeight(route: route.id, weight: weight),
                gatesBefore: asCopied(group),
                gates: [share] + metrics,
                gatesBack: [back] + (isFirst ? [settled] : []),
                timeout: file.timeouts.share + timeHeld(by: metrics),
                "Send \(weight) of \(route.id) to the target",
                undo: "Give back the weight that was recorded before"
            )
        ]
    }

    func limits(of route: CrossingRoute) -> ShareLimits {
        var limits = file.ramp.limits
        limits.probePath = route.probePath
        return limits
    }

    private mutating func probeEntry(
        _ route: CrossingRoute,
        _ group: CrossingGroup,
        after: [StepID]
    ) -> [StepID] {
        guard file.target.entry != nil, !route.probes.isEmpty else { return after }
        return [
            add(
                "routes/\(route.id)/probe",
                .cross,
                group.lane,
                after: after,
                .await,
                gates: route.probes.map {
                    .answersThroughEntry(
                        site: .target,
                        host: $0.host,
                        probe: ProbeShape(path: $0.path)
                    )
                },
                timeout: file.timeouts.change,
                "Ask the target's entry for \(route.id)",
                undo: "Nothing to undo"
            )
        ]
    }
}
