import ConnectionTrials
import EmbeddedSites

/// Pods that run a `ConnectionTrial`: they do what its script does, in the twin's network.
extension NodeAgent {
    /// The termination message of such a pod once every target was tried, or its deletion was asked for;
    /// nil for any other pod.
    func report(of plan: PodPlan, until fate: PodFate) async -> String? {
        if let transfer = plan.transfer { return await report(of: transfer, plan, until: fate) }
        guard let trial = plan.trial else { return nil }
        let attempt = ConnectionAttempt(
            agent: self,
            namespace: plan.namespace,
            manner: trial.manner,
            fate: fate
        )
        let answers = await withTaskGroup(of: (Int, ConnectionAnswer).self) { group in
            var answers = [ConnectionAnswer](repeating: .timedOut, count: trial.targets.count)
            for (index, target) in trial.targets.enumerated() {
                group.addTask { (index, await attempt.answer(of: target)) }
                if !trial.manner.isSideBySide, let (index, answer) = await group.next() {
                    answers[index] = answer
                }
            }
            for await (index, answer) in group { answers[index] = answer }
            return answers
        }
        return ConnectionAnswer.report(answers)
    }
}

extension NodeAgent {
    private func report(
        of transfer: TransferTrial,
        _ plan: PodPlan,
        until fate: PodFate
    ) async -> String {
        var answers: [TransferAnswer] = []
        for place in transfer.places {
            var answer = carried(place)
            for _ in 1..<TransferTrial.reachSeconds where !answer.isReached {
                guard await fate.pause(.seconds(1), unless: .terminating, time: time) else { break }
                answer = carried(place)
            }
            answers.append(answer)
        }
        return TransferAnswer.report(answers)
    }

    /// What becomes of bytes that are sent to a place and fetched from there.
    private func carried(_ place: ConnectionTarget) -> TransferAnswer {
        guard let address = TwinAddress(place.host) else {
            return TransferAnswer(reach: .unreached(.unresolved))
        }
        let way = network.path(from: site, to: TwinEndpoint(address, port: place.port))
        guard case .success(let path) = way else {
            let isRefused = if case .failure(.refused) = way { true } else { false }
            return TransferAnswer(reach: .unreached(isRefused ? .refused : .timedOut))
        }
        guard path.crossings > 0 else { return carried(after: .zero, loses: (false, false)) }
        guard let roundTrip = network.link.roundTrip else {
            return TransferAnswer(reach: .unreached(.timedOut))
        }
        let other: TwinSite = site == .source ? .target : .source
        return carried(
            after: roundTrip,
            loses: (
                network.link.way(from: site).losesLargePackets,
                network.link.way(from: other).losesLargePackets
            )
        )
    }

    private func carried(
        after roundTrip: Duration,
        loses: (sent: Bool, fetched: Bool)
    ) -> TransferAnswer {
        let reach = TransferAnswer.Leg.carried(milliseconds: Int(roundTrip / .milliseconds(1)))
        // A window that begins with ten packets and doubles needs five round trips for so many bytes.
        let bulk = TransferAnswer.Leg.carried(milliseconds: Int(roundTrip * 5 / .milliseconds(1)))
        let stalled = TransferAnswer.Way(packets: .stalled, bulk: .untried)
        let carried = TransferAnswer.Way(packets: reach, bulk: bulk)
        return TransferAnswer(
            reach: reach,
            sent: loses.sent ? stalled : carried,
            fetched: loses.fetched ? stalled : carried
        )
    }
}

/// What one pod does to reach a target.
private struct ConnectionAttempt {
    let agent: NodeAgent
    let namespace: String
    let manner: ConnectionTrial.Manner
    let fate: PodFate

    /// Tries until there is an answer, or often enough.
    func answer(of target: ConnectionTarget) async -> ConnectionAnswer {
        var answer = ConnectionAnswer.timedOut
        for attempt in 1...manner.attemptsMax {
            let roundTrip: Duration?
            (answer, roundTrip) = look(at: target)
            // Whatever serves here is well.
            if case .grpcHealth = target.speech, case .answered(let milliseconds) = answer {
                answer = .said(GRPCHealth.servingAnswer, milliseconds: milliseconds)
            }
            guard await passes(roundTrip ?? .seconds(manner.secondsMax)) else { return .timedOut }
            if answer.milliseconds != nil { return answer }
            guard attempt < manner.attemptsMax, await passes(.seconds(1)) else { return answer }
        }
        return answer
    }

    /// What would be seen, and how long it takes; no time when nothing ever comes back.
    private func look(at target: ConnectionTarget) -> (ConnectionAnswer, after: Duration?) {
        if let outsider = agent.network.outsider(target.host) {
            guard let roundTrip = outsider.roundTrips[agent.site] else { return (.timedOut, nil) }
            guard outsider.ports.contains(target.port) else { return (.refused, roundTrip) }
            return (.answered(milliseconds: Int(roundTrip / .milliseconds(1))), roundTrip)
        }
        let destination: TwinEndpoint
        if let address = TwinAddress(target.host) {
            destination = TwinEndpoint(address, port: target.port)
        } else {
            guard let name = ServiceName("\(target.host):\(target.port)") else {
                return (.unresolved, .zero)
            }
            switch agent.proxy.resolve(name, from: namespace) {
            case .endpoint(let endpoint): destination = endpoint
            case .nothingServes: return (.refused, .zero)
            case .unknown: return (.unresolved, .zero)
            }
        }
        switch agent.network.path(from: agent.site, to: destination) {
        case .success(let path):
            guard path.crossings > 0 else { return (.answered(milliseconds: 0), .zero) }
            guard let roundTrip = agent.network.link.roundTrip else { return (.timedOut, nil) }
            return (.answered(milliseconds: Int(roundTrip / .milliseconds(1))), roundTrip)
        case .failure(.refused): return (.refused, .zero)
        case .failure(.unreachable), .failure(.looped): return (.timedOut, nil)
        }
    }

    /// Lets time pass; false when the pod is to end.
    private func passes(_ duration: Duration) async -> Bool {
        await fate.pause(duration, unless: .terminating, time: agent.time)
    }
}
