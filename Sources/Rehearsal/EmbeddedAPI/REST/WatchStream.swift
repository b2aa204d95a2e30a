import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects
import Synchronization

/// The body of one watch, made as its reader takes it.
///
/// Nothing runs while nobody reads; letting go of the stream ends the watch.
final class WatchStream: Sendable {
    private struct State {
        /// The last revision that the reader knows of.
        var revision: Int
        /// Changes up to here are not for this reader, who asked for later ones.
        var skippedThrough = 0
        /// How many initial objects are still to be sent before their end is marked.
        var initialCount: Int?
        var opening: APIStatusError?
        var bookmarkDue: Duration
        var isEnded = false
        /// Whether any object was sent; the first one names the columns of a table.
        var hasSent = false
    }

    /// How long a reader that allows bookmarks may be left without any sign.
    private static let bookmarkInterval = Duration.seconds(60)

    private let watcher: Watcher
    private let encoding: ObjectEncoding
    private let filter: ObjectFilter
    private let namespace: String?
    private let options: WatchOptions
    private let time: any TimeSource
    private let deadline: Duration
    private let state: Mutex<State>

    init(
        watcher: Watcher,
        start: WatchStart,
        encoding: ObjectEncoding,
        filter: ObjectFilter,
        namespace: String?,
        options: WatchOptions,
        time: any TimeSource
    ) {
        self.watcher = watcher
        self.encoding = encoding
        self.filter = filter
        self.namespace = namespace
        self.options = options
        self.time = time
        let now = time.uptime
        deadline = now + .seconds(options.timeoutSeconds)
        var initial = State(revision: 0, bookmarkDue: now + Self.bookmarkInterval)
        switch start {
        case .at(let revision):
            initial.revision = revision
            initial.skippedThrough = revision
        case .withInitial(let count, let revision):
            initial.revision = revision
            if options.marksInitialEnd { initial.initialCount = count }
        case .expired(let revision, let oldest):
            initial.opening = .expired("too old resource version: \(revision) (\(oldest))")
        }
        state = Mutex(initial)
    }

    /// The lines of the watch; each chunk holds whole lines.
    func chunks() -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { await self.nextChunk() }
    }

    private func nextChunk() async -> [UInt8]? {
        if let error = state.withLock({ $0.opening.take() }) {
            state.withLock { $0.isEnded = true }
            return Self.line("ERROR", error.status)
        }
        while !Task.isCancelled, !state.withLock({ $0.isEnded }), time.uptime < deadline {
            guard let pending = watcher.takePending() else { return nil }
            let chunk = lines(pending)
            if !chunk.isEmpty { return chunk }
            if let bookmark = dueBookmark() { return bookmark }
            if pending.isEmpty { await waitForNews() }
        }
        return nil
    }

    /// What of `pending` this reader sees, as bytes that all readers of the kind share.
    private func lines(_ pending: [StoredChange]) -> [UInt8] {
        var bytes: [UInt8] = []
        let skipped = state.withLock { $0.skippedThrough }
        for change in pending where change.revision > skipped {
            if namespace == nil || change.object.key.namespace == namespace,
                let (kind, object) = filter.seen(change)
            {
                let isFirst = state.withLock { state in
                    defer { state.hasSent = true }
                    return !state.hasSent
                }
                bytes += encoding.eventBytes(kind, object, isFirst: isFirst)
            }
            state.withLock { $0.revision = max($0.revision, change.revision) }
        }
        let isInitialEnd = state.withLock { state in
            guard let left = state.initialCount else { return false }
            state.initialCount = left > pending.count ? left - pending.count : nil
            return left <= pending.count
        }
        if isInitialEnd { bytes += bookmark(marksInitialEnd: true) }
        return bytes
    }

    private func dueBookmark() -> [UInt8]? {
        guard options.allowsBookmarks, time.uptime >= state.withLock({ $0.bookmarkDue }) else {
            return nil
        }
        let due = time.uptime + Self.bookmarkInterval
        state.withLock { $0.bookmarkDue = due }
        return bookmark(marksInitialEnd: false)
    }

    private func bookmark(marksInitialEnd: Bool) -> [UInt8] {
        let revision = state.withLock { $0.revision }
        let identity = encoding.definition
        var object: JSON = [
            "kind": .string(identity.kind),
            "apiVersion": .string(identity.apiVersion(encoding.version)),
            "metadata": [
                "resourceVersion": .string(String(revision)), "creationTimestamp": nil,
            ],
        ]
        if marksInitialEnd { object.annotations = ["k8s.io/initial-events-end": "true"] }
        return Self.line("BOOKMARK", object)
    }

    /// Returns when there are changes, or a bookmark or the end is due.
    private func waitForNews() async {
        let next =
            options.allowsBookmarks
            ? min(deadline, state.withLock { $0.bookmarkDue }) : deadline
        let patience = next - time.uptime
        guard patience > .zero else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watcher.waitForPending() }
            group.addTask { [time] in
                do {
                    try await time.sleep(for: patience)
                } catch {
                    // Cancelled because there is news: nothing is left to wait for.
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private static func line(_ type: String, _ object: JSON) -> [UInt8] {
        Array("{\"type\":\"\(type)\",\"object\":".utf8) + object.encoded() + Array("}\n".utf8)
    }
}
