import Clocks
import MigrationModel
import MigrationPorts

extension StepRunner {
    /// How long is waited before each reading of what still runs.
    private static let endPause = Duration.seconds(1)

    /// Looks whether anything still runs of what a step left running when it was done.
    ///
    /// Answers what shows that nothing does: two readings of one balancer, so that one that has begun anew
    /// and knows of nothing yet is not believed. Or what shows that it will not be known: another process
    /// counts than the one of `processes`, which counted when the run began. Nil where
    /// something runs, or nobody can tell now.
    func lookForEnd(
        of step: Step,
        countedBy processes: [RouteID: String]
    ) async -> RouteObservation? {
        guard let (route, judge) = step.residualWatch else { return nil }
        do {
            try await time.sleep(for: StepRunner.endPause)
            let first = try await world.traffic.counters(of: route)
            let begin = time.uptime
            try await time.sleep(for: StepRunner.endPause)
            let counters = try await world.traffic.counters(of: route)
                .doubted(unlessBy: processes[route])
            guard
                let evidence = counters.evidence(since: first, window: time.uptime - begin),
                judge.showsEnd(evidence) || judge.isCountLost(in: evidence)
            else { return nil }
            return RouteObservation(route: route, evidence: evidence)
        } catch {
            // It is looked again as long as anybody is waited for, and nothing depends on this look.
            return nil
        }
    }
}

extension ShareJudge {
    /// Whether nothing runs where nothing belongs, and that was counted.
    func showsEnd(_ evidence: Evidence) -> Bool {
        residual(in: evidence) == 0 && !isResidualPresumed(in: evidence)
    }
}

extension Step {
    /// The route of which it lets end what still runs at the site that is left, and what judges that.
    var residualWatch: (route: RouteID, judge: ShareJudge)? {
        gates.lazy.compactMap { gate -> (route: RouteID, judge: ShareJudge)? in
            guard case .share(let route, .exactly(let weight), let limits) = gate,
                limits.residualPatienceMilliseconds != nil
            else { return nil }
            return (route, ShareJudge(goal: weight, limits: limits))
        }.first
    }
}
