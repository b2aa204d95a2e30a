import JSONValues

/// Every object of one cluster, with a single counter of revisions and a bounded history.
///
/// A plain value: it knows nothing of kinds, rules or watchers.
struct ObjectStore: Sendable {
    private var tables: [ResourceName: ResourceTable] = [:]
    /// The last revision that was given out; it only grows.
    private(set) var revision: Int
    private let historyMax: Int

    /// `historyMax` bounds the changes that are remembered per resource.
    init(firstRevision: Int, historyMax: Int) {
        precondition(historyMax > 0, "a store must remember something, or no watch can resume")
        revision = firstRevision
        self.historyMax = historyMax
    }

    mutating func forget() { tables = [:] }

    subscript(resource: ResourceName) -> ResourceTable { tables[resource] ?? ResourceTable() }

    func object(_ resource: ResourceName, _ key: ObjectKey) -> StoredObject? {
        tables[resource]?[key]
    }

    func objects(_ resource: ResourceName, namespace: String? = nil) -> [StoredObject] {
        tables[resource]?.all(namespace: namespace) ?? []
    }

    /// The resources that hold, or held, any object.
    var resources: [ResourceName] { tables.keys.sorted() }

    /// Writes `value` as the next revision, in place of what stood at `key`.
    mutating func put(_ value: JSON, _ resource: ResourceName, _ key: ObjectKey) -> StoredChange {
        let previous = object(resource, key)
        return commit(previous == nil ? .added : .modified, value, resource, key, previous)
    }

    /// Removes what stands at `key`; `value` is its last form.
    mutating func remove(
        _ value: JSON,
        _ resource: ResourceName,
        _ key: ObjectKey
    ) -> StoredChange? {
        guard let previous = object(resource, key) else { return nil }
        return commit(.deleted, value, resource, key, previous)
    }

    /// Forgets the history of every resource up to and including `revision`.
    mutating func compact(through revision: Int) {
        let bound = min(revision, self.revision)
        for resource in tables.keys { tables[resource]?.compact(through: bound) }
    }

    private mutating func commit(
        _ kind: ChangeKind,
        _ value: JSON,
        _ resource: ResourceName,
        _ key: ObjectKey,
        _ previous: StoredObject?
    ) -> StoredChange {
        revision += 1
        var value = value
        value.set(.string(String(revision)), at: "metadata", "resourceVersion")
        let object = StoredObject(value: value, key: key, revision: revision)
        let change = StoredChange(
            kind: kind,
            resource: resource,
            object: object,
            previous: previous
        )
        tables[resource, default: ResourceTable()].apply(change, historyMax: historyMax)
        return change
    }
}
