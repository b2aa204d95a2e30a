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

    package init(
        goal: Weight,
        limits: ShareLimits,
        direction: Direction = .forward,
        waitsForResidual: Bool = true
    ) {
        self.goal = goal
        self.limits = limits
        self.direction = direction
        self.waitsForResidual = waitsForResidual
    }

    /// Judges one look: what is served badly is told first, then another share, then what is
    /// missing.
    package func judge(_ reading: ShareReading) -> ShareVerdict {
        let evidence = reading.evidence
        if direction == .forward {
            if let breach = failureBreach(reading) { return .broken(seen: breach) }
            if let breach = latencyBreach(reading) { return .broken(seen: breach) }
        }
        if let other = otherShare(evidence) { return .otherShare(seen: other) }
        for site in SiteRole.allCases where shouldServe(site) {
            let requests = evidence[site].requests
            guard requests >= limits.requestsMin else {
                return .waiting(
                    seen: "\(requests) requests at the \(site.rawValue) so far, "
                        + "\(limits.requestsMin) are needed"
                )
            }
        }
        for site in SiteRole.allCases where waitsForResidual && !shouldServe(site) {
            let residual = evidence[site].residualConnections
            guard residual == 0 else {
                let isPresumed = evidence[site].isResidualPresumed == true
                return .waiting(
                    seen: isPresumed
                        ? "nothing tells what still runs at the \(site.rawValue); it gets time to end"
                        : "\(residual) requests still run at the \(site.rawValue)"
                )
            }
        }
        guard evidence.windowMilliseconds >= limits.soakMilliseconds else {
            return .waiting(
                seen: "the share is right for \(evidence.windowMilliseconds) of "
                    + "\(limits.soakMilliseconds) ms"
            )
        }
        return .holds
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

    /// How many standard deviations of the source's rate count as chance.
    private static let deviationsMax = 3.0

    /// More failures at the target than the limit and chance explain.
    ///
    /// The source's rate is the worse one of the window and of the time before it. Where the source
    /// fails now and then, so may the target by chance; where it never does, nothing is chance, and a
    /// limit of zero is broken by the first failure. Before there are `requestsMin` requests, as many
    /// are assumed, so that a limit above zero is not broken by the first of few.
    private func failureBreach(_ reading: ShareReading) -> String? {
        let evidence = reading.evidence
        guard shouldServe(.target), evidence.target.failures > 0 else { return nil }
        let target = percent(evidence.target.failures, of: evidence.target.requests)
        let atSource =
            [evidence.source, reading.sourceBefore].compactMap { $0 }
            .map { percentMax(of: $0, among: evidence.target.requests) }.max() ?? 0
        guard target > atSource + limits.failureExcessMax else { return nil }
        return "\(evidence.target.failures) of \(evidence.target.requests) requests failed at the "
            + "target, \(evidence.source.failures) of \(evidence.source.requests) at the source"
    }

    private func percent(_ part: Int, of whole: Int) -> Double {
        Double(part) / Double(atLeastMin(whole)) * 100
    }

    private func atLeastMin(_ requests: Int) -> Int { max(requests, limits.requestsMin, 1) }

    /// How much of `requests` may fail by chance where as much fails as at `source`, in percent.
    ///
    /// Both rates are counted from samples, so the deviation is that of their difference.
    private func percentMax(of source: SiteTraffic, among requests: Int) -> Double {
        // A retry counts as a failure too, so there may be more of them than requests.
        let percent = min(100, percent(source.failures, of: source.requests))
        let samples = 1 / Double(atLeastMin(requests)) + 1 / Double(atLeastMin(source.requests))
        let deviation = (percent * (100 - percent) * samples).squareRoot()
        return percent + ShareJudge.deviationsMax * deviation
    }

    /// The target answers too slowly, over a whole soak and enough requests.
    private func latencyBreach(_ reading: ShareReading) -> String? {
        let evidence = reading.evidence
        guard shouldServe(.target), evidence.windowMilliseconds >= limits.soakMilliseconds,
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
        guard Double(target) > limit else { return nil }
        return "the target answers in \(target) microseconds on average, the source in \(source)"
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
