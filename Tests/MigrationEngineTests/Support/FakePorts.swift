import Clocks
import JSONValues
import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation

/// One site of the fake world, as one process sees it.
struct FakePlatform: Platform {
    let site: SiteRole
    let world: FakeWorld
    let incarnation: Incarnation

    func inventory(namespaces: [String]) async throws(ProviderError) -> SiteInventory {
        throw .rejected(reason: "a run needs no inventory")
    }

    func survey(_ change: SiteChange) async throws(ProviderError) -> BeforeImage {
        var image = BeforeImage()
        try await world.call(incarnation, isMutation: false) {
            switch change {
            case .create(let objects):
                if world.bug == .effectAtSurvey {
                    world.expectIntent(StepID("namespaces"), by: incarnation, isUndo: false)
                }
                let present = objects.filter { world.content.objects[site]?[$0.reference] != nil }
                image = BeforeImage(clear: .object(["present": .int(present.count)]))
            case .scale(let workload, _):
                let replicas = world.content.replicas[site]?[workload] ?? 0
                image = BeforeImage(clear: .object(["replicas": .int(replicas)]))
            default:
                let was = world.content.flags[site]?.contains(flag(change)) ?? false
                image = BeforeImage(clear: .object(["was": .bool(was)]))
            }
        }
        return image
    }

    func perform(
        _ change: SiteChange,
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        var receipt = Receipt()
        try await write(change, mark: mark, isUndo: false) {
            switch change {
            case .create(let objects):
                for object in objects {
                    let present = world.content.objects[site]?[object.reference]
                    guard present == nil || present == mark.step.text else {
                        throw ProviderError.drift(reason: "\(object.reference) is a stranger's")
                    }
                    world.content.objects[site, default: [:]][object.reference] = mark.step.text
                }
            case .scale(let workload, let replicas):
                if world.bug == .scaleDoesNothing, site == .target {
                    receipt = Receipt(details: .object(["replicas": .int(0)]))
                    return
                }
                let count: Int
                switch replicas {
                case .exactly(let exact), .portion(let exact): count = exact
                case .asCounterpart(let least):
                    count = max(least, world.content.replicas[site.counterpart]?[workload] ?? 0)
                }
                world.content.replicas[site, default: [:]][workload] = count
                receipt = Receipt(details: .object(["replicas": .int(count)]))
            case .delete(let objects):
                for object in objects { world.content.objects[site]?[object.reference] = nil }
            default: world.content.flags[site, default: []].insert(flag(change))
            }
        }
        return receipt
    }

    func undo(
        _ change: SiteChange,
        to before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) {
        try await write(change, mark: mark, isUndo: true) {
            if world.bug == .undoNeedsDone, !world.journal.isDone(mark.step) { return }
            switch change {
            case .create(let objects):
                for object in objects
                where world.content.objects[site]?[object.reference] == mark.step.text {
                    world.content.objects[site]?[object.reference] = nil
                }
            case .scale(let workload, _):
                world.content.replicas[site]?[workload] =
                    world.bug == .undoSetsConstant ? 5 : before.replicas
            default:
                if before.clear.value["was"]?.bool == false {
                    world.content.flags[site]?.remove(flag(change))
                }
            }
        }
    }

    /// Reads the versions, and writes if they still are so: as a server does it with every write that
    /// carries a `resourceVersion`.
    ///
    /// Who finds the stamp of a later driver writes nothing.
    private func write(
        _ change: SiteChange,
        mark: StepMark,
        isUndo: Bool,
        _ effect: () throws -> Void
    ) async throws(ProviderError) {
        let things = FakeWorld.Thing.all(of: change, at: site)
        for _ in 0..<4 {
            if let seat = incarnation.seat { await seat.point() }
            let seen = world.versions(of: things)
            let isChecked = world.bug != .versionsAreIgnored
            if isChecked, let later = seen.map(\.epoch).max(), later > mark.epoch {
                world.refusals += 1
                throw .drift(reason: "it bears the stamp of epoch \(later)")
            }
            var isConflict = false
            try await world.call(incarnation, isMutation: true) {
                isConflict = isChecked && world.versions(of: things) != seen
                if isConflict {
                    world.refusals += 1
                    return
                }
                world.expectIntent(mark.step, by: incarnation, isUndo: isUndo)
                try effect()
                world.stamp(things, epoch: mark.epoch)
            }
            if !isConflict { return }
        }
        throw .unavailable(reason: "it is being changed all the time", retryAfter: nil)
    }

    func check(
        _ condition: Condition,
        replicas: Int?
    ) async throws(ProviderError) -> ConditionState {
        var state = ConditionState.holds
        try await world.call(incarnation, isMutation: false) {
            guard case .ready(_, let workload, let goal) = condition else { return }
            let needed: Int
            switch goal {
            case .atLeast(let count): needed = count
            case .asRequested: needed = replicas ?? -1
            }
            let isUnready = site == .target && world.unreadyAtTarget != nil
            let ready = isUnready ? 0 : world.content.replicas[site]?[workload] ?? 0
            if needed < 0 { state = .broken(seen: "nobody said how many replicas were asked for") }
            if ready < needed { state = .waiting(seen: "\(ready) of \(needed) pods are ready") }
        }
        return state
    }

    func explain(_ condition: Condition) async throws(ProviderError) -> String? {
        var reason: String?
        try await world.call(incarnation, isMutation: false) {
            if case .ready(.target, _, _) = condition { reason = world.unreadyAtTarget }
        }
        return reason
    }

    private func flag(_ change: SiteChange) -> String { "\(change)" }
}

