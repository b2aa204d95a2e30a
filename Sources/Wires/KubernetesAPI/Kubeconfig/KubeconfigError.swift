import YAMLDocuments

/// What is wrong with a kubeconfig, where, and what to do about it.
///
/// Never a secret.
package struct KubeconfigError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file, nil where none is at fault.
    package let file: String?
    /// Nil when it is about the whole file.
    package let place: YAMLPlace?
    /// What is at fault (`user "admin"`) and why, with what to do.
    package let problem: String

    /// Takes a problem that holds no secret.
    package init(file: String? = nil, place: YAMLPlace? = nil, problem: String) {
        self.file = file
        self.place = place
        self.problem = problem
    }

    /// File, line, column and the problem, as compilers print them.
    package var description: String {
        switch (file, place) {
        case (let file?, let place?): "\(file):\(place): \(problem)"
        case (let file?, nil): "\(file): \(problem)"
        default: problem
        }
    }
}
