import Foundation
import Synchronization

/// The file from which HAProxy takes the state of its servers when it is reloaded.
final class ServerStateFile: Sendable {
    /// Tells which of two states was asked for first.
    struct Ticket: Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var ticketsGiven = 0
        var numberWritten = 0
    }

    let path: String
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    /// Taken before a state is asked for.
    func ticket() -> Ticket {
        state.withLock {
            $0.ticketsGiven += 1
            return Ticket(number: $0.ticketsGiven)
        }
    }

    /// Replaces the file in one piece, unless a state that was asked for later is there already.
    ///
    /// Whoever asked later had set nothing before that this one misses: so every weight that counts as
    /// set is in the file.
    func write(_ text: String, _ ticket: Ticket) throws {
        try state.withLock { state in
            guard ticket.number > state.numberWritten else { return }
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            state.numberWritten = ticket.number
        }
    }
}
