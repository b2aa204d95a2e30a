import Clocks
import JSONValues
import MigrationModel
import MigrationPorts

/// The conditions that a step or its undo has to meet.
struct Gate: Sendable {
    let step: Step
    let conditions: [Condition]
    let direction: ShareJudge.Direction
    let before: BeforeImage
    /// What `.asRequested` stands for.
    let replicas: Int?
    /// Whether a share counts as soon as it is seen: on the way back, traffic first.
    var isHurried = false
    /// What a request takes longer that crosses the link, as it was measured.
    var link = Duration.zero
    /// Who counted each route when the run began (`RunState.processes`).
    var processes: [RouteID: String] = [:]

    /// Whether a share is waited for: then numbers are watched while it soaks, and not only afterwards.
    var hasShare: Bool {
        conditions.contains { if case .share = $0 { true } else { false } }
    }

    /// The numbers that must be right.
    var metrics: [MetricGate] {
        conditions.compactMap { if case .metric(let gate) = $0 { gate } else { nil } }
    }
}

extension ShareLimits {
    /// As many requests must be seen, and no time beyond that.
    fileprivate var withoutSoak: ShareLimits {
        var limits = self
        limits.soakMilliseconds = 0
        return limits
    }
}

extension StepRunner {
    /// Waits until each condition holds, one after another, within the step's time.
    ///
    /// Answers what was measured on the way; nil where nothing was.
    @discardableResult
    func hold(
        _ gate: Gate,
        observations: inout [RouteObservation]
    ) async throws(StepHalt) -> JSON? {
        var measured: JSON?
        let deadline = time.uptime + .milliseconds(gate.step.timeoutMilliseconds)
        for condition in gate.conditions {
            switch condition {
            case .settled(let milliseconds):
                try await settle(.milliseconds(milliseconds), step: gate.step.id)
            case .share(let route, let goal, let limits):
                let watch = ShareWatch(
                    route: route,
                    judge: ShareJudge(
                        goal: try weight(goal, gate),
                        limits: gate.isHurried ? limits.withoutSoak : limits,
                        direction: gate.direction,
                        waitsForResidual: gate.direction == .back || !gate.step.movesTraffic,
                        linkMicroseconds: gate.link.wholeMilliseconds * 1_000
                    ),
                    step: gate.step,
                    deadline: deadline,
                    processFirst: gate.processes[route]
                )
                let outcome = await hold(watch, beside: gate.metrics)
                if let evidence = outcome.evidence {
                    observations.append(RouteObservation(route: route, evidence: evidence))
                }
                if let halt = outcome.halt { throw halt }
                if limits.residualPatienceMilliseconds != nil, let evidence = outcome.evidence {
                    measured = Receipt.measured(
                        stillRunning: watch.judge.residual(in: evidence),
                        isPresumed: watch.judge.isResidualPresumed(in: evidence),
                        isLost: watch.judge.isCountLost(in: evidence)
                    )
                }
            case .metric where gate.hasShare:
                // It was watched beside the share, and held.
                continue
            case .metric(let metric):
                let held = Duration.milliseconds(metric.heldMilliseconds)
                try await verify(condition, for: held, gate, deadline: deadline)
            default:
                let seen = try await look(at: condition, gate, deadline: deadline)
                if let seen { measured = seen }
            }
        }
        return measured
    }

    /// Waits for what a site, a store or a verifier tells at each look.
    private func look(
        at condition: Condition,
        _ gate: Gate,
        deadline: Duration
    ) async throws(StepHalt) -> JSON? {
        if case .store(let site, let store, let goal) = condition {
            let look = { () async throws(ProviderError) in
                try await world.check(store, site, goal)
            }
            return try await hold(gate, look, deadline: deadline)
        }
        guard let site = condition.platformSite else {
            try await verify(condition, for: .zero, gate, deadline: deadline)
            return nil
        }
        let look = { () async throws(ProviderError) in
            try await world[site].check(condition, replicas: gate.replicas)
        }
        let why = { await explanation(of: condition, at: site) }
        return try await hold(gate, look, why: why, deadline: deadline)
    }

