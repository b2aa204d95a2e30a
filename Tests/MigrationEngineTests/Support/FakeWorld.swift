import JSONValues
import MigrationEngine
import MigrationModel
import MigrationPorts
import Simulation

/// What a driver may meet at a call.
enum Fault: CaseIterable {
    case rejected
    case drift
    case unavailable
    /// Applied, and the answer was lost.
    case unknownApplied
    /// Not applied, and nobody can tell.
    case unknownNotApplied
}

/// Two sites and a balancer in memory, which notice every wrong thing that a driver does.
final class FakeWorld: @unchecked Sendable {
    // Safety: touched by the one thread that drains its simulation.

    /// What a migration may change, and a rollback has to give back.
    struct Content: Hashable {
        var objects: [SiteRole: [ObjectReference: String]]
        var replicas: [SiteRole: [WorkloadID: Int]]
        var flags: [SiteRole: Set<String>]
        var weights: [RouteID: String]
    }

    let simulation: Scheduler
    let journal: JournalMemory
    var content: Content
    /// Which workload is behind each route.
    let routes: [RouteID: WorkloadID]
    /// What was seen that must never be.
    var violations: [String] = []
    /// Counted over all mutating and reading calls of all drivers.
    var calls = 0
    /// Which calls meet which fault.
    var faults: [Int: Fault] = [:]
    /// How often in a row the answer to each change is lost once it is applied.
    var answersLost = 0
    private var lostInRow = 0
    var mutations = 0
    /// How often a write was refused for its version or for a later driver's stamp.
    var refusals = 0
    /// How often an overtaken driver wrote to the balancer, which refuses nobody.
    var lateWeights = 0
    private var versions: [Thing: Version] = [:]
    /// Requests a second of each route; the idle ones get only probes.
    var requestsPerSecond = 200
    /// What is measured by whoever measures.
    var measured = ConditionState.holds
    /// A source that fails every request, from this call on.
    var isSourceBroken = false
    /// A target that fails every request, from this call on.
    var isTargetBroken = false
    /// Why no pod becomes ready at the target; nil where they do.
    var unreadyAtTarget: String?
    /// How many connections through each route still run at the source.
    var connectionsAtSource = 0
    /// Whether those are counted; else they are a precaution.
    var countsConnections = true
    /// Which process of the balancer counts; nil where none is missed.
    var process: String?
    private var counters: [RouteID: RouteCounters] = [:]
    private var countedUntil: [RouteID: Duration] = [:]
    private var fractions: [RouteID: Double] = [:]
    private var targetFractions: [RouteID: Double] = [:]
    var leases: [SiteRole: LeaseState] = [:]
    var leasesAreUnreachable = false
    /// Whether the balancer can be asked for requests from here.
    var refusesProbes = false
    /// Told of each step just before its effect.
    var beforeEffect: (StepID) -> Void = { _ in }
    /// What is wrong with this world, to see that a history would tell.
    var bug = Bug.none
    private var plans: [(at: Duration, body: (FakeWorld) -> Void)] = []

    /// A promise that a provider breaks.
    enum Bug {
        case none
        case undoSetsConstant
        case undoNeedsDone
        case effectAtSurvey
        case scaleDoesNothing
        case versionsAreIgnored
    }

    /// What the API of a site keeps a version of.
    enum Thing: Hashable {
        case object(SiteRole, ObjectReference)
        case workload(SiteRole, WorkloadID)
        case flag(SiteRole, String)

        /// What a change writes to.
        static func all(of change: SiteChange, at site: SiteRole) -> [Thing] {
            switch change {
            case .create(let objects): objects.map { .object(site, $0.reference) }
            case .delete(let objects): objects.map { .object(site, $0.reference) }
            case .scale(let workload, _): [.workload(site, workload)]
            default: [.flag(site, "\(change)")]
            }
        }
    }

    /// How often a thing was written to, and by the driver of which epoch last.
    struct Version: Equatable {
        var number = 0
        var epoch = 0
    }

    func versions(of things: [Thing]) -> [Version] {
        things.map { versions[$0, default: Version()] }
    }

    /// Each write moves the version and leaves the stamp of its driver, which never goes down.
    func stamp(_ things: [Thing], epoch: Int) {
        for thing in things {
            var version = versions[thing, default: Version()]
            if epoch < version.epoch {
                violations.append("epoch \(epoch) wrote after \(version.epoch) to \(thing)")
            }
            version = Version(number: version.number + 1, epoch: max(epoch, version.epoch))
            versions[thing] = version
        }
    }

    /// Lets something happen at a time, or at the first look at the world after it.
    func at(_ time: Duration, _ body: @escaping (FakeWorld) -> Void) { plans.append((time, body)) }

