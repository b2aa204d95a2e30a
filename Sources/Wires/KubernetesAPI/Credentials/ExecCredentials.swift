import Clocks
import Synchronization

/// Credentials from an exec plugin: kept until they expire or are refused, and asked for once even
/// when many calls want them at the same time.
final class ExecCredentials: CredentialSource {
    private typealias Outcome = Result<ExecPlugin.Grant, CredentialError>

    private struct State {
        var grant: ExecPlugin.Grant?
        var isRunning = false
        var waiters: [CheckedContinuation<Outcome?, Never>] = []
    }

    /// Nobody is asked anything.
    private static let timeout = Duration.seconds(60)
    /// A person may have to log in.
    private static let timeoutInteractive = Duration.seconds(300)

    private let plugin: ExecPlugin
    private let time: any TimeSource
    private let runner: any ProgramRunner
    private let state = Mutex(State())

    init(plugin: ExecPlugin, time: any TimeSource, runner: any ProgramRunner) {
        self.plugin = plugin
        self.time = time
        self.runner = runner
    }

    func credential() async throws(CredentialError) -> Credential {
        while true {
            let now = time.wallTime
            let (kept, mayRun) = state.withLock { state -> (Credential?, Bool) in
                if let grant = state.grant, grant.expiresAt.map({ now < $0 }) ?? true {
                    return (grant.credential, false)
                }
                guard !state.isRunning else { return (nil, false) }
                state.isRunning = true
                return (nil, true)
            }
            if let kept { return kept }
            if mayRun { return try await renew() }
            // Those who wait share the outcome: a plugin that fails is not run once for each.
            if let outcome = await outcomeOfRun() { return try outcome.get().credential }
        }
    }

    func refused(_ credential: Credential) async {
        state.withLock { state in
            // Another call may have renewed it already.
            if state.grant?.credential == credential { state.grant = nil }
        }
    }

    private func renew() async throws(CredentialError) -> Credential {
        let outcome: Outcome
        do {
            outcome = .success(try plugin.grant(from: try await run()))
        } catch {
            outcome = .failure(error)
        }
        let waiters = state.withLock { state in
            if case .success(let grant) = outcome { state.grant = grant }
            state.isRunning = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
        return try outcome.get().credential
    }

    /// Nil when no run is under way any more; the wait is as short as the run, which has a deadline.
    private func outcomeOfRun() async -> Outcome? {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isRunning { state.waiters.append(continuation) }
                return !state.isRunning
            }
            if isOver { continuation.resume(returning: nil) }
        }
    }

    private func run() async throws(CredentialError) -> ProgramResult {
        let invocation = plugin.invocation
        let timeout =
            invocation.isInteractive ? ExecCredentials.timeoutInteractive : ExecCredentials.timeout
        let runner = runner
        do {
            return try await withDeadline(timeout, on: time) { try await runner.run(invocation) }
        } catch let problem as ProgramProblem {
            switch problem {
            case .absent:
                let hint = plugin.installHint.map { "; \($0)" } ?? "; install it"
                throw plugin.failure("was not found\(hint)")
            case .outputTooLarge(let sizeMax):
                throw plugin.failure("wrote more than \(sizeMax) bytes")
            case .failed(let reason): throw plugin.failure("could not be run: \(reason)")
            }
        } catch is DeadlineExceeded {
            throw plugin.failure("did not end within \(timeout.components.seconds) seconds")
        } catch {
            throw plugin.failure("was not waited for: \(error)")
        }
    }
}
