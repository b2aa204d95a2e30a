import MigrationModel

/// What is said of a store whose writer changes sides.
package struct StoreRule: Sendable, Hashable {
    /// The store itself.
    package var store: Store
    /// How long the target's copy may take until it has what the source's has.
    package var joinMax: Duration
    /// How long writes may stand still until the target's copy has the last of them; then the source
    /// accepts writes again.
    package var pauseMax: Duration
    /// Whether a person has to approve the moment at which the writer changes sides.
    package var isApproved: Bool

    /// Takes what the migration file says.
    package init(
        store: Store,
        joinMax: Duration = .seconds(3_600),
        pauseMax: Duration = .seconds(60),
        isApproved: Bool = false
    ) {
        self.store = store
        self.joinMax = joinMax
        self.pauseMax = pauseMax
        self.isApproved = isApproved
    }
}
