import JSONValues
import MigrationModel
import MigrationPorts
import Synchronization

/// A site's platform with one bug.
struct MutantPlatform: Platform {
    let base: any Platform
    let mutant: Mutant
    /// What this process has made, for a mutant that remembers no other.
    private let made = MadeChanges()

    init(_ base: any Platform, _ mutant: Mutant) {
        self.base = base
        self.mutant = mutant
    }

    func inventory(namespaces: [String]) async throws(ProviderError) -> SiteInventory {
        try await base.inventory(namespaces: namespaces)
    }

    func survey(_ change: SiteChange) async throws(ProviderError) -> BeforeImage {
        try await base.survey(change)
    }

    func perform(
        _ change: SiteChange,
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        made.insert(change)
        var change = change
        switch (change, mutant) {
        case (.addBridge, .addsNoBridge), (.removeBridge, .removesNoBridge),
            (.addSelector, .addsNoSelector), (.removeMarks, .removesNoMarks),
            (.scale(_, .exactly(0)), .leavesPodsRunning), (.tryBridges, .triesNoBridges),
            (.refreshBridges, .refreshesNoBridges):
            return Receipt()
        case (.pointEntryToNames(let entry, _), .leavesEntriesOfBridges)
        where entry.name.hasSuffix("-bridge"):
            return Receipt()
        case (.scale(let workload, .asCounterpart), .scalesToOne):
            change = .scale(workload: workload, replicas: .exactly(count: 1))
        case (.scale(let workload, .portion(let count)), .losesAWorker):
            let fewer = Replicas.portion(count: max(0, count - 1))
            change = .scale(workload: workload, replicas: fewer)
        case (.create(let objects), .ignoresOrdinals):
            change = .create(objects: objects.map(\.countedFromZero))
        case (.create(let objects), .startsSchedulesEarly):
            change = .create(objects: objects.map(\.running))
        case (.runOrdinals(let workload, let ordinals), .ignoresOrdinals):
            change = .scale(workload: workload, replicas: .portion(count: ordinals.count))
        default: break
        }
        return try await base.perform(change, from: before, mark: mark)
    }

    func undo(
        _ change: SiteChange,
        to before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) {
        switch (change, mutant) {
        case (.scale, .undoesNoScale), (.create, .undoesNoCreation), (.addBridge, .undoesNoBridge),
            (.pointEntryToLocalNames, .undoesNoEntryTurn):
            return
        case (.scale, .undoesScaleByConstant):
            return try await base.undo(change, to: before.withReplicas(1), mark: mark)
        case (_, .undoesOwnOnly):
            guard made.contains(change) else { return }
        default: break
        }
        try await base.undo(change, to: before, mark: mark)
    }

    func check(_ condition: Condition, replicas: Int?) async throws(ProviderError) -> ConditionState
    {
        switch (condition, mutant) {
        case (.ready, .takesAskedForReady), (.gone, .takesPodsForGone),
            (.ordinalGone, .takesPodsForGone), (.ordinalGone, .ignoresOrdinals),
            (.gone, .leavesPodsRunning), (.betweenTicks, .ignoresTicks),
            (.jobsEnded, .ignoresTicks), (.bridgesAnswer, .triesNoBridges):
            return .holds
        default: return try await base.check(condition, replicas: replicas)
        }
    }
}

/// What one process has made.
private final class MadeChanges: Sendable {
    private let made = Mutex<Set<SiteChange>>([])

    func insert(_ change: SiteChange) { made.withLock { _ = $0.insert(change) } }
    func contains(_ change: SiteChange) -> Bool { made.withLock { $0.contains(change) } }
}

extension PlannedObject {
    /// The same, not held back where it begins something by itself.
    fileprivate var running: PlannedObject {
        var object = self
        if form == .suspended { object.form = .asItIs }
        return object
    }

    /// The same, with its pods counted from where its original counts them.
    fileprivate var countedFromZero: PlannedObject {
        var object = self
        if form == .behindOrdinals { object.form = .scaledToZero }
        return object
    }
}

extension BeforeImage {
    fileprivate func withReplicas(_ count: Int) -> BeforeImage {
        var clear = clear.value
        clear["replicas"] = .int(count)
        return BeforeImage(clear: clear, sealed: sealed)
    }
}
