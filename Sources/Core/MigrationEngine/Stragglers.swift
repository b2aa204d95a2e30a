import MigrationModel
import Synchronization

/// Until when calls may still arrive that nobody waits for any more.
///
/// A change of an object carries the version that was read, so one that arrives late is refused. A
/// creation has nothing of the kind: the name is free, and it is made. Nor has what is asked of a balancer
/// or of a store: it would take the place of what was asked for after it. So whoever takes away what was
/// created looks again once everything that was sent has arrived or never will: what an earlier driver
/// had under way when it ended, and what this one gave up; and whoever asks for a weight, or something of
/// a store, asks again.
///
/// The bound is one of time: no call arrives later than `arrivalMax` after its caller gave it up or
/// ended its step, and none is waited for longer than `callMax`.
final class Stragglers: Sendable {
    private let arrivalMax: Duration
    /// When the last of an earlier driver's calls have arrived; nil when it had none.
    private let ofEarlier: Duration?
    /// The same for creations that it had under way when it ended.
    private let ofOrphans: Duration?
    private let orphans: Set<CreatedName>
    /// The same for what it asked of those that keep no versions when it ended.
    private let ofOrphanedRequests: [Addressee: Duration]
    private let ofOwn = Mutex<Duration?>(nil)
    private let ofOwnRequests = Mutex<[Addressee: Duration]>([:])

    /// `begin` is when this driver took over; `isSettled` whether the one before had nothing under way.
    init(_ state: RunState, begin: Duration, isSettled: Bool, settings: RunSettings) {
        arrivalMax = settings.arrivalMax
        ofEarlier = isSettled ? nil : begin + settings.arrivalMax
        ofOrphans = isSettled ? nil : begin + settings.callMax + settings.arrivalMax
        orphans = isSettled ? [] : state.orphanedNames
        let requests = isSettled ? [:] : state.orphanedRequests(settings)
        ofOrphanedRequests = requests.mapValues { begin + $0 + settings.arrivalMax }
    }

    /// A call of making or undoing this was given up at `uptime`, and may arrive after that.
    func gaveUp(_ operation: Operation, _ direction: ShareJudge.Direction, at uptime: Duration) {
        let last = uptime + arrivalMax
        if let addressee = operation.addressee {
            ofOwnRequests.withLock { $0[addressee] = max($0[addressee] ?? .zero, last) }
        } else if operation.mayCreate(direction) {
            ofOwn.withLock { $0 = max($0 ?? .zero, last) }
        }
    }

    /// When everything has arrived or never will that could create what this operation takes away, or take
    /// the place of what it asks for.
    func lastArrival(for operation: Operation) -> Duration? {
        if let addressee = operation.addressee {
            let own = ofOwnRequests.withLock { $0[addressee] }
            return [own, ofOrphanedRequests[addressee]].compactMap { $0 }.max()
        }
        let isOrphaned = operation.names.contains { name in orphans.contains { $0.isSame(as: name) }
        }
        let times = [ofOwn.withLock { $0 }, isOrphaned ? ofOrphans : ofEarlier]
        return times.compactMap { $0 }.max()
    }

    /// Whether nothing at all is on its way any more.
    func haveArrived(at uptime: Duration) -> Bool {
        let last = [
            ofOwn.withLock { $0 }, orphans.isEmpty ? ofEarlier : ofOrphans,
            ofOwnRequests.withLock { $0.values.max() }, ofOrphanedRequests.values.max(),
        ]
        return last.compactMap { $0 }.allSatisfy { $0 <= uptime }
    }
}

/// Whoever is asked for something without a precondition, so that what arrives last counts.
enum Addressee: Hashable {
    /// The balancer, for the weight of a route.
    case route(RouteID)
    /// The copies of a store, by its name.
    case store(String)
}

/// Something that a run makes at a site, by the name that a creation needs to be free.
struct CreatedName: Hashable {
    let site: SiteRole
    /// Nil for whatever the run makes there.
    let name: String?

    func isSame(as other: CreatedName) -> Bool {
        site == other.site && (name == other.name || name == nil || other.name == nil)
    }
}

extension RunState {
    /// What may have been left on its way by drivers that ended while they made it.
    fileprivate var orphanedNames: Set<CreatedName> {
        orphans.reduce(into: []) { $0.formUnion($1.operation.names) }
    }

