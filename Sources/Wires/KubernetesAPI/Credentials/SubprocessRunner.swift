import Subprocess
import SystemPackage

/// Runs programs of this machine.
///
/// What they write to standard error goes to ours: that is where a plugin tells a person what to do.
package struct SubprocessRunner: ProgramRunner {
    /// An `ExecCredential` is a few kilobytes.
    private static let outputSizeMax = 1 << 20

    /// Runs nothing yet.
    package init() {}

    /// Runs the program with its own environment and output bound, standard error being ours.
    package func run(
        _ invocation: ProgramInvocation
    ) async throws(ProgramProblem) -> ProgramResult {
        let executable: Executable =
            invocation.command.hasPrefix("/")
            ? .path(FilePath(invocation.command)) : .name(invocation.command)
        let variables = invocation.variables.map {
            (Environment.Key(stringLiteral: $0.key), $0.value)
        }
        let environment = Environment.custom(Dictionary(uniqueKeysWithValues: variables))
        let arguments = Arguments(invocation.arguments)
        do {
            if invocation.isInteractive {
                let result = try await Subprocess.run(
                    executable,
                    arguments: arguments,
                    environment: environment,
                    input: .currentStandardInput,
                    output: .bytes(limit: SubprocessRunner.outputSizeMax),
                    error: .currentStandardError
                )
                return ProgramResult(
                    exitCode: code(result.terminationStatus),
                    output: result.standardOutput
                )
            }
            let result = try await Subprocess.run(
                executable,
                arguments: arguments,
                environment: environment,
                input: .none,
                output: .bytes(limit: SubprocessRunner.outputSizeMax),
                error: .currentStandardError
            )
            return ProgramResult(
                exitCode: code(result.terminationStatus),
                output: result.standardOutput
            )
        } catch let error as SubprocessError {
            throw problem(error)
        } catch {
            throw .failed(reason: "\(error)")
        }
    }

    private func code(_ status: TerminationStatus) -> Int? {
        if case .exited(let code) = status { Int(code) } else { nil }
    }

    private func problem(_ error: SubprocessError) -> ProgramProblem {
        switch error.code {
        case .executableNotFound: .absent
        case .outputLimitExceeded: .outputTooLarge(sizeMax: SubprocessRunner.outputSizeMax)
        default:
            error.underlyingError == .noSuchFileOrDirectory ? .absent : .failed(reason: "\(error)")
        }
    }
}