extension JournalMemory {
    /// Whether the step's last result was that it is done.
    fileprivate func isDone(_ step: StepID) -> Bool {
        let last = records.last { record in
            switch record.entry {
            case .intent, .done: record.entry.stepForTest == step
            default: false
            }
        }
        return if case .done = last?.entry { true } else { false }
    }
}

/// The balancer of the fake world, as one process sees it.
struct FakeTraffic: TrafficProvider {
    let world: FakeWorld
    let incarnation: Incarnation

    func routes() async throws(ProviderError) -> [RouteID] { world.routes.keys.sorted() }

    func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        var native = ""
        try await world.call(incarnation, isMutation: false) {
            native = world.content.weights[route] ?? ""
        }
        guard let percent = Int(native.dropFirst(2)), let weight = Weight(percent: percent) else {
            throw .rejected(reason: "no weight is set")
        }
        return RequestedWeight(weight: weight, native: native, process: world.process)
    }

    func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        try await world.call(incarnation, isMutation: true) {
            world.expectIntent(route: route, by: incarnation, isUndo: false)
            _ = world.read(route)
            world.content.weights[route] = "w=\(weight.percent)"
        }
    }

    func restore(_ requested: RequestedWeight, on route: RouteID) async throws(ProviderError) {
        try await world.call(incarnation, isMutation: true) {
            world.expectIntent(route: route, by: incarnation, isUndo: true)
            _ = world.read(route)
            world.content.weights[route] = requested.native
        }
    }

    func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        var counters: RouteCounters?
        try await world.call(incarnation, isMutation: false) { counters = world.read(route) }
        world.tick()
        guard let counters else { throw .rejected(reason: "no counters") }
        return counters
    }

    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        if world.refusesProbes { return nil }
        try await world.call(incarnation, isMutation: false) { world.serve(route, requests: 1) }
        return .source
    }
}

/// Whoever measures in the fake world.
struct FakeVerifier: Verifier {
    let world: FakeWorld
    let incarnation: Incarnation

    func check(_ condition: Condition) async throws(ProviderError) -> ConditionState {
        try await world.call(incarnation, isMutation: false) {}
        world.tick()
        return world.measured
    }
}

/// A lease of the fake world.
struct FakeLease: RunLease {
    let site: SiteRole
    let world: FakeWorld
    let incarnation: Incarnation

    func read() async throws(ProviderError) -> LeaseState? {
        try await pass()
        return world.leases[site]
    }

    func take(_ state: LeaseState, seen: LeaseState?) async throws(ProviderError) {
        try await pass()
        guard world.leases[site] == seen else { throw .drift(reason: "somebody took it") }
        world.leases[site] = state
    }

    func renew(_ state: LeaseState) async throws(ProviderError) {
        try await pass()
        guard world.leases[site]?.isSameHold(as: state) == true else {
            throw .drift(reason: "somebody else holds it")
        }
        world.leases[site] = state
    }

    func release(_ state: LeaseState, isOver: Bool) async throws(ProviderError) {
        try await pass()
        guard world.leases[site]?.isSameHold(as: state) == true else { return }
        var kept = state
        kept.driver = ""
        kept.isOver = isOver
        world.leases[site] = kept
    }

    func remove(_ state: LeaseState) async throws(ProviderError) {
        try await pass()
        guard world.leases[site]?.isSameHold(as: state) == true else { return }
        world.leases[site] = nil
    }

    private func pass() async throws(ProviderError) {
        if let seat = incarnation.seat {
            await seat.point(isOfLease: true)
        } else {
            await world.simulation.point()
        }
        try incarnation.checkAlive()
        world.tick()
        if world.leasesAreUnreachable {
            throw .unavailable(reason: "no answer", retryAfter: nil)
        }
    }
}

extension LeaseState {
    fileprivate func isSameHold(as other: LeaseState) -> Bool {
        !isOver && run == other.run && driver == other.driver && epoch == other.epoch
    }
}

/// The journal as one process sees it: it may die before or after each commit.
struct FakeJournal: Journal {
    let base: JournalMemory
    let world: FakeWorld
    let incarnation: Incarnation

    func load() async throws(JournalError) -> [JournalRecord] { try await base.load() }

    func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int,
        acknowledging items: [InboxItem]
    ) async throws(JournalError) -> [JournalRecord] {
        if incarnation.seat == nil { await world.simulation.point() }
        incarnation.opportunity("before a commit")
        try check()
        let records = try await base.append(
            entries,
            after: head,
            epoch: epoch,
            acknowledging: items
        )
        incarnation.opportunity("after a commit")
        guard let seat = incarnation.seat else {
            await world.simulation.point()
            try check()
            return records
        }
        seat.meeting.note(entries, of: seat.side)
        return records
    }

    func hash(at sequence: Int) async throws(JournalError) -> String? {
        try check()
        return try await base.hash(at: sequence)
    }

    func inbox() async throws(JournalError) -> [InboxItem] {
        world.tick()
        try check()
        return try await base.inbox()
    }

    func submit(_ command: RunCommand) async throws(JournalError) {
        try await base.submit(command)
    }

    private func check() throws(JournalError) {
        if incarnation.isDead { throw .fenced(by: "death") }
    }
}

/// The clock as one process sees it: the dead do not sleep.
struct FakeTime: TimeSource {
    let simulation: Scheduler
    let incarnation: Incarnation

    var uptime: Duration { simulation.now }

    var wallTime: WallTime {
        WallTime(nanosecondsSinceEpoch: 1_767_225_600_000_000_000).advanced(by: simulation.now)
    }

    func sleep(for duration: Duration) async throws {
        if incarnation.isDead { throw CancellationError() }
        try await SimulatedTime(simulation).sleep(for: duration)
        if let seat = incarnation.seat { await seat.wake() }
        if incarnation.isDead { throw CancellationError() }
    }
}
