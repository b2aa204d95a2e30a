import JSONValues
import MigrationModel

/// One site's workloads: what can be seen of them and what can be changed.
///
/// Every mutating verb is repeatable (making it again changes nothing), can be undone from the
/// before-image, and its undo is harmless if it never ran: `ProviderContracts` holds each kind to it.
/// Cancellation ends a call at once; whether it was applied is then unknown.
package protocol Platform: Sendable {
    /// Reads everything that planning needs of these namespaces; changes nothing.
    func inventory(namespaces: [String]) async throws(ProviderError) -> SiteInventory

    /// Reads what undoing `change` will need; changes nothing.
    func survey(_ change: SiteChange) async throws(ProviderError) -> BeforeImage

    /// Makes the change, as the first time or again.
    ///
    /// What already is as the change wants it and bears this run's mark is left alone. Fails with
    /// `.drift` when the world is no longer as `before` or the plan saw it.
    func perform(
        _ change: SiteChange,
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt

    /// Gives back what `before` recorded; repeating it, or undoing what was never made, is harmless.
    func undo(
        _ change: SiteChange,
        to before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError)

    /// Looks once whether a condition of this site holds.
    ///
    /// `replicas` is what `.asRequested` stands for. Only conditions of this site are asked.
    func check(
        _ condition: Condition,
        replicas: Int?
    ) async throws(ProviderError) -> ConditionState

    /// Says why a condition of this site does not hold yet; nil when nothing there tells.
    ///
    /// It reads more than `check` does, so it is asked rarely, and for people only.
    func explain(_ condition: Condition) async throws(ProviderError) -> String?
}

extension Platform {
    /// Knows nothing more than what a look has seen.
    package func explain(_ condition: Condition) async throws(ProviderError) -> String? { nil }
}

/// Whether a condition holds now.
package enum ConditionState: Sendable, Equatable {
    case holds
    /// It holds; what was measured of it, for the journal.
    case measured(JSON)
    /// Not yet; what was seen instead.
    case waiting(seen: String)
    /// It cannot come to hold by waiting; what was seen.
    case broken(seen: String)
}

/// What every object that a run writes is marked with.
package struct StepMark: Sendable, Hashable {
    /// The run that writes: whose an object is.
    package let run: RunID
    /// The step that writes.
    package let step: StepID
    /// The fencing number of the driver that writes.
    package let epoch: Int

    package init(run: RunID, step: StepID, epoch: Int) {
        self.run = run
        self.step = step
        self.epoch = epoch
    }
}
