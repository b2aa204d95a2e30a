import JSONValues

/// The objects of one resource in the order of their keys, and how they came to be.
struct ResourceTable: Sendable {
    private var objects: [ObjectKey: StoredObject] = [:]
    // Invariant: exactly the values of `objects`, sorted by their keys.
    private var order: [StoredObject] = []
    // Invariant: ascending revisions, all above `compactedRevision`.
    private var history: [StoredChange] = []
    /// How many entries at the front of `history` are forgotten but not yet removed.
    private var forgottenCount = 0
    /// Nothing at or below this revision can be asked for any more.
    private(set) var compactedRevision = 0

    subscript(key: ObjectKey) -> StoredObject? { objects[key] }

    var count: Int { objects.count }

    /// Every object, or those of one namespace, in key order.
    func all(namespace: String?) -> [StoredObject] {
        guard let namespace else { return order }
        let start = position(of: ObjectKey(namespace: namespace, name: ""))
        var end = start
        while end < order.count, order[end].key.namespace == namespace { end += 1 }
        return Array(order[start..<end])
    }

    /// What stood here at `revision`; nil when that is forgotten.
    func snapshot(at revision: Int, namespace: String?) -> [StoredObject]? {
        guard revision >= compactedRevision else { return nil }
        var past = objects
        for change in history[forgottenCount...].reversed() where change.revision > revision {
            past[change.object.key] = change.previous
        }
        return past.values
            .filter { namespace == nil || $0.key.namespace == namespace }
            .sorted { $0.key < $1.key }
    }

    /// What happened after `revision`; nil when some of it is forgotten.
    func changes(after revision: Int) -> ArraySlice<StoredChange>? {
        guard revision >= compactedRevision else { return nil }
        let kept = history[forgottenCount...]
        var low = kept.startIndex
        var high = kept.endIndex
        while low < high {
            let middle = (low + high) / 2
            if kept[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return kept[low...]
    }

    mutating func apply(_ change: StoredChange, historyMax: Int) {
        let key = change.object.key
        switch change.kind {
        case .added:
            order.insert(change.object, at: position(of: key))
            objects[key] = change.object
        case .modified:
            order[position(of: key)] = change.object
            objects[key] = change.object
        case .deleted:
            order.remove(at: position(of: key))
            objects[key] = nil
        }
        history.append(change)
        let excess = history.count - forgottenCount - historyMax
        if excess > 0 { forget(excess) }
    }

    /// Forgets how the objects came to be, up to and including `revision`.
    mutating func compact(through revision: Int) {
        let kept = history[forgottenCount...]
        forget(kept.prefix { $0.revision <= revision }.count)
        compactedRevision = max(compactedRevision, revision)
    }

    private mutating func forget(_ count: Int) {
        guard count > 0 else { return }
        compactedRevision = max(compactedRevision, history[forgottenCount + count - 1].revision)
        forgottenCount += count
        // Removing from the front costs the whole list, so it waits until half of it is gone.
        if forgottenCount * 2 > history.count {
            history.removeFirst(forgottenCount)
            forgottenCount = 0
        }
    }

    /// The first position whose key is not below `key`.
    private func position(of key: ObjectKey) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if order[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
