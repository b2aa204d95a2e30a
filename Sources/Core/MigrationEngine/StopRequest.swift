import Synchronization

/// By which somebody outside asks a driver to end after the steps that run.
package final class StopRequest: Sendable {
    private struct State {
        var isRequested = false
        var listener: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Asks; repeating it changes nothing.
    package func request() {
        let listener = state.withLock { state in
            state.isRequested = true
            defer { state.listener = nil }
            return state.listener
        }
        listener?()
    }

    /// Whether somebody has asked; it never becomes false again.
    package var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Calls `listener` once, at once if the request was made before.
    func whenRequested(_ listener: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.isRequested { state.listener = listener }
            return state.isRequested
        }
        if isLate { listener() }
    }
}
