import Clocks
import HTTPTransport
import KubernetesAPI
import MigrationModel
import MigrationPorts

/// Tries once what a person wants tried.
struct SmokeCheck {
    private static let bodyMax = 4 << 20

    let probe: SmokeProbe
    /// Leads to the target's own entry; nil when it is not known.
    let entry: (any HTTPTransport)?
    let programs: ProbePrograms

    func state() async throws(ProviderError) -> ConditionState {
        switch probe.trial {
        case .http(let trial): try await ask(trial)
        case .command(let words): try await run(words)
        }
    }

    private var timeout: Duration { .milliseconds(probe.timeoutMilliseconds) }

    // MARK: - Requests

    private func ask(_ trial: HTTPTrial) async throws(ProviderError) -> ConditionState {
        guard let entry else {
            throw .rejected(
                reason: "the probe \(probe.name) asks at the target's entry; state it as "
                    + "spec.target.entry"
            )
        }
        let request = HTTPRequest(
            method: "GET",
            target: trial.path,
            headers: ["Host": trial.host, "Accept-Encoding": "identity"]
        )
        let response: HTTPResponse
        let body: [UInt8]
        do {
            response = try await entry.send(request, timeout: timeout)
            body = try await response.body.collect(sizeMax: SmokeCheck.bodyMax)
        } catch {
            return .waiting(seen: "the probe \(probe.name) got no answer: \(error)")
        }
        guard response.status == trial.status else {
            return .waiting(
                seen: "the probe \(probe.name) was answered with \(response.status), and "
                    + "\(trial.status) is wanted"
            )
        }
        for (name, value) in trial.headers.sorted(by: { $0.key < $1.key })
        where !response.headers.values(of: name).contains(value) {
            return .waiting(
                seen: "the probe \(probe.name) was answered with another \(name) than \(value)"
            )
        }
        guard let pattern = trial.bodyPattern, !matches(body, pattern) else { return .holds }
        return .waiting(
            seen:
                "the probe \(probe.name) was answered with a body of \(body.count) bytes in which "
                + "nothing matches \(pattern)"
        )
    }

    private func matches(_ body: [UInt8], _ pattern: String) -> Bool {
        do {
            return String(decoding: body, as: UTF8.self).contains(try Regex(pattern))
        } catch {
            preconditionFailure("a pattern was compiled when its file was read: \(error)")
        }
    }

    // MARK: - Programs

    private func run(_ words: [String]) async throws(ProviderError) -> ConditionState {
        let end = await programs.run(words, for: probe, within: timeout)
        switch end {
        case .success(0): return .holds
        case .success(let code):
            let how = code.map { "with code \($0)" } ?? "by a signal"
            return .waiting(seen: "the probe \(probe.name) ended \(how)")
        case .failure(.absent):
            throw .rejected(
                reason: "the probe \(probe.name): there is no program \(words.first ?? "")"
            )
        case .failure(.failed(let reason)):
            return .waiting(seen: "the probe \(probe.name): \(reason)")
        case .failure(.outputTooLarge(let sizeMax)):
            return .waiting(seen: "the probe \(probe.name) wrote more than \(sizeMax) bytes")
        }
    }
}

/// Runs programs for probes, each with what names the site that it tries.
package struct ProbePrograms: Sendable {
    private let runner: any ProgramRunner
    private let variables: [String: String]
    private let directory: String
    private let time: any TimeSource

    /// `variables` are the program's whole environment, beside what names the probe; programs with a slash
    /// in their names are found from `directory`.
    package init(
        runner: any ProgramRunner = SubprocessRunner(),
        variables: [String: String] = [:],
        directory: String = ".",
        time: any TimeSource
    ) {
        self.runner = runner
        self.variables = variables
        self.directory = directory
        self.time = time
    }

    /// Runs it to its end or to the end of its time; what it writes is not kept.
    func run(
        _ words: [String],
        for probe: SmokeProbe,
        within timeout: Duration
    ) async -> Result<Int?, ProgramProblem> {
        var environment = variables
        environment["DIOLKOS_PROBE"] = probe.name
        environment["DIOLKOS_SUBJECT"] = probe.subject
        environment["DIOLKOS_SITE"] = SiteRole.target.rawValue
        let invocation = ProgramInvocation(
            command: (words.first ?? "").asProgram(foundFrom: directory),
            arguments: Array(words.dropFirst()),
            variables: environment,
            isInteractive: false
        )
        let (runner, time) = (runner, time)
        return await withTaskGroup(of: Result<Int?, ProgramProblem>.self) { group in
            group.addTask {
                do throws(ProgramProblem) {
                    return .success(try await runner.run(invocation).exitCode)
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await time.sleep(for: timeout)
                    return .failure(.failed(reason: "it did not end within \(timeout)"))
                } catch {
                    return .failure(.failed(reason: "it was told to stop"))
                }
            }
            let first = await group.next() ?? .failure(.failed(reason: "it did not run"))
            group.cancelAll()
            return first
        }
    }
}
