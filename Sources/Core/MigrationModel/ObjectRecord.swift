/// An object and which incarnation of it was seen.
package struct ObjectRecord: Sendable, Hashable, Codable {
    /// What people call it.
    package var reference: ObjectReference
    /// The incarnation and version that was seen.
    package var seen: ObjectSeen
    /// Why it is not copied: the controller that made it and would make it again.
    package var generatedBy: String?
    /// A digest of what people decided in it, without what its server added.
    ///
    /// Two objects with the same digest mean the same, however many replicas they have now. Nil when
    /// it was not made.
    package var contentDigest: String?
    /// Digests of what a ConfigMap or a Secret holds, by key; empty for everything else.
    ///
    /// For comparing two sites with each other: they go into no plan.
    package var keyDigests: [String: String]
    /// The same of what a copy makes of it on its way; nil where that is the same, or cannot be told.
    package var keyDigestsCopied: [String: String]?
    /// The run whose mark it bears.
    package var markedBy: RunID?
    /// The copy that made it, and who has changed it since; nil for what no copy made.
    package var copied: CopyTrace?
    /// What it needs by name: the role of a binding; sorted.
    package var refersTo: [ObjectReference]
    /// Whether it was deleted and waits for its finalizers, or for what it owns.
    package var isBeingDeleted: Bool

    /// Takes what was seen of one object.
    package init(
        reference: ObjectReference,
        seen: ObjectSeen,
        generatedBy: String? = nil,
        contentDigest: String? = nil,
        keyDigests: [String: String] = [:],
        keyDigestsCopied: [String: String]? = nil,
        markedBy: RunID? = nil,
        copied: CopyTrace? = nil,
        refersTo: [ObjectReference] = [],
        isBeingDeleted: Bool = false
    ) {
        self.reference = reference
        self.seen = seen
        self.generatedBy = generatedBy
        self.contentDigest = contentDigest
        self.keyDigests = keyDigests
        self.keyDigestsCopied = keyDigestsCopied
        self.markedBy = markedBy
        self.copied = copied
        self.refersTo = refersTo
        self.isBeingDeleted = isBeingDeleted
    }
}

extension ObjectRecord {
    /// The keys whose values are not those of `other`, or that one of both lacks; sorted.
    ///
    /// What a copy has made is held against what it would make now.
    package func keysApart(from other: ObjectRecord?) -> [String] {
        let own = other?.copied == nil ? keyDigests : keyDigestsCopied ?? keyDigests
        let others = other?.keyDigests ?? [:]
        return Set(own.keys).union(others.keys).filter { own[$0] != others[$0] }.sorted()
    }
}

/// What an object tells of the copy that made it.
package struct CopyTrace: Sendable, Hashable, Codable {
    /// What the copy is called; that of a migration has its name.
    package var copy: String
    /// What others have made of it since, with who did: `.spec.template.spec.priority (kubectl)`;
    /// sorted.
    package var changes: [String]

    /// Takes what an object's marks and managers say.
    package init(copy: String, changes: [String] = []) {
        self.copy = copy
        self.changes = changes
    }
}