    /// Lets happen what is due.
    func tick() {
        let now = simulation.now
        let due = plans.filter { $0.at <= now }
        plans.removeAll { $0.at <= now }
        for plan in due { plan.body(self) }
    }

    init(
        simulation: Scheduler,
        journal: JournalMemory,
        content: Content,
        routes: [RouteID: WorkloadID]
    ) {
        self.simulation = simulation
        self.journal = journal
        self.content = content
        self.routes = routes
    }

    /// Meets the fault of this call, around its effect.
    func call(
        _ incarnation: Incarnation,
        isMutation: Bool,
        _ effect: () throws -> Void
    ) async throws(ProviderError) {
        if let seat = incarnation.seat {
            await seat.point()
        } else {
            await simulation.point()
        }
        if isMutation { incarnation.opportunity("before an effect") }
        try incarnation.checkAlive()
        calls += 1
        let fault = faults[calls]
        switch fault {
        case .rejected: throw ProviderError.rejected(reason: "call \(calls) is forbidden")
        case .drift: throw ProviderError.drift(reason: "call \(calls) met another world")
        case .unavailable:
            throw ProviderError.unavailable(reason: "call \(calls) found nobody", retryAfter: nil)
        case .unknownNotApplied: throw ProviderError.unknown(reason: "call \(calls) timed out")
        case .unknownApplied, nil: break
        }
        if isMutation { mutations += 1 }
        do {
            try effect()
        } catch let error as ProviderError {
            throw error
        } catch {
            throw .rejected(reason: "\(error)")
        }
        check()
        if isMutation { incarnation.opportunity("after an effect") }
        // Between two drivers, only the order of their effects can matter.
        if incarnation.seat == nil { await simulation.point() }
        try incarnation.checkAlive()
        if fault == .unknownApplied || (isMutation && losesAnswer()) {
            throw ProviderError.unknown(reason: "the answer to call \(calls) was lost")
        }
    }

    private func losesAnswer() -> Bool {
        lostInRow = lostInRow < answersLost ? lostInRow + 1 : 0
        return lostInRow > 0
    }

    /// Every live route has somebody to serve it where the balancer sends requests.
    private func check() {
        for (route, workload) in routes {
            let weight = servedWeight(route)
            if weight > 0, (content.replicas[.target]?[workload] ?? 0) == 0 {
                violations.append("\(route) leads to the target, where \(workload) has no pod")
            }
            if weight < 100, (content.replicas[.source]?[workload] ?? 0) == 0 {
                violations.append("\(route) leads to the source, where \(workload) has no pod")
            }
        }
    }

    private func servedWeight(_ route: RouteID) -> Int {
        Int(content.weights[route]?.dropFirst(2) ?? "0") ?? 0
    }

    /// An effect has an intent without a result in the journal of its driver.
    func expectIntent(_ step: StepID, by incarnation: Incarnation, isUndo: Bool) {
        beforeEffect(step)
        noteUndo("\(step)", by: incarnation, isUndo: isUndo)
        let last = (incarnation.seat?.journal ?? journal).records.last { record in
            switch record.entry {
            case .observed: false
            default: record.entry.stepForTest == step
            }
        }
        switch (last?.entry, isUndo) {
        case (.intent, false), (.undoIntent, true): break
        default:
            violations.append("\(step) was \(isUndo ? "undone" : "made") without an intent")
        }
    }

    /// Who was overtaken undoes nothing.
    private func noteUndo(_ what: String, by incarnation: Incarnation, isUndo: Bool) {
        guard let seat = incarnation.seat, seat.side == .first else { return }
        if isUndo { violations.append("\(what) was undone by the driver that was overtaken") }
    }

    /// As `expectIntent`, for a port that is not told the step.
    func expectIntent(route: RouteID, by incarnation: Incarnation, isUndo: Bool) {
        noteUndo("\(route)", by: incarnation, isUndo: isUndo)
        if let seat = incarnation.seat, seat.side == .first, seat.meeting.isBoth {
            lateWeights += 1
        }
        let journal = incarnation.seat?.journal ?? journal
        guard case .opened(let opening) = journal.records.first?.entry else {
            violations.append("\(route) was changed before the run was opened")
            return
        }
        let steps = opening.plan.steps.filter {
            if case .setWeight(route, _) = $0.operation { true } else { false }
        }
        let announced = steps.filter { step in
            switch journal.records.last(where: { $0.entry.stepForTest == step.id })?.entry {
            case .intent: !isUndo
            case .undoIntent: isUndo
            default: false
            }
        }
        if announced.isEmpty { violations.append("\(route) was changed without an intent") }
    }

