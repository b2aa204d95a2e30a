import JSONValues

/// What every Kubernetes object has, read from and written to its JSON.
///
/// An object that lacks a member answers nil (or nothing, for lists and maps); writing makes
/// `metadata` where there is none.
extension JSON {
    /// The group and the version: `v1`, `apps/v1`.
    package var apiVersion: String? {
        get { self["apiVersion"]?.string }
        set { self["apiVersion"] = newValue.map(JSON.string) }
    }

    /// In the singular and with capitals: `Deployment`.
    package var kind: String? {
        get { self["kind"]?.string }
        set { self["kind"] = newValue.map(JSON.string) }
    }

    /// Nil when `apiVersion` or `kind` is absent or malformed.
    package var groupVersionKind: GroupVersionKind? {
        guard let apiVersion, let kind else { return nil }
        return GroupVersionKind(apiVersion: apiVersion, kind: kind)
    }

    /// What every kind has alike, as the object has it.
    package var metadata: JSON? {
        get { self["metadata"] }
        set { self["metadata"] = newValue }
    }

    /// What people ask for; the kinds that hold data have none.
    package var spec: JSON? {
        get { self["spec"] }
        set { self["spec"] = newValue }
    }

    /// What controllers saw; a create drops it for most kinds.
    package var status: JSON? {
        get { self["status"] }
        set { self["status"] = newValue }
    }

    /// Unique for its kind within its namespace.
    package var name: String? {
        get { metadataText("name") }
        set { setMetadata(newValue.map(JSON.string), "name") }
    }

    /// What a server makes a name from where none is given.
    package var generateName: String? {
        get { metadataText("generateName") }
        set { setMetadata(newValue.map(JSON.string), "generateName") }
    }

    /// Nil for what belongs to no namespace.
    package var namespace: String? {
        get { metadataText("namespace") }
        set { setMetadata(newValue.map(JSON.string), "namespace") }
    }

    /// Lives as long as this incarnation of the object.
    package var uid: String? {
        get { metadataText("uid") }
        set { setMetadata(newValue.map(JSON.string), "uid") }
    }

    /// Opaque; equal when nothing was written meanwhile.
    package var resourceVersion: String? {
        get { metadataText("resourceVersion") }
        set { setMetadata(newValue.map(JSON.string), "resourceVersion") }
    }

    /// Counts changes of the desired state, where the kind has it.
    package var generation: Int? {
        get { at("metadata", "generation")?.int }
        set { setMetadata(newValue.map { JSON.int($0) }, "generation") }
    }

    /// RFC 3339 with seconds, as the server wrote it.
    package var creationTimestamp: String? {
        get { metadataText("creationTimestamp") }
        set { setMetadata(newValue.map(JSON.string), "creationTimestamp") }
    }

    /// Set from the moment a deletion was asked for, while finalizers or a grace period hold the
    /// object.
    package var deletionTimestamp: String? {
        get { metadataText("deletionTimestamp") }
        set { setMetadata(newValue.map(JSON.string), "deletionTimestamp") }
    }

    /// Empty when there are none.
    ///
    /// Setting an empty map removes the member.
    package var labels: [String: String] {
        get { at("metadata", "labels")?.stringMap ?? [:] }
        set { setMetadata(JSON(stringMap: newValue), "labels", unless: newValue.isEmpty) }
    }

    /// Empty when there are none.
    ///
    /// Setting an empty map removes the member.
    package var annotations: [String: String] {
        get { at("metadata", "annotations")?.stringMap ?? [:] }
        set { setMetadata(JSON(stringMap: newValue), "annotations", unless: newValue.isEmpty) }
    }

    /// The value of one label; nil where there is none.
    package func label(_ key: String) -> String? { at("metadata", "labels")?[key]?.string }

    /// The value of one annotation; nil where there is none.
    package func annotation(_ key: String) -> String? {
        at("metadata", "annotations")?[key]?.string
    }

    /// Empty when there are none.
    ///
    /// Setting an empty list removes the member.
    package var finalizers: [String] {
        get { at("metadata", "finalizers")?.array?.compactMap(\.string) ?? [] }
        set {
            let list = JSON.array(newValue.map(JSON.string))
            setMetadata(list, "finalizers", unless: newValue.isEmpty)
        }
    }

    /// Empty when there are none.
    ///
    /// Setting an empty list removes the member.
    package var ownerReferences: [JSON] {
        get { at("metadata", "ownerReferences")?.array ?? [] }
        set { setMetadata(.array(newValue), "ownerReferences", unless: newValue.isEmpty) }
    }

    /// The owner reference that says `controller: true`, if one does.
    package var controllerReference: JSON? {
        ownerReferences.first { $0["controller"]?.bool == true }
    }

    /// Empty when there are none.
    ///
    /// Setting an empty list removes the member.
    package var managedFields: [JSON] {
        get { at("metadata", "managedFields")?.array ?? [] }
        set { setMetadata(.array(newValue), "managedFields", unless: newValue.isEmpty) }
    }

    /// `namespace/name`, or the name alone where there is no namespace: for messages and keys.
    package var namespacedName: String {
        guard let namespace, !namespace.isEmpty else { return name ?? "" }
        return "\(namespace)/\(name ?? "")"
    }

    /// The members of an object that are strings.
    package var stringMap: [String: String]? { object?.compactMapValues(\.string) }

    /// An object whose members are all strings.
    package init(stringMap: [String: String]) {
        self = .object(stringMap.mapValues(JSON.string))
    }

    private func metadataText(_ key: String) -> String? { self["metadata"]?[key]?.string }

    /// Removes the member when `isAbsent`.
    ///
    /// A nil literal beside a `JSON` would mean JSON's null, so that absence has a word of its own.
    private mutating func setMetadata(_ value: JSON?, _ key: String, unless isAbsent: Bool = false)
    {
        set(isAbsent ? Optional.none : value, at: "metadata", key)
    }
}
