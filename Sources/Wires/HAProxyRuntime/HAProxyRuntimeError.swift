/// Why a command has no good answer; what is known of its effect decides the case.
package enum HAProxyRuntimeError: Error, Sendable, Equatable {
    /// Surely not sent: there is no such socket, or nobody listens.
    case notSent(reason: String)
    /// Sent, or perhaps sent, and no whole answer came.
    case broken(reason: String)
    /// Sent, or perhaps sent, and no answer came in time.
    case timedOut(after: Duration)
    /// HAProxy answered with a text where it confirms with nothing.
    case refused(text: String)
    /// Not sent: it holds a line break, a `;` or what is no ASCII, and would be several commands.
    case notOneCommand
    /// The caller's task was cancelled; whether the command arrived is not known.
    case cancelled
}

extension HAProxyRuntimeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSent(let reason): "HAProxy was not reached: \(reason)"
        case .broken(let reason): "HAProxy's answer is not whole: \(reason)"
        case .timedOut(let duration): "HAProxy did not answer within \(duration)"
        case .refused(let text): "HAProxy refused: \(text)"
        case .notOneCommand: "a name holds what would make it another command"
        case .cancelled: "the command was cancelled"
        }
    }
}
