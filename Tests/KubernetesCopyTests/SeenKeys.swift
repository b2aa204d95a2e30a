import Synchronization

/// What was told of, from whichever task.
final class SeenKeys: Sendable {
    private let keys = Mutex<Set<String>>([])

    var all: [String] { keys.withLock { $0.sorted() } }

    func add(_ more: [String]) { keys.withLock { $0.formUnion(more) } }
}
