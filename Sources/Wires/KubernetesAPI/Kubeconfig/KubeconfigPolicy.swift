/// What a kubeconfig may make us do.
///
/// It is a program in disguise: it can run commands, read files and turn verification off.
package struct KubeconfigPolicy: Sendable {
    /// Whether `exec` plugins may run.
    package enum ExecRule: Sendable, Hashable {
        case allowed
        case denied
        /// Only these commands: absolute paths, or names that are found in PATH.
        case allowList([String])
    }

    /// Whether, and which, plugins may run.
    package var exec: ExecRule
    /// Whether certificates, keys and tokens may be read from files that it names.
    package var allowsFiles: Bool
    /// Whether `insecure-skip-tls-verify` is obeyed.
    ///
    /// Only ever because a person said so, for this site.
    package var allowsUnverifiedTLS: Bool

    /// Takes the rules; verification stays on unless told otherwise.
    package init(exec: ExecRule, allowsFiles: Bool, allowsUnverifiedTLS: Bool = false) {
        self.exec = exec
        self.allowsFiles = allowsFiles
        self.allowsUnverifiedTLS = allowsUnverifiedTLS
    }

    /// For the invoking user's own file, which that user already trusts kubectl with: the default of
    /// the command line.
    package static let own = KubeconfigPolicy(exec: .allowed, allowsFiles: true)
    /// For a file from elsewhere: data only, nothing runs, nothing is read.
    package static let foreign = KubeconfigPolicy(exec: .denied, allowsFiles: false)
}
