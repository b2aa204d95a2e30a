import Synchronization

/// Carries what concurrent work reports to the one loop that waits for it.
///
/// Invariant: it holds no more than `messagesMax` messages, because each sender sends once for what it
/// was started for. Whoever only wakes the loop leaves no message.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var isWoken = false
        var waiter: CheckedContinuation<Void, Never>?

        var isReady: Bool { isWoken || !messages.isEmpty }

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }

    private let messagesMax: Int
    private let state = Mutex(State())

    init(messagesMax: Int) { self.messagesMax = messagesMax }

    /// Adds a message and wakes the loop.
    func post(_ message: Message) {
        let waiter = state.withLock { state in
            precondition(state.messages.count < messagesMax, "a sender sent more than it may")
            state.messages.append(message)
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Makes the loop turn, with or without a message; any number of times before a turn is once.
    func wake() {
        let waiter = state.withLock { state in
            state.isWoken = true
            return state.takeWaiter()
        }
        waiter?.resume()
    }

    /// Waits until the loop is to turn and takes all messages, oldest first.
    func takeAll() async -> [Message] {
        while true {
            let messages: [Message]? = state.withLock { state in
                guard state.isReady else { return nil }
                defer { (state.messages, state.isWoken) = ([], false) }
                return state.messages
            }
            if let messages { return messages }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    precondition(state.waiter == nil, "two loops wait at one mailbox")
                    if !state.isReady { state.waiter = continuation }
                    return state.isReady
                }
                if isReady { continuation.resume() }
            }
        }
    }
}
