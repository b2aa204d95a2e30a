import JSONValues

/// The objects of one collection, as of one version.
package struct ObjectList: Sendable {
    /// Each bears its `apiVersion` and `kind`, which servers leave out of lists.
    package let items: [JSON]
    /// Where a watch goes on from.
    package let resourceVersion: String
}

/// A part of a list, as it arrives.
package struct ObjectPage: Sendable {
    /// Each with its apiVersion and kind, which servers leave out of lists.
    package let items: [JSON]
    /// The version of the whole list, the same on all of its pages.
    package let resourceVersion: String
    /// Whether the list begins here: what pages before it gave must be forgotten.
    ///
    /// A list begins again when the server no longer keeps the version that its first page had.
    package let isFirst: Bool

    /// Takes the parts as they were read; whatever else has objects gives them in pages too.
    package init(items: [JSON], resourceVersion: String, isFirst: Bool) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.isFirst = isFirst
    }
}