    /// Of whom they asked something then, and how long the longest of it was waited for.
    fileprivate func orphanedRequests(_ settings: RunSettings) -> [Addressee: Duration] {
        orphans.reduce(into: [:]) { requests, step in
            guard let addressee = step.operation.addressee else { return }
            let longest = requests[addressee] ?? .zero
            requests[addressee] = max(longest, step.operation.requestMax(settings))
        }
    }

    private var orphans: [Step] {
        plan.steps.filter { step in
            let state = state(of: step.id)
            let isUnderWay = state.stage == .underWay || state.stage == .undoing
            return isUnderWay || state.attempts > 1 || state.undoAttempts > 1
        }
    }
}

extension Operation {
    /// Of whom it asks something without a precondition; nil where it does not.
    var addressee: Addressee? {
        switch self {
        case .setWeight(let route, _): .route(route)
        case .store(_, let store, _): .store(store.name)
        case .change, .await, .approval: nil
        }
    }

    /// How long one request without a precondition may be waited for.
    fileprivate func requestMax(_ settings: RunSettings) -> Duration {
        guard case .store(_, let store, _) = self else { return settings.weightCallMax }
        return .milliseconds(store.timeoutMilliseconds)
    }

    /// What making or undoing it creates or takes away; none where it does neither.
    var names: Set<CreatedName> {
        guard case .change(let site, let change) = self else { return [] }
        switch change {
        case .create(let objects):
            return Set(objects.map { CreatedName(site: site, name: "\($0.reference)") })
        case .addLocalName(let service):
            return [CreatedName(site: site, name: "local name of \(service.service)")]
        case .addBridge(let service), .removeBridge(let service):
            return [CreatedName(site: site, name: "bridge of \(service.service)")]
        case .tryBridges(let trial):
            return [CreatedName(site: site, name: "trial \(trial.namespace)/\(trial.job)")]
        case .tryTransfer(let transfer):
            return [CreatedName(site: site, name: "\(transfer.reference)")]
        case .listen(let listener), .stopListening(let listener):
            return [CreatedName(site: site, name: "\(listener.reference)")]
        case .runProbe(let probe), .removeProbe(let probe):
            return [CreatedName(site: site, name: "probe \(probe.reference)")]
        case .admitBridges(let admission):
            return [CreatedName(site: site, name: "\(admission.reference)")]
        case .refuseDeploys(let workload), .refuseChanges(let workload):
            return [CreatedName(site: site, name: "refusal of \(workload)")]
        case .admitKeeper: return [CreatedName(site: site, name: "reader of a keeper")]
        case .runKeeper: return [CreatedName(site: site, name: "keeper")]
        case .delete: return [CreatedName(site: site, name: nil)]
        case .pointEntryToLocalNames, .addSelector, .removeSelector, .scale, .runOrdinals, .suspend,
            .resume,
            .pointEntryToNames, .refreshBridges, .removeMarks:
            return []
        }
    }

    /// Whether it is asked for once more when all that was given up has arrived.
    func isAskedAgain(_ direction: ShareJudge.Direction) -> Bool {
        addressee != nil || takesAwayCreations(direction)
    }

    /// Whether making it, or undoing it, takes away for good what a creation made.
    private func takesAwayCreations(_ direction: ShareJudge.Direction) -> Bool {
        guard case .change(_, let change) = self else { return false }
        switch change {
        case .removeBridge, .removeProbe, .stopListening, .delete: return direction == .forward
        case .create, .addLocalName, .addBridge, .admitBridges, .admitKeeper, .runKeeper,
            .tryBridges, .listen, .tryTransfer, .runProbe, .refuseDeploys, .refuseChanges:
            return direction == .back
        case .pointEntryToLocalNames, .addSelector, .removeSelector, .scale, .runOrdinals, .suspend,
            .resume,
            .pointEntryToNames, .refreshBridges, .removeMarks:
            return false
        }
    }

    /// Whether making it, or undoing it, may create something.
    fileprivate func mayCreate(_ direction: ShareJudge.Direction) -> Bool {
        guard case .change(_, let change) = self else { return false }
        switch change {
        case .create, .addLocalName, .addBridge, .admitBridges, .admitKeeper, .runKeeper,
            .tryBridges, .listen, .tryTransfer, .runProbe, .refuseDeploys, .refuseChanges:
            return direction == .forward
        case .removeBridge: return direction == .back
        case .pointEntryToLocalNames, .addSelector, .removeSelector, .scale, .runOrdinals, .suspend,
            .resume,
            .pointEntryToNames, .refreshBridges, .removeProbe, .stopListening, .delete,
            .removeMarks:
            return false
        }
    }
}
