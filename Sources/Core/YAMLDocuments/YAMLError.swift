/// Why a text is not the YAML that was expected, and where.
package struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's name as the user gave it, nil for a text without one.
    package let file: String?
    /// Where the problem was met, which is where it begins.
    package let place: YAMLPlace
    /// What is wrong and, where it helps, what to write instead.
    package let problem: String

    package init(file: String?, place: YAMLPlace, problem: String) {
        self.file = file
        self.place = place
        self.problem = problem
    }

    /// The form that editors and terminals can jump to: `file:line:column: problem`.
    package var description: String {
        if let file { "\(file):\(place): \(problem)" } else { "\(place): \(problem)" }
    }
}
