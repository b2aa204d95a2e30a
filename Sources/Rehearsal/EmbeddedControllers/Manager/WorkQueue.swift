/// Which objects which controllers must look at, and when.
///
/// A key stands in it once, at the earliest time that was asked for: a burst of changes is one look.
/// So it holds at most one entry for each controller and object.
struct WorkQueue: Sendable {
    /// A controller, by its position in the manager's list, and what it must look at.
    struct Key: Hashable, Sendable {
        let controller: Int
        let address: ObjectAddress
    }

    /// Without its key, so that moving it moves two numbers.
    private struct Entry: Sendable {
        let due: Duration
        let order: Int

        func isBefore(_ other: Entry) -> Bool { (due, order) < (other.due, other.order) }
    }

    // Invariant: a binary heap; an entry whose order has no key is void.
    private var heap: [Entry] = []
    // Invariant: `keys[current[key].order]` is that key, and `keys` holds no other.
    private var current: [Key: (due: Duration, order: Int)] = [:]
    private var keys: [Int: Key] = [:]
    private var orderLast = 0

    var count: Int { current.count }

    /// When the next key is due; nil when there is none.
    var nextDue: Duration? {
        mutating get {
            dropVoid()
            return heap.first?.due
        }
    }

    /// Asks for a look at `key` at `due`, or earlier if that was asked before.
    mutating func insert(_ key: Key, due: Duration) {
        if let known = current[key] {
            if known.due <= due { return }
            keys[known.order] = nil
        }
        orderLast += 1
        current[key] = (due, orderLast)
        keys[orderLast] = key
        heap.append(Entry(due: due, order: orderLast))
        siftUp()
    }

    /// Removes and answers the earliest key that is due at `now`.
    mutating func popDue(at now: Duration) -> Key? {
        dropVoid()
        guard let first = heap.first, first.due <= now else { return nil }
        removeFirst()
        guard let key = keys.removeValue(forKey: first.order) else {
            preconditionFailure("an entry that is void stands in front")
        }
        current[key] = nil
        return key
    }

    private mutating func dropVoid() {
        while let first = heap.first, keys[first.order] == nil { removeFirst() }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown()
    }

    private mutating func siftUp() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