    private func weight(_ goal: ShareGoal, _ gate: Gate) throws(StepHalt) -> Weight {
        switch goal {
        case .exactly(let weight): return weight
        case .asBefore:
            guard let weight = gate.before.weight?.weight else {
                let reason = "the before-image of \(gate.step.id) holds no weight"
                throw .failed(StepFailure(kind: .rejected, reason: reason))
            }
            return weight
        }
    }

    /// Lets time pass, in pieces, so that a withdrawn permit is found out.
    func settle(_ duration: Duration, step: StepID) async throws(StepHalt) {
        let end = time.uptime + duration
        while time.uptime < end {
            guard permit.allows(step, at: time) else { throw .abandoned }
            try await rest(min(end - time.uptime, .milliseconds(500)))
        }
    }

    /// Looks at what others measure less often than at our own sites.
    static let verificationPauseMin = Duration.seconds(1)

    private func verify(
        _ condition: Condition,
        for held: Duration,
        _ gate: Gate,
        deadline: Duration
    ) async throws(StepHalt) {
        let look = { () async throws(ProviderError) in
            try await world.verifier.check(condition)
        }
        _ = try await hold(
            gate,
            look,
            for: held,
            pauseMin: StepRunner.verificationPauseMin,
            deadline: deadline
        )
    }

    /// How long a condition is waited for before its site is asked why, and before it is asked again.
    private static let explanationPause = Duration.seconds(20)

    /// What the site tells of why a condition does not hold, to follow what was seen of it.
    private func explanation(of condition: Condition, at site: SiteRole) async -> String {
        do {
            return try await world[site].explain(condition).map { ": \($0)" } ?? ""
        } catch {
            // Only words are lost: what was seen is told all the same.
            return ""
        }
    }

    /// Looks until a condition holds, or is broken, in each look of as long as `held`.
    private func hold(
        _ gate: Gate,
        _ look: () async throws(ProviderError) -> ConditionState,
        why: () async -> String = { "" },
        for held: Duration = .zero,
        pauseMin: Duration = .zero,
        deadline: Duration
    ) async throws(StepHalt) -> JSON? {
        var pace = Pace()
        var seenLast = ""
        var told = ""
        var asks = time.uptime + StepRunner.explanationPause
        var steady = SteadyState(held: held)
        while true {
            guard permit.allows(gate.step.id, at: time) else { throw .abandoned }
            var isReachable = true
            let seen: String
            do {
                switch steady.take(try await look(), at: time.uptime) {
                case .holds: return nil
                case .measured(let measured): return measured
                case .waiting(let text): seen = text
                case .broken(let text):
                    throw StepHalt.failed(StepFailure(kind: .gate, reason: text))
                }
            } catch let halt as StepHalt {
                throw halt
            } catch let error as ProviderError {
                seen = try error.asSeen()
                isReachable = false
                steady = SteadyState(held: held)
            } catch {
                preconditionFailure("whoever looks throws provider errors only")
            }
            guard !Task.isCancelled else { throw .abandoned }
            let pause = max(pace.next(), pauseMin)
            guard time.uptime + pause < deadline else {
                let kind: StepFailure.Kind = isReachable ? .gate : .unavailable
                let told = isReachable ? await seen + why() : seen
                throw .failed(gate.step.late(kind, seen: told))
            }
            if isReachable, time.uptime >= asks {
                told = await why()
                asks = time.uptime + StepRunner.explanationPause
            }
            if seen + told != seenLast { report(.stepWaits(gate.step.id, seen: seen + told)) }
            seenLast = seen + told
            try await rest(pause)
        }
    }
}

extension ProviderError {
    /// What a look that may be repeated saw; throws when looking again cannot help.
    func asSeen() throws(StepHalt) -> String {
        switch self {
        case .rejected(let reason): throw .failed(StepFailure(kind: .rejected, reason: reason))
        case .drift(let reason): throw .failed(StepFailure(kind: .drift, reason: reason))
        case .unavailable, .unknown: description
        }
    }
}
