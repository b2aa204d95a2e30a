/// What a kubeconfig may reach of the machine it is read on: handed in, so that tests need none.
package struct HostEnvironment: Sendable {
    /// Why a file could not be read.
    package enum FileProblem: Error, Sendable, Hashable {
        case absent
        case unreadable(reason: String)
    }

    /// The environment variables.
    package let variables: [String: String]
    /// What relative paths that a person gave are relative to.
    package let workingDirectory: String
    /// Whether a person can be asked: standard input is a terminal.
    package let hasTerminal: Bool
    private let contents: @Sendable (String) throws(FileProblem) -> [UInt8]

    /// Takes a machine as it is described; `system()` describes this one.
    package init(
        variables: [String: String],
        workingDirectory: String = "/",
        hasTerminal: Bool = false,
        readFile: @escaping @Sendable (String) throws(FileProblem) -> [UInt8]
    ) {
        self.variables = variables
        self.workingDirectory = workingDirectory
        self.hasTerminal = hasTerminal
        contents = readFile
    }

    /// The bytes of a file, by its absolute path.
    package func readFile(_ path: String) throws(FileProblem) -> [UInt8] { try contents(path) }

    /// A path as it is, or below `directory` when it is relative.
    func absolute(_ path: String, in directory: String? = nil) -> String {
        if path.hasPrefix("/") { return path }
        let directory = directory ?? workingDirectory
        return directory.hasSuffix("/") ? directory + path : directory + "/" + path
    }
}
