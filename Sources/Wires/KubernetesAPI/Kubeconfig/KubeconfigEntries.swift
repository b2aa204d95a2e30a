import YAMLDocuments

/// A text of a kubeconfig that knows where it stands.
struct KubeconfigText: Sendable, Hashable {
    let value: String
    let place: YAMLPlace
}

/// What every named entry of a kubeconfig knows of itself.
struct KubeconfigOrigin: Sendable, Hashable {
    let file: String
    let place: YAMLPlace
    /// `user "admin"`.
    let title: String

    /// The directory that relative paths of the entry are relative to.
    var directory: String {
        guard let slash = file.lastIndex(of: "/"), slash != file.startIndex else { return "/" }
        return String(file[..<slash])
    }

    func error(_ problem: String, at place: YAMLPlace? = nil) -> KubeconfigError {
        KubeconfigError(file: file, place: place ?? self.place, problem: "\(title): \(problem)")
    }
}

/// One entry of `clusters`.
struct KubeconfigCluster: Sendable {
    let origin: KubeconfigOrigin
    let server: KubeconfigText?
    let tlsServerName: KubeconfigText?
    let skipsVerification: Bool
    let authority: KubeconfigText?
    let authorityData: KubeconfigText?
    let proxyURL: KubeconfigText?
    /// What an exec plugin is told in `spec.cluster.config`.
    let execExtension: YAMLNode?
}

/// One entry of `users`.
struct KubeconfigUser: Sendable {
    let origin: KubeconfigOrigin
    let certificate: KubeconfigText?
    let certificateData: KubeconfigText?
    let key: KubeconfigText?
    let keyData: KubeconfigText?
    let token: KubeconfigText?
    let tokenFile: KubeconfigText?
    let username: KubeconfigText?
    let password: KubeconfigText?
    let impersonation: Impersonation
    let exec: KubeconfigExec?
    /// The name of an `auth-provider`, which is refused when the user is used.
    let authProvider: KubeconfigText?
}

/// The `exec` of a user.
struct KubeconfigExec: Sendable {
    let place: YAMLPlace
    let apiVersion: KubeconfigText?
    let command: KubeconfigText?
    let arguments: [String]
    let environment: [(name: String, value: String)]
    let installHint: String?
    let providesClusterInfo: Bool
    let interactiveMode: KubeconfigText?
}

/// One entry of `contexts`.
struct KubeconfigContext: Sendable {
    let origin: KubeconfigOrigin
    let cluster: KubeconfigText?
    let user: KubeconfigText?
    let namespace: KubeconfigText?
}

/// Whom the user acts as.
package struct Impersonation: Sendable, Hashable {
    /// `as`; without it there is no impersonation.
    package var user: String?
    /// `as-uid`.
    package var uid: String?
    /// `as-groups`, in their order.
    package var groups: [String] = []
    /// `as-user-extra`; keys are sent in small letters and percent-encoded.
    package var extra: [String: [String]] = [:]

    /// Nobody.
    package init() {}

    var isEmpty: Bool { user == nil && uid == nil && groups.isEmpty && extra.isEmpty }
}
