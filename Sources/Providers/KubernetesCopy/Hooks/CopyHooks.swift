import Clocks
import HTTPTransport
import KubernetesAPI
import MigrationModel

/// Starts what shall follow a copy, one hook after the other, and waits for each.
///
/// Repeating a run repeats its hooks: nothing at the sites says that they have run.
package struct CopyHooks: Sendable {
    /// How long a question is left unanswered before it is put again.
    private static let answerMax = Duration.seconds(30)
    private static let pauseMin = Duration.milliseconds(250)
    private static let pauseMax = Duration.seconds(10)

    private let programs: any ProgramRunner
    private let variables: [String: String]
    private let time: any TimeSource
    private let transport: @Sendable (HTTPOrigin) throws -> any HTTPTransport

    /// `variables` are the environment of programs; `transport` opens the way to a host.
    package init(
        programs: any ProgramRunner,
        variables: [String: String],
        time: any TimeSource,
        transport: @escaping @Sendable (HTTPOrigin) throws -> any HTTPTransport
    ) {
        self.programs = programs
        self.variables = variables
        self.time = time
        self.transport = transport
    }

    /// Throws when a hook could not even begin, so that nothing is copied for it in vain.
    package func check(_ hooks: [CopyHook]) throws(CopyProblem) {
        for hook in hooks {
            guard case .http(let call) = hook.action else { continue }
            for variable in call.headers.values.sorted()
            where HookExchange.value(of: variable, in: variables) == nil {
                throw CopyProblem(
                    "the hook \(hook.name) takes a header from the variable \(variable) of the "
                        + "environment, which is not set, or is no text on one line; set it. "
                        + "Nothing was copied"
                )
            }
        }
    }

    /// Returns when the hook has succeeded.
    ///
    /// - Throws: `CopyHookProblem`, which says what was seen last.
    package func perform(_ hook: CopyHook) async throws {
        let outcome: Result<Void, any Error>? = await withTaskGroup(
            of: Result<Void, any Error>?.self
        ) { group in
            group.addTask {
                do {
                    return .success(try await self.act(hook))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await time.sleep(for: hook.timeout)
                    return nil
                } catch {
                    return .failure(error)
                }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard let outcome else {
            throw CopyHookProblem(hook, "it did not succeed within \(hook.timeout)")
        }
        try outcome.get()
    }

    private func act(_ hook: CopyHook) async throws {
        switch hook.action {
        case .command(let words): try await run(words, for: hook)
        case .http(let call):
            let exchange = try HookExchange(
                call,
                for: hook,
                variables: variables,
                transport
            )
            if call.method == "GET" {
                try await ask(exchange, for: hook)
                return
            }
            switch try await exchange.perform(timeout: hook.timeout) {
            case .expected: break
            case .notYet(let seen), .inVain(let seen): throw CopyHookProblem(hook, seen)
            }
        }
    }

    // MARK: - Programs

    private func run(_ words: [String], for hook: CopyHook) async throws {
        let result: ProgramResult
        do {
            result = try await programs.run(
                ProgramInvocation(
                    command: words.first ?? "",
                    arguments: Array(words.dropFirst()),
                    variables: variables,
                    isInteractive: false
                )
            )
        } catch .absent {
            throw CopyHookProblem(hook, "there is no program \(words.first ?? "")")
        } catch .outputTooLarge(let sizeMax) {
            throw CopyHookProblem(hook, "the program wrote more than \(sizeMax) bytes")
        } catch .failed(let reason) {
            throw CopyHookProblem(hook, "the program could not be run: \(reason)")
        }
        guard result.exitCode == 0 else {
            let end = result.exitCode.map { "with code \($0)" } ?? "by a signal"
            throw CopyHookProblem(hook, "the program ended \(end)")
        }
    }

    // MARK: - Requests

    /// Repeats a question until the answer is the expected one.
    private func ask(_ exchange: HookExchange, for hook: CopyHook) async throws {
        let deadline = time.uptime + hook.timeout
        var pause = CopyHooks.pauseMin
        while true {
            switch try await exchange.perform(timeout: CopyHooks.answerMax) {
            case .expected: return
            case .inVain(let seen): throw CopyHookProblem(hook, seen)
            case .notYet(let seen):
                guard time.uptime + pause < deadline else {
                    throw CopyHookProblem(hook, "\(seen), and so until the end of its time")
                }
            }
            try await time.sleep(for: pause)
            pause = min(pause * 2, CopyHooks.pauseMax)
        }
    }
}

/// Why a hook did not succeed; everything copied stands all the same.
package struct CopyHookProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which hook, why, and what to do; no URL's path or query, and no header.
    package let description: String

    init(_ hook: CopyHook, _ reason: String) {
        description =
            "everything is copied, but the hook \(hook.name) failed: \(reason); mend it and copy "
            + "again, which runs the hooks again"
    }
}
