import JSONValues

/// What a copy changes of objects on their way.
///
/// They are made in this order: patches, labels, images, classes, namespaces, so that patches
/// speak of objects as the source has them. One that matches nothing is an error.
package struct CopyTransforms: Sendable, Hashable {
    /// The target's name of each namespace that is called otherwise there; every reference follows.
    package var namespaces: [String: String]
    /// The target's storage class for each of the source's that it lacks.
    package var storageClasses: [String: String]
    /// The target's ingress class for each of the source's that it lacks.
    package var ingressClasses: [String: String]
    /// Of several that fit an image the first one counts.
    package var images: [ImagePrefix]
    /// What is added to and taken from the labels of every copied object.
    package var labels: LabelChange
    /// In the order in which they are made.
    package var patches: [CopyPatch]

    package init(
        namespaces: [String: String] = [:],
        storageClasses: [String: String] = [:],
        ingressClasses: [String: String] = [:],
        images: [ImagePrefix] = [],
        labels: LabelChange = LabelChange(),
        patches: [CopyPatch] = []
    ) {
        self.namespaces = namespaces
        self.storageClasses = storageClasses
        self.ingressClasses = ingressClasses
        self.images = images
        self.labels = labels
        self.patches = patches
    }

    /// What the target calls a namespace of the source.
    package func target(ofNamespace name: String) -> String { namespaces[name] ?? name }
}

/// The beginning of image names, and what stands there at the target.
package struct ImagePrefix: Sendable, Hashable {
    /// Ends at a `/`, `:` or `@` of the images, or is the whole of them: `docker.io/acme`.
    package var source: String
    /// What stands at the target in place of `source`; what follows it in the image's name stays.
    package var target: String

    package init(source: String, target: String) {
        self.source = source
        self.target = target
    }
}

/// Labels of the objects themselves, not of the pods that they describe, which selectors name.
package struct LabelChange: Sendable, Hashable {
    /// A label that is there already gets this value.
    package var added: [String: String]
    /// Keys, sorted.
    package var removed: [String]

    package init(added: [String: String] = [:], removed: [String] = []) {
        self.added = added
        self.removed = removed
    }
}

/// A patch of RFC 6902, and which objects get it.
package struct CopyPatch: Sendable, Hashable {
    /// As kubectl takes it.
    package var kind: String
    /// The source's name of it; nil for every namespace.
    package var namespace: String?
    /// Nil for every name.
    package var name: String?
    /// A label selector in kubectl's words.
    package var labels: String
    /// The operations, as RFC 6902 writes them.
    package var operations: [JSON]

    package init(
        kind: String,
        namespace: String? = nil,
        name: String? = nil,
        labels: String = "",
        operations: [JSON]
    ) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.labels = labels
        self.operations = operations
    }
}
