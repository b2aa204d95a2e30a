import JSONValues
import KubernetesObjects

/// What the server does with the objects of one kind: the parts of a registry strategy.
///
/// Every part is a pure function of the object; what needs the rest of the cluster (addresses,
/// namespaces) is done where the write happens.
struct ResourceRules: Sendable {
    /// Whether the change from `old` to `object` counts; nil for kinds without a generation.
    var countsGeneration: (@Sendable (_ object: JSON, _ old: JSON) -> Bool)?
    /// Whether status is written through its subresource alone.
    var hasStatus = false
    /// What of the metadata a write of the status leaves as it is.
    var statusKeeps = StatusMetadata.ownersOnly
    /// Whether a PUT to a name that does not exist creates it.
    var createsOnUpdate = false
    /// Whether a PUT without a resourceVersion overwrites whatever is there.
    var allowsUnconditionalUpdate = true
    /// What becomes of owned objects when a deletion does not say.
    var propagation = DeleteOptions.Propagation.background
    /// Whether a deletion marks nothing but the time: definitions and namespaces, which have a
    /// deletion of their own.
    var keepsGenerationOnDelete = false
    /// Fills what the user left out.
    var setDefaults: @Sendable (inout JSON) -> Void = { _ in }
    /// Sets what belongs to the server alone when an object is made.
    var prepareForCreate: @Sendable (inout JSON) -> Void = { _ in }
    /// What is wrong with a name.
    var problemsOfName: @Sendable (_ name: String) -> [String] = NameRules.problemsOfSubdomain
    var validate: @Sendable (_ object: JSON) -> [FieldError] = { _ in [] }
    /// What stands in for `validate` when an object is replaced, where what was there before counts.
    var validateAgain: (@Sendable (_ object: JSON, _ old: JSON) -> [FieldError])?
    /// What is wrong with the way from `old` to `object`, beyond what `validate` finds.
    var validateUpdate: @Sendable (_ object: JSON, _ old: JSON) -> [FieldError] = { _, _ in [] }
    /// What is wrong with a status.
    var validateStatus: @Sendable (_ object: JSON) -> [FieldError] = { _ in [] }

    /// What of the metadata a write of the status leaves as it is.
    enum StatusMetadata: Sendable {
        case ownersOnly
        case labels
        case everything
    }
}

extension ResourceRules {
    /// Counts every change of `spec`.
    static let bySpec: @Sendable (JSON, JSON) -> Bool = { $0["spec"] != $1["spec"] }

    /// Counts every change outside metadata and status.
    static let byContent: @Sendable (JSON, JSON) -> Bool = { object, old in
        var (object, old) = (object, old)
        for key in ["metadata", "status"] {
            object[key] = nil
            old[key] = nil
        }
        return object != old
    }
}
