import HTTPTransport
import KubernetesAPI
import MigrationModel
import MigrationPorts

/// Looks at the copies of stores and moves their writers by programs that a person gives (docs/stores.md).
///
/// Each is called with a verb and a site. What it cannot do in its time is ended by `timeout` of coreutils,
/// whatever has become of this process: nothing that was asked for happens later than that, as far as the
/// program does it itself.
package struct StorePrograms: StoreProvider {
    /// The exit code of a program that has changed nothing and never will: what it was asked for is wrong.
    package static let refusalCode = 3
    /// By `timeout`, of what it has ended: 124, or 137 where it had to kill.
    private static let codesOfTimeout = [124, 137]

    private let program: StoreProgram
    private let runner: any ProgramRunner
    private let variables: [String: String]
    private let fence: WriteFence

    /// `variables` are what programs find in their environment beside what names the store and its sites.
    package init(
        _ program: StoreProgram,
        runner: any ProgramRunner = SubprocessRunner(),
        variables: [String: String] = [:],
        fence: WriteFence = WriteFence()
    ) {
        self.program = program
        self.runner = runner
        self.variables = variables
        self.fence = fence
    }

    package func look(
        at store: Store,
        _ site: SiteRole
    ) async throws(ProviderError) -> StoreReading {
        let result: ProgramResult
        do {
            result = try await run(store, "look", site)
        } catch {
            throw problem(error, store) { .unavailable(reason: $0, retryAfter: nil) }
        }
        guard result.exitCode == 0 else {
            throw .unavailable(
                reason: "\(name(store)) could not look at the \(site.rawValue)'s copy: it ended "
                    + end(result, store),
                retryAfter: nil
            )
        }
        let text = String(decoding: result.output.reveal(), as: UTF8.self)
        guard let reading = StoreReading(line: text) else {
            throw .rejected(
                reason:
                    "\(name(store)) answered look \(site.rawValue) with \"\(text.discreet(to: 60))\"; it has "
                    + "to write accepts or refuses, follows or alone, and how far the copy has come, "
                    + "such as: refuses follows 4711"
            )
        }
        return reading
    }

    package func ask(
        _ change: StoreChange,
        of store: Store,
        _ site: SiteRole
    ) async throws(ProviderError) {
        if let reason = fence.refusal { throw .unavailable(reason: reason, retryAfter: nil) }
        let asked = "\(change.rawValue) \(site.rawValue)"
        let result: ProgramResult
        do {
            result = try await run(store, change.rawValue, site)
        } catch {
            throw problem(error, store) { .unknown(reason: $0) }
        }
        switch result.exitCode {
        case 0: return
        case StorePrograms.refusalCode:
            throw .rejected(reason: "\(name(store)) refuses to \(asked)")
        default:
            throw .unknown(
                reason: "\(name(store)), asked to \(asked), ended \(end(result, store))"
            )
        }
    }

    private func run(
        _ store: Store,
        _ verb: String,
        _ site: SiteRole
    ) async throws(ProgramProblem) -> ProgramResult {
        let words = program.words(of: store, verb, site)
        let seconds = max(1, store.timeoutMilliseconds / 1_000)
        return try await runner.run(
            ProgramInvocation(
                command: "timeout",
                arguments: ["--kill-after=1", "\(seconds)"] + words,
                variables: variables.merging(program.environment(of: store)) { _, own in own },
                isInteractive: false
            )
        )
    }

    private func problem(
        _ problem: ProgramProblem,
        _ store: Store,
        _ otherwise: (String) -> ProviderError
    ) -> ProviderError {
        switch problem {
        case .absent:
            .rejected(
                reason: "there is no program timeout (coreutils), by which stores' programs are run"
            )
        case .outputTooLarge(let sizeMax):
            .rejected(reason: "\(name(store)) wrote more than \(sizeMax) bytes")
        case .failed(let reason): otherwise("\(name(store)): \(reason)")
        }
    }

    private func name(_ store: Store) -> String { "the program of the store \(store.name)" }

    private func end(_ result: ProgramResult, _ store: Store) -> String {
        switch result.exitCode {
        case .some(let code) where StorePrograms.codesOfTimeout.contains(code):
            "after \(store.timeoutMilliseconds / 1_000) s, its timeout"
        case 126: "with code 126: it cannot be run; see that its file may be executed"
        case 127: "with code 127: there is no such program"
        case .some(let code): "with code \(code)"
        case nil: "by a signal"
        }
    }
}

extension StoreReading {
    /// What a program has written; nil where it is something else.
    init?(line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, ["accepts", "refuses"].contains(words[0]),
            ["follows", "alone"].contains(words[1]), let position = Int(words[2]), position >= 0
        else { return nil }
        self.init(
            acceptsWrites: words[0] == "accepts",
            follows: words[1] == "follows",
            position: position
        )
    }
}
