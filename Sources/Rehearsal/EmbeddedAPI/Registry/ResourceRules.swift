import JSONValues

/// What the server does with the objects of one kind: the parts of a registry strategy.
///
/// Every part is a pure function of the object; what needs the rest of the cluster (addresses,
/// namespaces) is done where the write happens.
struct ResourceRules: Sendable {
    /// Whether `metadata.generation` counts the changes of what users ask for.
    var tracksGeneration = false
    /// Whether a PUT to a name that does not exist creates it.
    var createsOnUpdate = false
    /// Whether a PUT without a resourceVersion overwrites whatever is there.
    var allowsUnconditionalUpdate = true
    /// Fills what the user left out.
    var setDefaults: @Sendable (inout JSON) -> Void = { _ in }
    /// Sets what belongs to the server alone when an object is made.
    var prepareForCreate: @Sendable (inout JSON) -> Void = { _ in }
    /// Restores what a write of the main resource may not change.
    var prepareForUpdate: @Sendable (_ object: inout JSON, _ old: JSON) -> Void = { _, _ in }
    /// What is wrong with a name; its last character may be a hyphen in a `generateName`.
    var problemsOfName: @Sendable (_ name: String) -> [String] = { _ in [] }
    var validate: @Sendable (_ object: JSON) -> [FieldError] = { _ in [] }
    /// What is wrong with the way from `old` to `object`, beyond what `validate` finds.
    var validateUpdate: @Sendable (_ object: JSON, _ old: JSON) -> [FieldError] = { _, _ in [] }
}