    /// Requests flow all the time, by the weight that is served.
    func read(_ route: RouteID) -> RouteCounters {
        let now = simulation.now
        let since = now - (countedUntil[route] ?? now)
        countedUntil[route] = now
        let (seconds, attoseconds) = since.components
        let fresh = (Double(seconds) + Double(attoseconds) / 1e18) * Double(requestsPerSecond)
        serve(route, requests: fresh)
        var reading = counters[route] ?? FakeWorld.noRequests
        reading.source.inFlight = connectionsAtSource
        reading.source.isInFlightPresumed = !countsConnections
        reading.process = process
        return reading
    }

    /// Serves requests; fractions of them wait for the next reading.
    func serve(_ route: RouteID, requests: Double) {
        var reading = counters[route] ?? FakeWorld.noRequests
        let whole = (requests + (fractions[route] ?? 0)).rounded(.down)
        fractions[route] = requests + (fractions[route] ?? 0) - whole
        let share = whole * Double(servedWeight(route)) / 100 + (targetFractions[route] ?? 0)
        let toTarget = share.rounded(.down)
        targetFractions[route] = share - toTarget
        reading.target.requests += Int(toTarget)
        reading.source.requests += Int(whole - toTarget)
        if isSourceBroken { reading.source.failures += Int(whole - toTarget) }
        if isTargetBroken { reading.target.failures += Int(toTarget) }
        counters[route] = reading
    }

    private static let noRequests = RouteCounters(
        source: RouteCounters.Site(requests: 0, failures: 0, inFlight: 0),
        target: RouteCounters.Site(requests: 0, failures: 0, inFlight: 0),
        incarnation: "1"
    )
}

extension JournalEntry {
    /// The step of an intent or a result.
    var stepForTest: StepID? {
        switch self {
        case .intent(let step, _, _), .done(let step, _, _), .failed(let step, _, _),
            .undoIntent(let step, _), .undone(let step, _), .undoFailed(let step, _, _):
            step
        case .opened, .driverStarted, .command, .commandRefused, .observed, .replanned, .closed: nil
        }
    }
}

/// One process that drives, until it ends or is killed.
final class Incarnation: @unchecked Sendable {
    // Safety: touched by the one thread that drains its simulation.
    let script: Script
    /// Its place among two drivers that both believe they lead; nil where one drives at a time.
    let seat: Seat?
    private(set) var isDead = false

    init(script: Script, seat: Seat? = nil) {
        self.script = script
        self.seat = seat
    }

    /// A moment at which the process may die, or somebody may ask for something.
    func opportunity(_ place: String) {
        guard !isDead else { return }
        isDead = script.pass(place)
    }

    func checkAlive() throws(ProviderError) {
        if isDead { throw .unavailable(reason: "this process is dead", retryAfter: nil) }
    }
}

/// When processes die and people ask for things, counted over a whole history.
final class Script: @unchecked Sendable {
    // Safety: touched by the one thread that drains its simulation.
    private let crashes: Set<Int>
    private let commands: [Int: RunCommand]
    private let stops: Set<Int>
    /// By which whoever drives now is asked to end.
    var stop: StopRequest?
    /// Steps that were under way when a driver was asked to end.
    private(set) var stepsStopped: Set<StepID> = []
    private let journal: JournalMemory
    private(set) var opportunities = 0
    /// Where processes died.
    private(set) var deaths: [String] = []

    init(
        journal: JournalMemory,
        crashes: Set<Int> = [],
        commands: [Int: RunCommand] = [:],
        stops: Set<Int> = []
    ) {
        self.journal = journal
        self.crashes = crashes
        self.commands = commands
        self.stops = stops
    }

    /// True when the process dies here.
    fileprivate func pass(_ place: String) -> Bool {
        opportunities += 1
        if let command = commands[opportunities] { journal.put(command) }
        if stops.contains(opportunities) {
            stepsStopped.formUnion(journal.records.stepsUnderWay)
            stop?.request()
        }
        guard crashes.contains(opportunities) else { return false }
        deaths.append(place)
        return true
    }
}

extension Collection<JournalRecord> {
    /// Steps with an intent and no result.
    var stepsUnderWay: Set<StepID> {
        var open: Set<StepID> = []
        for record in self {
            switch record.entry {
            case .intent(let step, _, _), .undoIntent(let step, _): open.insert(step)
            case .done(let step, _, _), .failed(let step, _, _), .undone(let step, _),
                .undoFailed(let step, _, _):
                open.remove(step)
            default: break
            }
        }
        return open
    }
}
