import MigrationModel
import MigrationPorts
import Sealing
import Synchronization

/// A journal that lives as long as its process, with the promises of a real one: the disk of a simulation.
package final class JournalMemory: Journal {
    private struct State {
        var records: [JournalRecord] = []
        var times: [Duration] = []
        var hashes: [String] = []
        var inbox: [InboxItem] = []
        var inboxLast = 0
        var commits = 0
        var error: JournalError?

        mutating func add(_ record: JournalRecord, at instant: Duration) {
            let previous = hashes.last ?? ""
            records.append(record)
            times.append(instant)
            hashes.append(Digest(of: Array("\(previous)\n\(record.gist)".utf8)).hex)
        }
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Duration

    /// `now` tells the uptime at which a record is written.
    package init(now: @escaping @Sendable () -> Duration = { .zero }) { self.now = now }

    /// A journal with these records, as a copy of another one's file would be.
    package init(copying records: [JournalRecord]) throws {
        now = { .zero }
        state.withLock { state in
            for record in records { state.add(record, at: .zero) }
        }
    }

    /// A journal that is as the other one is now, and goes its own way from here.
    package init(copying other: JournalMemory) {
        now = other.now
        let copied = other.state.withLock { $0 }
        state.withLock { $0 = copied }
    }

    /// How often something was appended: a group of entries counts once.
    package var commits: Int { state.withLock { $0.commits } }

    /// What is written so far, without asking for it.
    package var records: [JournalRecord] { state.withLock { $0.records } }

    /// The same with the uptimes at which they were written.
    package var timedRecords: [(at: Duration, record: JournalRecord)] {
        state.withLock { state in
            zip(state.times, state.records).map { (at: $0, record: $1) }
        }
    }

    /// Makes every later append fail so.
    package func fail(_ error: JournalError?) { state.withLock { $0.error = error } }

    package func load() async throws(JournalError) -> [JournalRecord] { records }

    package func append(
        _ entries: [JournalEntry],
        after head: Int,
        epoch: Int,
        acknowledging items: [InboxItem]
    ) async throws(JournalError) -> [JournalRecord] {
        let instant = now()
        let result: Result<[JournalRecord], JournalError> = state.withLock { state in
            if let error = state.error { return .failure(error) }
            guard state.records.count == head else {
                let problem =
                    "the journal ends at record \(state.records.count), this driver knows of \(head)"
                return .failure(.fenced(by: problem))
            }
            state.commits += 1
            var added: [JournalRecord] = []
            for entry in entries {
                let record = JournalRecord(
                    sequence: state.records.count + 1,
                    epoch: epoch,
                    writtenAt: "2026-01-01T00:00:00.000000Z",
                    entry: entry
                )
                state.add(record, at: instant)
                added.append(record)
            }
            let taken = Set(items.map(\.id))
            state.inbox.removeAll { taken.contains($0.id) }
            return .success(added)
        }
        return try result.get()
    }

    package func hash(at sequence: Int) async throws(JournalError) -> String? {
        if sequence == 0 { return String(repeating: "0", count: 64) }
        return state.withLock { state in
            state.hashes.indices.contains(sequence - 1) ? state.hashes[sequence - 1] : nil
        }
    }

    package func inbox() async throws(JournalError) -> [InboxItem] { state.withLock { $0.inbox } }

    package func submit(_ command: RunCommand) async throws(JournalError) { put(command) }

    /// As `submit`, for callers that cannot wait.
    package func put(_ command: RunCommand) {
        state.withLock { state in
            state.inboxLast += 1
            state.inbox.append(InboxItem(id: state.inboxLast, command: command))
        }
    }
}

extension JournalRecord {
    /// What tells it from every other record that could stand in its place.
    ///
    /// Two journals of one run part where somebody else begins to drive, and who that is stands there in full;
    /// so of what steps come to, which step it is and which attempt are enough.
    fileprivate var gist: String {
        switch entry {
        case .opened(let opening): "\(opening.run) \(opening.planDigest)"
        case .intent(let step, let attempt, _): "intent \(step.text) \(attempt)"
        case .done(let step, let attempt, _): "done \(step.text) \(attempt)"
        case .observed(let step, let route, _): "observed \(step.text) \(route.text)"
        case .undoIntent(let step, let attempt): "undo \(step.text) \(attempt)"
        case .undone(let step, let attempt): "undone \(step.text) \(attempt)"
        default: "\(self)"
        }
    }
}
