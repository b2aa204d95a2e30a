import Synchronization

/// Whether this process may send what changes something, asked by its wires right before each request.
///
/// A driver looks at its leases before it begins a step. A step is many requests, though, and a process
/// may be stopped between any two of them and go on when the run has been somebody else's for long.
package final class WriteFence: Sendable {
    /// A closure that a lock hands out and takes back bare is wrapped once more each time; asked often
    /// enough it would wrap itself through the stack's end.
    private struct Question {
        let ask: @Sendable () -> String?
    }

    private let question = Mutex<Question?>(nil)

    /// Closed: nothing may be sent before somebody drives.
    package init() {}

    /// Lets requests pass as long as `refusal` answers nil, and until it is closed.
    package func open(while refusal: @escaping @Sendable () -> String?) {
        question.withLock { $0 = Question(ask: refusal) }
    }

    /// Lets nothing pass any more.
    package func close() { question.withLock { $0 = nil } }

    /// Why nothing may be sent now; nil when it may.
    package var refusal: String? {
        guard let question = question.withLock({ $0 }) else { return "nobody drives a run here" }
        return question.ask()
    }
}
