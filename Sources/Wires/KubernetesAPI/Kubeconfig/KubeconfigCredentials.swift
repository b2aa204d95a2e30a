import Clocks
import Foundation
import HTTPTransport
import JSONValues
import YAMLDocuments

/// Chooses where the credentials of a user come from, and refuses users that say two things.
struct KubeconfigCredentials {
    let material: KubeconfigMaterial
    let cluster: KubeconfigCluster
    let server: HTTPBaseURL
    let time: any TimeSource
    let runner: any ProgramRunner

    func source(for user: KubeconfigUser?) throws(KubeconfigError) -> any CredentialSource {
        guard let user else { return FixedCredential() }
        if let provider = user.authProvider {
            throw user.origin.error(
                "auth-provider \"\(provider.value)\" is not supported; use an exec plugin",
                at: provider.place
            )
        }
        let hasBasic = user.username != nil || user.password != nil
        guard user.token == nil || !hasBasic else {
            throw user.origin.error("has a token and a password; remove one of the two")
        }
        let base = try baseSource(user, hasBasic: hasBasic)
        guard !user.impersonation.isEmpty else { return base }
        guard user.impersonation.user != nil else {
            throw user.origin.error("as-uid, as-groups and as-user-extra need as")
        }
        return ImpersonatingCredentials(base: base, impersonation: user.impersonation)
    }

    private func baseSource(
        _ user: KubeconfigUser,
        hasBasic: Bool
    ) throws(KubeconfigError) -> any CredentialSource {
        if let file = user.tokenFile {
            // Read once here, so that a wrong path is found before anything starts.
            let first = try material.contents(of: file, named: "tokenFile", user.origin)
            let path = material.environment.absolute(file.value, in: user.origin.directory)
            let token = user.token?.value ?? TokenFileCredentials.token(in: first)
            guard !token.isEmpty else {
                throw user.origin.error("tokenFile: \(path) is empty", at: file.place)
            }
            return TokenFileCredentials(
                path: path,
                initial: Redacted(token),
                environment: material.environment,
                time: time
            )
        }
        if let token = user.token { return FixedCredential(.bearer(token.value)) }
        if hasBasic {
            let pair = "\(user.username?.value ?? ""):\(user.password?.value ?? "")"
            let encoded = Data(pair.utf8).base64EncodedString()
            let field = Credential.Field(name: "Authorization", value: "Basic \(encoded)")
            return FixedCredential(Credential(fields: [field]))
        }
        if let exec = user.exec { return try plugin(exec, of: user) }
        return FixedCredential()
    }

    // MARK: - Exec

    private func plugin(
        _ exec: KubeconfigExec,
        of user: KubeconfigUser
    ) throws(KubeconfigError) -> ExecCredentials {
        let origin = user.origin
        guard let command = exec.command else {
            throw origin.error("exec names no command", at: exec.place)
        }
        let version = try version(of: exec, origin)
        let isInteractive = try isInteractive(exec, version, origin)
        let path =
            command.value.contains("/")
            ? material.environment.absolute(command.value, in: origin.directory) : command.value
        try checkAllowed(path, at: command, origin)
        var variables = material.environment.variables
        for pair in exec.environment { variables[pair.name] = pair.value }
        let info: JSON = [
            "apiVersion": .string(version.rawValue), "kind": "ExecCredential",
            "spec": specification(exec, isInteractive: isInteractive),
        ]
        variables["KUBERNETES_EXEC_INFO"] = info.text()
        return ExecCredentials(
            plugin: ExecPlugin(
                title: "\(origin.title) (\(origin.file):\(exec.place))",
                version: version,
                invocation: ProgramInvocation(
                    command: path,
                    arguments: exec.arguments,
                    variables: variables,
                    isInteractive: isInteractive
                ),
                installHint: exec.installHint
            ),
            time: time,
            runner: runner
        )
    }

    private func version(
        of exec: KubeconfigExec,
        _ origin: KubeconfigOrigin
    ) throws(KubeconfigError) -> ExecPlugin.Version {
        guard let text = exec.apiVersion else {
            throw origin.error(
                "exec has no apiVersion; add client.authentication.k8s.io/v1",
                at: exec.place
            )
        }
        guard let version = ExecPlugin.Version(rawValue: text.value) else {
            throw origin.error(
                "exec has the apiVersion \"\(text.value)\"; understood are "
                    + "client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1",
                at: text.place
            )
        }
        return version
    }

    private func isInteractive(
        _ exec: KubeconfigExec,
        _ version: ExecPlugin.Version,
        _ origin: KubeconfigOrigin
    ) throws(KubeconfigError) -> Bool {
        let hasTerminal = material.environment.hasTerminal
        switch exec.interactiveMode?.value {
        case "Never": return false
        case "IfAvailable": return hasTerminal
        case nil where version == .v1beta1: return hasTerminal
        case "Always":
            guard hasTerminal else {
                throw origin.error(
                    "exec has interactiveMode Always, and standard input is no terminal",
                    at: exec.interactiveMode?.place
                )
            }
            return true
        default:
            throw origin.error(
                "exec must say interactiveMode: Never, IfAvailable or Always",
                at: exec.interactiveMode?.place ?? exec.place
            )
        }
    }

    private func checkAllowed(
        _ path: String,
        at command: KubeconfigText,
        _ origin: KubeconfigOrigin
    ) throws(KubeconfigError) {
        let isAllowed =
            switch material.policy.exec {
            case .allowed: true
            case .denied: false
            case .allowList(let list): list.contains(path)
            }
        guard isAllowed else {
            throw origin.error(
                "exec would run \(path), which is not allowed for this kubeconfig",
                at: command.place
            )
        }
    }

    /// What the plugin is told, `spec.cluster` only where it asked to know.
    private func specification(_ exec: KubeconfigExec, isInteractive: Bool) -> JSON {
        var spec: JSON = ["interactive": .bool(isInteractive)]
        guard exec.providesClusterInfo else { return spec }
        var info: JSON = ["server": .string(server.description)]
        if let name = cluster.tlsServerName { info["tls-server-name"] = .string(name.value) }
        if cluster.skipsVerification { info["insecure-skip-tls-verify"] = true }
        if let data = cluster.authorityData {
            info["certificate-authority-data"] = .string(data.value.filter { !$0.isNewline })
        }
        if let proxy = cluster.proxyURL { info["proxy-url"] = .string(proxy.value) }
        info["config"] = cluster.execExtension?.json ?? .null
        spec["cluster"] = info
        return spec
    }
}

extension Credential {
    /// `Authorization: Bearer TOKEN`.
    package static func bearer(_ token: String) -> Credential {
        Credential(fields: [Field(name: "Authorization", value: "Bearer \(token)")])
    }
}
