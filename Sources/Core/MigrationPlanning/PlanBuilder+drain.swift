import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Gives what still runs at the source behind each route of the group its time to end, and sees how much
    /// does not: long answers, streams, WebSockets.
    ///
    /// They stand beside the turn of the names, which they have nothing to do with.
    mutating func drain(_ group: CrossingGroup, after moved: [StepID]) -> [StepID] {
        guard file.residual != .goBack else { return [] }
        return group.routes.map { route in
            // Only what is left counts here: the share itself was seen before, and is once more.
            var limits = limits(of: route)
            limits.soakMilliseconds = 0
            limits.requestsMin = 0
            limits.failureExcessMax = 100
            limits.latencyFactorMax = 1_000
            limits.latencySlackMicroseconds = 60_000_000
            limits.residualPatienceMilliseconds = file.timeouts.drain.wholeMilliseconds
            return add(
                "routes/\(route.id)/drain",
                .cross,
                group.lane,
                after: moved,
                .await,
                gates: [.share(route: route.id, weight: .exactly(weight: .all), limits: limits)],
                timeout: file.timeouts.drain + file.timeouts.share,
                "Let what still runs at the source behind \(route.id) end, or count it after "
                    + "\(file.timeouts.drain.wholeMilliseconds / 1_000) s",
                undo: "Nothing to undo"
            )
        }
    }

    /// Of which of these steps a person has to accept what they leave running.
    func accepted(_ drained: [StepID]) -> [StepID]? {
        file.residual == .approve && !drained.isEmpty ? drained.sorted() : nil
    }
}
