import MigrationModel

/// The right to drive a run, kept as a Lease at one site.
///
/// A run holds one at both.
package protocol RunLease: Sendable {
    /// What the lease says now; nil when there is none.
    func read() async throws(ProviderError) -> LeaseState?

    /// Takes a lease that is free, expired or this driver's own, if it still is as `seen`.
    func take(_ state: LeaseState, seen: LeaseState?) async throws(ProviderError)

    /// Renews with what the journal's head is now; `.drift` when somebody else took it.
    func renew(_ state: LeaseState) async throws(ProviderError)

    /// Gives it up if it is still this driver's; repeating it is harmless.
    func release(_ state: LeaseState) async throws(ProviderError)
}

/// What a lease carries, so that a journal with a lost tail, or a second machine without the
/// journal, is refused.
package struct LeaseState: Sendable, Hashable {
    package var run: RunID
    package var driver: String
    package var epoch: Int
    package var sequence: Int
    package var headHash: String
    package var renewedAtNanoseconds: Int64
    package var durationSeconds: Int

    package init(
        run: RunID,
        driver: String,
        epoch: Int,
        sequence: Int,
        headHash: String,
        renewedAtNanoseconds: Int64,
        durationSeconds: Int
    ) {
        self.run = run
        self.driver = driver
        self.epoch = epoch
        self.sequence = sequence
        self.headHash = headHash
        self.renewedAtNanoseconds = renewedAtNanoseconds
        self.durationSeconds = durationSeconds
    }
}
