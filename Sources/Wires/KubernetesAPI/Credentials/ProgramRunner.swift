import HTTPTransport

/// A program to run: no shell is between us and it.
package struct ProgramInvocation: Sendable, Hashable {
    /// An absolute path, or a name to be looked up in the PATH of `variables`.
    package let command: String
    /// As the program gets them, unquoted.
    package let arguments: [String]
    /// The whole environment of the program.
    package let variables: [String: String]
    /// Whether it may ask the person at the terminal.
    package let isInteractive: Bool

    /// Takes the words as the program gets them.
    package init(
        command: String,
        arguments: [String],
        variables: [String: String],
        isInteractive: Bool
    ) {
        self.command = command
        self.arguments = arguments
        self.variables = variables
        self.isInteractive = isInteractive
    }
}

extension String {
    /// A program of a person's own as it can be started: one whose name has a slash is found from `directory`,
    /// any other one in the PATH.
    package func asProgram(foundFrom directory: String) -> String {
        guard contains("/"), !hasPrefix("/") else { return self }
        return directory.hasSuffix("/") ? directory + self : "\(directory)/\(self)"
    }
}

/// How a program ended, and what it wrote.
package struct ProgramResult: Sendable, Hashable {
    /// Nil when a signal ended it.
    package let exitCode: Int?
    /// What it wrote to standard output.
    package let output: Redacted<[UInt8]>

    /// Takes how a program ended.
    package init(exitCode: Int?, output: [UInt8]) {
        self.exitCode = exitCode
        self.output = Redacted(output)
    }
}

/// Why a program did not run to its end.
package enum ProgramProblem: Error, Sendable, Hashable {
    case absent
    case outputTooLarge(sizeMax: Int)
    case failed(reason: String)
}

/// Runs programs; its own protocol so that tests need none.
package protocol ProgramRunner: Sendable {
    /// Runs to the end.
    ///
    /// Cancelling the task ends the program.
    func run(_ invocation: ProgramInvocation) async throws(ProgramProblem) -> ProgramResult
}
