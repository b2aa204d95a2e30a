import Clocks
import MigrationModel
import MigrationPorts

/// A gate that waits for a share to be served.
struct ShareWatch: Sendable {
    let route: RouteID
    let judge: ShareJudge
    let step: Step
    let deadline: Duration
    /// Who counted when the run began (`RunState.processes`).
    let processFirst: String?

    /// What still runs has to be known only where it is waited for, and on the way back nobody is asked.
    var needsWholeCount: Bool { judge.direction == .forward && judge.waitsForResidual }
}

/// What a share gate came to, and the evidence that decided it.
struct ShareOutcome: Sendable {
    var evidence: Evidence?
    var halt: StepHalt?
}

/// The window over which a share gate looks.
private struct ShareWindow {
    let begin: Duration
    let first: RouteCounters
    /// How many requests of ours the route got since the window began.
    var probes = 0
    /// The reading before the newest, to see whether anything comes by itself.
    var requestsLast = 0
    /// How fast both answer as the window goes on.
    var latency: LatencyTrend

    init(_ judge: ShareJudge, _ counters: RouteCounters, at now: Duration) {
        begin = now
        first = counters
        latency = LatencyTrend(judge, counters, at: now)
    }

    /// What the source served before the window, as long as its counters reach.
    var sourceBefore: SiteTraffic? {
        let requests = first.source.requests
        guard requests > 0 else { return nil }
        return SiteTraffic(
            requests: requests,
            failures: first.source.failures,
            residualConnections: first.source.inFlight,
            latencyMeanMicroseconds: first.source.latencySumMicroseconds.map { $0 / requests }
        )
    }
}

/// Whether a gate may send requests of ours.
private enum Probing {
    case allowed
    /// They cannot be sent from here, or tell nothing: nil where nothing more is known.
    case refused(because: String?)

    /// What is missing, and why nothing of ours can help.
    func told(beside text: String) -> String {
        if case .refused(let reason?) = self { "\(text); \(reason)" } else { text }
    }
}

extension StepRunner {
    /// How many requests of ours an idle route gets between two looks at most.
    private static let probesPerLook = 8

    /// Reads the counters until the judge has decided, within the step's time.
    ///
    /// A window that saw another share than the goal says nothing of the goal, so a new one begins:
    /// a data plane may follow its control plane late. What failed is judged in every window. So it is while
    /// the source itself fails: once it has recovered, a window without that time is needed.
    ///
    /// `soak` is told how far it has come.
    func hold(_ watch: ShareWatch, _ soak: Soak) async -> ShareOutcome {
        var window: ShareWindow? {
            didSet { if window?.begin != oldValue?.begin { soak.beginWindow() } }
        }
        var evidence: Evidence?
        var probing = Probing.allowed
        var pace = Pace()
        var seen = "nothing was counted"
        var isReachable = false
        do {
            while true {
                guard permit.allows(watch.step.id, at: time) else {
                    throw StepHalt.abandoned
                }
                if let counters = try await read(watch, seen: &seen) {
                    isReachable = true
                    switch judge(counters, &window, watch) {
                    case .none: break
                    case .some((let latest, let verdict)):
                        evidence = latest
                        report(.observed(watch.step.id, route: watch.route, latest))
                        switch verdict {
                        case .holds:
                            soak.end()
                            return ShareOutcome(evidence: latest)
                        case .broken(let text):
                            throw StepHalt.failed(StepFailure(kind: .gate, reason: text))
                        case .otherShare(let text), .sourceFails(let text):
                            seen = text
                            window = ShareWindow(watch.judge, counters, at: time.uptime)
                        case .waiting(let text):
                            if case .allowed = probing {
                                probing = await probeIfIdle(watch, latest, &window)
                            }
                            seen = probing.told(beside: text)
                        }
                    }
                } else {
                    isReachable = false
                }
                let pause = min(pace.next(), .milliseconds(250))
                guard time.uptime + pause < watch.deadline else {
                    let kind: StepFailure.Kind = isReachable ? .gate : .unavailable
                    throw StepHalt.failed(watch.step.late(kind, seen: seen))
                }
                report(.stepWaits(watch.step.id, seen: seen))
                try await rest(pause)
            }
        } catch let halt as StepHalt {
            return ShareOutcome(evidence: evidence, halt: halt)
        } catch {
            preconditionFailure("a share gate ends by its own halts only")
        }
    }

    /// The counters now; nil when the balancer could not be asked.
    private func read(
        _ watch: ShareWatch,
        seen: inout String
    ) async throws(StepHalt) -> RouteCounters? {
        do {
            let counters = try await world.traffic.counters(of: watch.route)
            return watch.needsWholeCount ? counters.doubted(unlessBy: watch.processFirst) : counters
        } catch {
            guard !Task.isCancelled else { throw .abandoned }
            seen = try error.asSeen()
            return nil
        }
    }

    /// Judges what the window shows; begins one where there is none or its counters were lost.
    private func judge(
        _ counters: RouteCounters,
        _ window: inout ShareWindow?,
        _ watch: ShareWatch
    ) -> (Evidence, ShareVerdict)? {
        guard let current = window,
            var evidence = counters.evidence(
                since: current.first,
                window: time.uptime - current.begin
            )
        else {
            window = ShareWindow(watch.judge, counters, at: time.uptime)
            return nil
        }
        let total = evidence.source.requests + evidence.target.requests
        if total > 0, current.probes * 2 >= total { evidence.basis = .probed }
        let reading = ShareReading(
            evidence: evidence,
            sourceBefore: current.sourceBefore
        )
        let verdict = watch.judge.judge(reading)
        guard case .waiting = verdict,
            let breach = window?.latency.take(
                counters,
                at: time.uptime,
                before: reading.sourceBefore
            )
        else { return (evidence, verdict) }
        return (evidence, .broken(seen: breach))
    }

    /// Sends requests of ours where too few come by themselves; tells whether that can be done.
    private func probeIfIdle(
        _ watch: ShareWatch,
        _ evidence: Evidence,
        _ window: inout ShareWindow?
    ) async -> Probing {
        let requests = evidence.source.requests + evidence.target.requests
        let isIdle = requests == window?.requestsLast
        window?.requestsLast = requests
        let isLate = evidence.windowMilliseconds >= watch.judge.limits.soakMilliseconds
        // Where only probes tell anything, nothing would be known of the rest of the window.
        let watches = window?.first.basis == .probed ? 1 : 0
        let isInNeed = watch.judge.siteInNeed(evidence) != nil
        guard isIdle || isLate else { return .allowed }
        for _ in 0..<(isInNeed ? StepRunner.probesPerLook : watches) {
            guard permit.allows(watch.step.id, at: time) else { return .allowed }
            do {
                let path = watch.judge.limits.probePath
                guard try await world.traffic.probe(watch.route, path: path) != nil else {
                    return .refused(because: nil)
                }
                window?.probes += 1
            } catch {
                // A probe that failed is in the balancer's counters, where the judge finds it.
                if case .rejected(let reason) = error { return .refused(because: reason) }
                return .allowed
            }
        }
        return .allowed
    }
}
