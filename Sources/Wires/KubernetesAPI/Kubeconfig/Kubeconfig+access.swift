import Clocks
import HTTPTransport
import YAMLDocuments

extension Kubeconfig {
    /// What the caller says beside the files.
    package struct Selection: Sendable {
        /// Nil means `current-context`.
        package var context: String?
        /// In place of the context's.
        package var namespace: String?
        /// What the kubeconfig may make us do.
        package var policy: KubeconfigPolicy

        /// Takes the current context and the user's own trust, unless told otherwise.
        package init(
            context: String? = nil,
            namespace: String? = nil,
            policy: KubeconfigPolicy = .own
        ) {
            self.context = context
            self.namespace = namespace
            self.policy = policy
        }
    }

    /// How to reach what a context names.
    ///
    /// Certificate and key files are read here; token files later, again and again. Nothing is sent,
    /// and no plugin runs. What is wrong with the entries in use is an error with its place; entries
    /// that are not in use may be wrong.
    ///
    /// A server is reached through its `proxy-url`, which may be `http://` or `socks5://`, else
    /// through what the environment means (`EnvironmentProxy`).
    package func access(
        _ selection: Selection = Selection(),
        environment: HostEnvironment,
        time: any TimeSource,
        runner: any ProgramRunner = SubprocessRunner()
    ) throws(KubeconfigError) -> ClusterAccess {
        if isEmpty, selection.context == nil, InCluster.isInside(environment) {
            return try InCluster.access(selection, environment: environment, time: time)
        }
        let (name, context) = try context(named: selection.context)
        let cluster = try cluster(of: context)
        let user = try user(of: context)
        let material = KubeconfigMaterial(environment: environment, policy: selection.policy)
        let base = try material.baseURL(of: cluster)
        let tls = try material.tls(of: cluster, user, isHTTPS: base.origin.scheme == .https)
        var credentials: any CredentialSource = FixedCredential()
        var notes: [String] = []
        if base.origin.scheme == .https {
            if tls.roots == .unverified {
                notes.append("\(name): the server's certificate is NOT verified")
            }
            let maker = KubeconfigCredentials(
                material: material,
                cluster: cluster,
                server: base,
                time: time,
                runner: runner
            )
            credentials = try maker.source(for: user)
        } else if user?.hasCredentials ?? false {
            notes.append("\(name): credentials are not sent, since the server is reached over http")
        }
        return ClusterAccess(
            name: name,
            site: HTTPSite(
                origin: base.origin,
                tls: tls,
                proxy: try material.proxy(of: cluster, to: base.origin)
            ),
            pathPrefix: base.pathPrefix,
            namespace: selection.namespace ?? context.namespace?.value ?? "default",
            credentials: credentials,
            notes: notes
        )
    }

    private func context(
        named wanted: String?
    ) throws(KubeconfigError) -> (name: String, context: KubeconfigContext) {
        guard let name = wanted ?? current?.text.value else {
            guard !isEmpty else {
                let looked =
                    files.isEmpty ? "nowhere: HOME is not set" : files.joined(separator: ", ")
                throw KubeconfigError(
                    problem: "no kubeconfig was found (looked for \(looked)); "
                        + "set KUBECONFIG or pass --kubeconfig"
                )
            }
            throw KubeconfigError(
                file: files.first,
                problem: "no current-context is set; choose one with --context: \(choices)"
            )
        }
        if let context = contexts[name] { return (name, context) }
        let isCurrent = wanted == nil
        throw KubeconfigError(
            file: isCurrent ? current?.file : files.first,
            place: isCurrent ? current?.text.place : nil,
            problem: "there is no context \"\(name)\"; there is \(choices)"
        )
    }

    private var choices: String {
        contexts.isEmpty ? "none" : contextNames.map { "\"\($0)\"" }.joined(separator: ", ")
    }

    private func cluster(of context: KubeconfigContext) throws(KubeconfigError) -> KubeconfigCluster
    {
        guard let name = context.cluster else {
            throw context.origin.error("names no cluster; set cluster")
        }
        guard let cluster = clusters[name.value] else {
            throw context.origin.error(
                "there is no cluster \"\(name.value)\"; add it to clusters",
                at: name.place
            )
        }
        return cluster
    }

    /// A context without a user is one that shows no credentials.
    private func user(of context: KubeconfigContext) throws(KubeconfigError) -> KubeconfigUser? {
        guard let name = context.user else { return nil }
        guard let user = users[name.value] else {
            throw context.origin.error(
                "there is no user \"\(name.value)\"; add it to users",
                at: name.place
            )
        }
        return user
    }
}

extension KubeconfigUser {
    var hasCredentials: Bool {
        token != nil || tokenFile != nil || username != nil || password != nil || exec != nil
            || certificate != nil || certificateData != nil
    }
}
