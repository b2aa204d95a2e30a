import Synchronization

/// Carries what concurrent work reports to the one loop that waits for it.
///
/// Bounded by its senders: each step under way sends once, and the few watchers only wake.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Adds a message and wakes the loop.
    func post(_ message: Message) {
        let waiter = state.withLock { state in
            state.messages.append(message)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits until there is a message and takes all of them, oldest first.
    func takeAll() async -> [Message] {
        while true {
            let messages = state.withLock { state in
                defer { state.messages = [] }
                return state.messages
            }
            if !messages.isEmpty { return messages }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    precondition(state.waiter == nil, "two loops wait at one mailbox")
                    if state.messages.isEmpty { state.waiter = continuation }
                    return !state.messages.isEmpty
                }
                if isReady { continuation.resume() }
            }
        }
    }
}
