import Clocks
import JSONValues
import MigrationModel
import MigrationPorts

/// Makes and undoes single steps, once their intents are on the disk.
///
/// It knows nothing of order, journal or lanes: it is handed a step, and says how it ended.
struct StepRunner: Sendable {
    let world: MigrationWorld
    let time: any TimeSource
    let permit: Permit
    let stragglers: Stragglers
    let run: RunID
    let epoch: Int
    let crashPoints: any CrashPoints
    let report: @Sendable (RunEvent) -> Void

    /// How a step or its undo ended.
    enum End: Sendable {
        case done(Receipt)
        case failed(StepFailure)
        /// It was told to stop; it may have happened.
        case abandoned
    }

    /// How it ended, and what its gates saw that decided it.
    struct Result: Sendable {
        var end: End
        var observations: [RouteObservation]
    }

    /// Reads what undoing the step will need; changes nothing.
    func survey(_ step: Step) async -> Survey {
        do {
            let before = try await persist(step) { () async throws(ProviderError) in
                try await look(step)
            }
            return .ready(before)
        } catch {
            switch error {
            case .abandoned: return .abandoned
            case .failed(let failure): return .failed(failure)
            }
        }
    }

    /// Makes the step, as the first time or again, and waits for its gates.
    ///
    /// What its effect stands on is looked at first each time: a driver that died or a pause may lie
    /// between this and whatever was seen before. `link` is what a request takes longer that crosses it;
    /// `processes` counted each route when the run began.
    func perform(
        _ step: Step,
        from before: BeforeImage,
        link: Duration = .zero,
        countedBy processes: [RouteID: String] = [:]
    ) async -> Result {
        var observations: [RouteObservation] = []
        do {
            let condition = Gate(
                step: step,
                conditions: step.gatesBefore,
                direction: .forward,
                before: before,
                replicas: before.replicas,
                processes: processes
            )
            try await hold(condition, observations: &observations)
            let receipt = try await persist(
                step,
                .forward
            ) { () async throws(ProviderError) in
                try await make(step, from: before)
            }
            await crashPoints.reached(.afterEffect, step: step.id)
            let gate = Gate(
                step: step,
                conditions: step.gates,
                direction: .forward,
                before: before,
                replicas: receipt.replicas ?? before.replicas,
                link: link,
                processes: processes
            )
            let measured = try await hold(gate, observations: &observations)
            return Result(end: .done(receipt.with(measured)), observations: observations)
        } catch {
            return Result(end: error.end, observations: observations)
        }
    }

    /// Gives back what the before-image recorded and waits for the gates of the way back.
    ///
    /// `isHurried` lets a share count as soon as it is seen.
    func undo(_ step: Step, to before: BeforeImage, isHurried: Bool) async -> Result {
        var observations: [RouteObservation] = []
        do {
            try await persist(
                step,
                .back
            ) { () async throws(ProviderError) in
                try await unmake(step, to: before)
            }
            await crashPoints.reached(.afterEffect, step: step.id)
            let gate = Gate(
                step: step,
                conditions: step.gatesBack,
                direction: .back,
                before: before,
                replicas: before.replicas,
                isHurried: isHurried
            )
            try await hold(gate, observations: &observations)
            return Result(end: .done(Receipt()), observations: observations)
        } catch {
            return Result(end: error.end, observations: observations)
        }
    }

    private func look(_ step: Step) async throws(ProviderError) -> BeforeImage {
        switch step.operation {
        case .change(let site, let change): try await world[site].survey(change)
        case .setWeight(let route, _):
            BeforeImage(weight: try await world.traffic.requestedWeight(of: route))
        case .store(let site, let store, _): try await storeSwitch(store, site).survey()
        case .await, .approval: BeforeImage()
        }
    }

    private func make(
        _ step: Step,
        from before: BeforeImage
    ) async throws(ProviderError) -> Receipt {
        switch step.operation {
        case .change(let site, let change):
            return try await world[site].perform(change, from: before, mark: mark(step))
        case .setWeight(let route, let weight):
            try await world.traffic.setWeight(weight, on: route)
            return Receipt(details: .object(["percent": .int(weight.percent)]))
        case .store(let site, let store, let change):
            return try await storeSwitch(store, site).make(change)
        case .await, .approval: return Receipt()
        }
    }

    private func unmake(_ step: Step, to before: BeforeImage) async throws(ProviderError) {
        switch step.operation {
        case .change(let site, let change):
            try await world[site].undo(change, to: before, mark: mark(step))
        case .setWeight(let route, _):
            guard let weight = before.weight else {
                throw .rejected(reason: "the before-image of \(step.id) holds no weight")
            }
            try await world.traffic.restore(weight, on: route)
        case .store(let site, let store, let change):
            try await storeSwitch(store, site).unmake(change, to: before)
        case .await, .approval: break
        }
    }

