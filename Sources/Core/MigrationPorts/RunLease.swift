import MigrationModel

/// The right to drive a run, kept as a Lease at one site.
///
/// A run holds one at both.
package protocol RunLease: Sendable {
    /// What the lease says now; nil when there is none.
    func read() async throws(ProviderError) -> LeaseState?

    /// Takes the lease if it still is as `seen`; `.drift` when it is not.
    ///
    /// Whether it may be taken is the engine's to judge.
    func take(_ state: LeaseState, seen: LeaseState?) async throws(ProviderError)

    /// Renews with what the journal's head is now; `.drift` when it no longer is of this run,
    /// driver and epoch, and when it has become the run's tombstone.
    func renew(_ state: LeaseState) async throws(ProviderError)

    /// Gives it up if it still is of this run, driver and epoch; repeating it is harmless.
    ///
    /// While the run is not over, the lease stays with all that `state` carries, and only its
    /// `driver` becomes empty: another run is refused here, and so is a stale copy of the journal.
    /// Once the run is over, the lease stays as its tombstone: copies of the journal from before the
    /// end are refused as before, and another run may take it.
    func release(_ state: LeaseState, isOver: Bool) async throws(ProviderError)

    /// Removes it if it still is of this run, driver and epoch: nothing came of the hold.
    func remove(_ state: LeaseState) async throws(ProviderError)
}

/// What a lease carries, so that a journal with a lost tail, or a second machine without the
/// journal, is refused.
package struct LeaseState: Sendable, Hashable {
    /// Whose lease it is; another run is refused while it stands.
    package var run: RunID
    /// Which journal at which machine drives, the same for each process there: the journal's own
    /// lock keeps those apart.
    ///
    /// Empty when nobody drives the run now.
    package var driver: String
    /// The fencing number; each driver that takes the lease raises it.
    package var epoch: Int
    /// The last record of the journal that the driver had written when it renewed.
    package var sequence: Int
    /// The hash of that record, which covers all before it.
    package var headHash: String
    /// The holder's time of day, since 1970: for people to read, and never compared with a clock
    /// here.
    package var renewedAtNanoseconds: Int64
    /// How long the lease must stay unchanged before another driver may take it.
    package var durationSeconds: Int
    /// Whether the driver that gave it up had nothing on its way any more that could still arrive.
    package var isSettled: Bool
    /// Whether the run has ended: then this is its tombstone, and no hold on the site.
    package var isOver: Bool

    package init(
        run: RunID,
        driver: String,
        epoch: Int,
        sequence: Int,
        headHash: String,
        renewedAtNanoseconds: Int64,
        durationSeconds: Int,
        isSettled: Bool = false,
        isOver: Bool = false
    ) {
        self.run = run
        self.driver = driver
        self.epoch = epoch
        self.sequence = sequence
        self.headHash = headHash
        self.renewedAtNanoseconds = renewedAtNanoseconds
        self.durationSeconds = durationSeconds
        self.isSettled = isSettled
        self.isOver = isOver
    }
}
