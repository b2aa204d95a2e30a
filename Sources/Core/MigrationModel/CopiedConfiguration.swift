/// A ConfigMap or a Secret of the source that pods of a workload read, and that was copied.
package struct CopiedConfiguration: Sendable, Hashable, Codable {
    /// What is read, under the same name at both sites.
    package var reference: ObjectReference
    /// The original, as the plan saw it.
    package var original: ObjectSeen
    /// Its keys whose values at the target were not what a copy makes of them when the plan was made; sorted.
    ///
    /// What those should be nobody knows. Values are in no plan.
    package var keysApart: [String]

    /// Takes what planning saw.
    package init(reference: ObjectReference, original: ObjectSeen, keysApart: [String]) {
        self.reference = reference
        self.original = original
        self.keysApart = keysApart
    }
}