    /// What moves the writer of a store, from the copy of this site.
    private func storeSwitch(_ store: Store, _ site: SiteRole) -> StoreSwitch {
        StoreSwitch(stores: world.stores, store: store, site: site)
    }

    private func mark(_ step: Step) -> StepMark {
        StepMark(run: run, step: step.id, epoch: epoch)
    }

    /// Asks a provider until it did what it was asked for.
    ///
    /// Where that takes away what a creation made, or asks for what keeps no versions, it is asked once
    /// more when everything that may be on its way has arrived.
    private func persist<Answer>(
        _ step: Step,
        _ direction: ShareJudge.Direction,
        _ ask: () async throws(ProviderError) -> Answer
    ) async throws(StepHalt) -> Answer {
        let isAskedAgain = step.operation.isAskedAgain(direction)
        // A step asks for one thing, however often: only what others asked for can take its place.
        let ofOthers = stragglers.lastArrival(for: step.operation)
        while true {
            let begin = time.uptime
            let answer = try await persist(step, toward: direction, ask)
            let last =
                step.operation.addressee != nil
                ? ofOthers : stragglers.lastArrival(for: step.operation)
            guard isAskedAgain, let end = last, begin < end else { return answer }
            try await pass(until: end, step)
        }
    }

    private func pass(until end: Duration, _ step: Step) async throws(StepHalt) {
        guard time.uptime < end else { return }
        let seconds = (end - time.uptime).components.seconds + 1
        report(
            .stepWaits(
                step.id,
                seen: "a call that was given up may still arrive; what it does is looked for again "
                    + "in \(seconds) s"
            )
        )
        try await settle(end - time.uptime, step: step.id)
    }

    /// Asks a provider until it did what it was asked for, within the step's time.
    ///
    /// What it surely refused fails at once. What it could not take is asked again. What may or may
    /// not have been applied is looked at first and then asked again: every provider can be asked
    /// again, and the look shows that the site answers.
    private func persist<Answer>(
        _ step: Step,
        toward direction: ShareJudge.Direction? = nil,
        _ ask: () async throws(ProviderError) -> Answer
    ) async throws(StepHalt) -> Answer {
        let deadline = time.uptime + .milliseconds(step.timeoutMilliseconds)
        var pace = Pace()
        var looksFirst = false
        while true {
            guard permit.allows(step.id, at: time) else { throw .abandoned }
            let trouble: ProviderError
            do {
                if looksFirst { try await lookAgain(step) }
                looksFirst = false
                return try await ask()
            } catch {
                trouble = error
            }
            guard !Task.isCancelled else { throw .abandoned }
            var pauseMin = Duration.zero
            switch trouble {
            case .rejected(let reason): throw .failed(StepFailure(kind: .rejected, reason: reason))
            case .drift(let reason): throw .failed(StepFailure(kind: .drift, reason: reason))
            case .unavailable(_, let retryAfter): pauseMin = retryAfter ?? .zero
            case .unknown:
                looksFirst = true
                if let direction {
                    stragglers.gaveUp(step.operation, direction, at: time.uptime)
                }
            }
            let pause = max(pace.next(), pauseMin)
            guard time.uptime + pause < deadline else {
                throw .failed(step.late(.unavailable, seen: "\(trouble)"))
            }
            report(.stepWaits(step.id, seen: "\(trouble)"))
            try await rest(pause)
        }
    }

    /// Looks whether the site answers again; what it says of the step does not matter here.
    private func lookAgain(_ step: Step) async throws(ProviderError) {
        do {
            _ = try await look(step)
        } catch {
            switch error {
            case .rejected, .drift: return
            case .unavailable, .unknown: throw error
            }
        }
    }

    /// Sleeps; a cancelled sleep abandons the step.
    func rest(_ duration: Duration) async throws(StepHalt) {
        do {
            try await time.sleep(for: duration)
        } catch {
            throw .abandoned
        }
    }
}

/// What a survey came to.
enum Survey: Sendable {
    case ready(BeforeImage)
    case failed(StepFailure)
    case abandoned
}

/// What a gate saw of a route when it decided.
struct RouteObservation: Sendable {
    let route: RouteID
    let evidence: Evidence
}

/// Why a step does not go on.
enum StepHalt: Error {
    case abandoned
    case failed(StepFailure)

    var end: StepRunner.End {
        switch self {
        case .abandoned: .abandoned
        case .failed(let failure): .failed(failure)
        }
    }
}
