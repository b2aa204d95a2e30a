/// How a deletion is meant: the `DeleteOptions` of the API.
package struct DeleteOptions: Sendable, Equatable {
    /// What becomes of the objects that the deleted one owns.
    package enum Propagation: String, Sendable {
        case orphan = "Orphan"
        case background = "Background"
        case foreground = "Foreground"
    }

    /// Nil for the object's own; only pods have one.
    package var gracePeriodSeconds: Int?
    /// The deletion happens only to the object with this uid.
    package var uid: String?
    /// The deletion happens only to this version of the object.
    package var resourceVersion: String?
    /// Nil leaves it to the kind, which means background for all but Jobs, whose pods are orphaned.
    package var propagation: Propagation?
    /// Whether the server only says what it would do.
    package var isDryRun = false

    package init(
        gracePeriodSeconds: Int? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil,
        propagation: Propagation? = nil,
        isDryRun: Bool = false
    ) {
        self.gracePeriodSeconds = gracePeriodSeconds
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagation = propagation
        self.isDryRun = isDryRun
    }
}
