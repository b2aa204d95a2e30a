import MigrationModel

/// What is known about a route at one look of a share gate.
package struct ShareReading: Sendable, Hashable {
    /// What was served since the window began.
    package var evidence: Evidence
    /// What the source served before the window: how well it serves when the window holds too
    /// little of it.
    package var sourceBefore: SiteTraffic?

    package init(evidence: Evidence, sourceBefore: SiteTraffic? = nil) {
        self.evidence = evidence
        self.sourceBefore = sourceBefore
    }
}

/// What a look at a route's share means for its gate.
package enum ShareVerdict: Sendable, Hashable {
    /// The share is served, for long enough and well.
    case holds
    /// Nothing is wrong; more time or more requests are needed.
    case waiting(seen: String)
    /// Another share is served: the window has to begin anew.
    case otherShare(seen: String)
    /// The source itself serves badly, so nothing can be said of the target: the window has to begin
    /// anew.
    case sourceFails(seen: String)
    /// Users are served worse than the limits allow: go back.
    case broken(seen: String)
}

/// Judges what a data plane was seen to serve: pure.
package struct ShareJudge: Sendable {
    /// Which way the traffic moves.
    package enum Direction: Sendable, Hashable {
        case forward
        /// Back to a source that served it before: how badly the target serves must not hold it up.
        case back
    }

    /// The share that should be served.
    package let goal: Weight
    /// What counts as enough, and as too bad.
    package let limits: ShareLimits
    /// Which way the traffic moves with this step, or with its undo.
    package let direction: Direction
    /// Whether what still runs at a site that is left must end first: before its pods go, it must;
    /// before the next weight, it need not.
    package let waitsForResidual: Bool
    /// What crossing the link took when it was measured: that much slower is not the target's doing.
    package let linkMicroseconds: Int

    package init(
        goal: Weight,
        limits: ShareLimits,
        direction: Direction = .forward,
        waitsForResidual: Bool = true,
        linkMicroseconds: Int = 0
    ) {
        self.goal = goal
        self.limits = limits
        self.direction = direction
        self.waitsForResidual = waitsForResidual
        self.linkMicroseconds = linkMicroseconds
    }

    /// Judges one look: what the target serves badly is told first, then what the source does, then
    /// another share, then what is missing.
    package func judge(_ reading: ShareReading) -> ShareVerdict {
        let evidence = reading.evidence
        if direction == .forward {
            if let breach = failureBreach(reading) { return .broken(seen: breach) }
            if let trouble = sourceTrouble(evidence) { return trouble }
            if let breach = latencyBreach(reading) { return .broken(seen: breach) }
        }
        if let other = otherShare(evidence) { return .otherShare(seen: other) }
        if let missing = missing(evidence) { return .waiting(seen: missing) }
        if direction == .forward, let doubt = doubt(reading) { return .waiting(seen: doubt) }
        guard evidence.windowMilliseconds >= limits.soakMilliseconds else {
            return .waiting(
                seen: "the share is right for \(evidence.windowMilliseconds) of "
                    + "\(limits.soakMilliseconds) ms"
            )
        }
        return .holds
    }

    /// Requests that are too few to tell anything, and those that have to end first; nil when it is
    /// enough.
    private func missing(_ evidence: Evidence) -> String? {
        for site in SiteRole.allCases where shouldServe(site) {
            let requests = evidence[site].requests
            guard requests >= limits.requestsMin else {
                return "\(requests) requests at the \(site.rawValue) so far, "
                    + "\(limits.requestsMin) are needed"
            }
        }
        for site in SiteRole.allCases where waitsForResidual && !shouldServe(site) {
            let residual = evidence[site].residualConnections
            let patience = limits.residualPatienceMilliseconds ?? .max
            guard residual == 0 || evidence.windowMilliseconds >= patience else {
                if evidence[site].isCountLost == true {
                    return "the balancer was reloaded or restarted since the run began, "
                        + "and nobody counts what its earlier process still has at the "
                        + "\(site.rawValue); it gets time to end"
                }
                let isPresumed = evidence[site].isResidualPresumed == true
                return isPresumed
                    ? "nothing tells what still runs at the \(site.rawValue); it gets time to end"
                    : "\(residual) requests still run at the \(site.rawValue)"
            }
        }
        return nil
    }

    /// How many requests still run where none belongs.
    package func residual(in evidence: Evidence) -> Int {
        SiteRole.allCases.filter { !shouldServe($0) }.map { evidence[$0].residualConnections }
            .reduce(0, +)
    }

    /// Whether that is no count but a precaution.
    package func isResidualPresumed(in evidence: Evidence) -> Bool {
        SiteRole.allCases.contains { !shouldServe($0) && evidence[$0].isResidualPresumed == true }
    }

    /// Whether nobody counts that any more, for the balancer was reloaded.
    package func isCountLost(in evidence: Evidence) -> Bool {
        SiteRole.allCases.contains { !shouldServe($0) && evidence[$0].isCountLost == true }
    }

    /// Whether any request belongs to this site.
    package func shouldServe(_ site: SiteRole) -> Bool {
        site == .source ? goal < .all : goal > .none
    }

    /// The site that lacks requests most; nil when each has enough.
    package func siteInNeed(_ evidence: Evidence) -> SiteRole? {
        SiteRole.allCases
            .filter { shouldServe($0) && evidence[$0].requests < limits.requestsMin }
            .min { evidence[$0].requests < evidence[$1].requests }
    }

    /// Less likely than this by chance is a breach; looked at a hundred times, it is still rare.
    private static let breachChance = 0.001

    /// Less likely than this by chance is a doubt: nothing passes before more requests have settled it.
    private static let doubtChance = 0.01

    /// More failures at the target than the limit and chance explain.
    private func failureBreach(_ reading: ShareReading) -> String? {
        guard let chance = failureChance(reading), chance < ShareJudge.breachChance else {
            return nil
        }
        return failures(reading.evidence)
    }

    /// Failures at the target that chance may explain, and may not: more requests will tell.
    private func doubt(_ reading: ShareReading) -> String? {
        guard let chance = failureChance(reading), chance < ShareJudge.doubtChance else {
            return nil
        }
        return failures(reading.evidence) + ": more requests will tell whether that is chance"
    }

    /// How likely it is that as many requests fail at the target though it serves no worse than the
    /// source, beside what the limit allows; nil where none fails.
    ///
    /// What the source served before the window counts as well, for a window of few requests tells little
    /// of it. Where it has got worse since, the window alone may excuse the target too. How badly it
    /// served before excuses no more than what it may fail at all. Of a source that served too little,
    /// no failures are assumed: a target is never excused by what nobody has seen.
    private func failureChance(_ reading: ShareReading) -> Double? {
        let evidence = reading.evidence
        guard shouldServe(.target), evidence.target.failures > 0 else { return nil }
        let target = evidence.target.failureSample.forgiven(percent: limits.failureExcessMax)
        let window = evidence.source.failureSample
        let before =
            (reading.sourceBefore?.failureSample ?? FailureSample(requests: 0, failures: 0))
            .capped(atPercent: limits.failureMax)
        let chance = target.chance(beside: (before + window).padded(to: limits.requestsMin))
        guard window.requests >= limits.requestsMin, window.percent > before.percent else {
            return chance
        }
        return max(chance, target.chance(beside: window))
    }

    private func failures(_ evidence: Evidence) -> String {
        "\(evidence.target.failures) of \(evidence.target.requests) requests failed at the "
            + "target, \(evidence.source.failures) of \(evidence.source.requests) at the source"
    }

    /// The source fails more than it may at all: then a target that fails no more proves nothing.
    private func sourceTrouble(_ evidence: Evidence) -> ShareVerdict? {
        let source = evidence.source.failureSample
        guard shouldServe(.source),
            source.padded(to: limits.requestsMin).percent > limits.failureMax
        else { return nil }
        let seen =
            "\(source.failures) of \(source.requests) requests failed at the source itself, and no "
            + "gate passes above \(limits.failureMax.plain) %: that is not the target's doing"
        let isCertain = source.chance(atPercent: limits.failureMax) < ShareJudge.doubtChance
        return isCertain ? .sourceFails(seen: seen) : .waiting(seen: seen)
    }

    /// The target answers too slowly, over a whole soak and enough requests.
    private func latencyBreach(_ reading: ShareReading) -> String? {
        guard reading.evidence.windowMilliseconds >= limits.soakMilliseconds else { return nil }
        return latencyExcess(reading)
    }

    /// How much more slowly the target answers than it may, over enough requests; nil where it does not.
    func latencyExcess(_ reading: ShareReading) -> String? {
        let evidence = reading.evidence
        guard direction == .forward, shouldServe(.target),
            evidence.target.requests >= limits.requestsMin,
            let target = evidence.target.latencyMeanMicroseconds
        else { return nil }
        let isSourceCounted = evidence.source.requests >= limits.requestsMin
        let inWindow = isSourceCounted ? evidence.source.latencyMeanMicroseconds : nil
        guard let source = inWindow ?? reading.sourceBefore?.latencyMeanMicroseconds else {
            return nil
        }
        let limit =
            Double(source) * limits.latencyFactorMax + Double(limits.latencySlackMicroseconds)
            + Double(linkMicroseconds)
        guard Double(target) > limit else { return nil }
        return "the target answers in \(target) microseconds on average, the source in \(source)"
            + (linkMicroseconds > 0 ? ", and the link explains \(linkMicroseconds)" : "")
    }

    /// The share is not the goal, by more than the tolerance and three standard deviations.
    private func otherShare(_ evidence: Evidence) -> String? {
        for site in SiteRole.allCases where !shouldServe(site) {
            let requests = evidence[site].requests
            if requests > 0 {
                return "\(requests) requests still reached the \(site.rawValue)"
            }
        }
        let total = evidence.source.requests + evidence.target.requests
        guard let share = evidence.targetShare, total >= limits.requestsMin,
            goal != .all, goal != .none
        else { return nil }
        let fraction = Double(goal.percent) / 100
        let deviation = (fraction * (1 - fraction) / Double(total)).squareRoot() * 100
        guard abs(share - Double(goal.percent)) > limits.shareTolerance + 3 * deviation else {
            return nil
        }
        return "\(evidence.target.requests) of \(total) requests reached the target, which is not "
            + "\(goal)"
    }
}

extension SiteTraffic {
    /// What failed of what was served.
    fileprivate var failureSample: FailureSample {
        FailureSample(requests: requests, failures: failures)
    }
}
