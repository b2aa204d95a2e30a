import YAMLDocuments

/// One file of a kubeconfig, every entry read and its types checked.
struct KubeconfigFile: Sendable {
    private(set) var clusters: [String: KubeconfigCluster] = [:]
    private(set) var users: [String: KubeconfigUser] = [:]
    private(set) var contexts: [String: KubeconfigContext] = [:]
    private(set) var currentContext: KubeconfigText?
    let path: String

    /// A kubeconfig nests less than ten levels and is small; exec plugins may carry some data.
    private static let limits = YAMLLimits(sizeMax: 8 << 20, depthMax: 64, nodesMax: 200_000)

    /// An empty file is a valid, empty kubeconfig.
    init(_ bytes: [UInt8], path: String) throws(KubeconfigError) {
        self.path = path
        let documents: [YAMLNode]
        do {
            documents = try YAMLDocuments.parse(bytes, file: path, limits: KubeconfigFile.limits)
        } catch {
            throw KubeconfigError(file: path, place: error.place, problem: error.problem)
        }
        guard let root = documents.first, !root.isNull else { return }
        let origin = KubeconfigOrigin(file: path, place: root.place, title: "kubeconfig")
        guard documents.count == 1 else {
            throw origin.error("a second document stands in the file", at: documents[1].place)
        }
        guard root.members != nil else {
            throw origin.error("must be a mapping and is \(root.kindName); is it the right file?")
        }
        let reader = KubeconfigReader(origin: origin, node: root)
        try KubeconfigFile.checkKind(reader)
        currentContext = try reader.text("current-context")
        clusters = try named("clusters", "cluster", reader, KubeconfigFile.cluster)
        users = try named("users", "user", reader, KubeconfigFile.user)
        contexts = try named("contexts", "context", reader, KubeconfigFile.context)
    }

    private static func checkKind(_ reader: KubeconfigReader) throws(KubeconfigError) {
        let kind = try reader.text("kind")
        let version = try reader.text("apiVersion")
        guard kind.map({ $0.value == "Config" }) ?? true,
            version.map({ $0.value == "v1" }) ?? true
        else {
            throw reader.origin.error(
                "is a \(kind?.value ?? "Config") of \(version?.value ?? "v1") and not a v1 Config",
                at: (kind ?? version)?.place
            )
        }
    }

    /// The entries of one list (`users`), each with its name and its body (`user`).
    private func named<Entry>(
        _ list: String,
        _ body: String,
        _ reader: KubeconfigReader,
        _ read: (KubeconfigReader) throws(KubeconfigError) -> Entry
    ) throws(KubeconfigError) -> [String: Entry] {
        guard let member = reader.member(list) else { return [:] }
        guard let elements = member.elements else {
            throw reader.origin.error(
                "\(list) must be a list and is \(member.kindName)",
                at: member.place
            )
        }
        var entries: [String: Entry] = [:]
        var places: [String: YAMLPlace] = [:]
        for element in elements {
            let entry = KubeconfigReader(origin: reader.origin, node: element)
            guard element.members != nil, let name = try entry.text("name") else {
                throw reader.origin.error("an entry of \(list) has no name", at: element.place)
            }
            let origin = KubeconfigOrigin(
                file: path,
                place: element.place,
                title: "\(body) \"\(name.value)\""
            )
            if let first = places.updateValue(name.place, forKey: name.value) {
                throw origin.error("the name stands twice; first at \(first)", at: name.place)
            }
            let content = entry.member(body) ?? YAMLNode(.mapping([]), at: element.place)
            guard content.members != nil else {
                throw origin.error(
                    "\(body) must be a mapping and is \(content.kindName)",
                    at: content.place
                )
            }
            entries[name.value] = try read(KubeconfigReader(origin: origin, node: content))
        }
        return entries
    }

    private static func cluster(
        _ reader: KubeconfigReader
    ) throws(KubeconfigError) -> KubeconfigCluster {
        let extensions = reader.member("extensions")?.elements ?? []
        return KubeconfigCluster(
            origin: reader.origin,
            server: try reader.text("server"),
            tlsServerName: try reader.text("tls-server-name"),
            skipsVerification: try reader.flag("insecure-skip-tls-verify"),
            authority: try reader.text("certificate-authority"),
            authorityData: try reader.text("certificate-authority-data"),
            proxyURL: try reader.text("proxy-url"),
            execExtension: extensions.first {
                $0["name"]?.string == "client.authentication.k8s.io/exec"
            }?["extension"]
        )
    }

    private static func user(_ reader: KubeconfigReader) throws(KubeconfigError) -> KubeconfigUser {
        var impersonation = Impersonation()
        impersonation.user = try reader.text("as")?.value
        impersonation.uid = try reader.text("as-uid")?.value
        impersonation.groups = try reader.texts("as-groups")
        impersonation.extra = try reader.textLists("as-user-extra")
        let provider = reader.member("auth-provider")
        return KubeconfigUser(
            origin: reader.origin,
            certificate: try reader.text("client-certificate"),
            certificateData: try reader.text("client-certificate-data"),
            key: try reader.text("client-key"),
            keyData: try reader.text("client-key-data"),
            token: try reader.text("token"),
            tokenFile: try reader.text("tokenFile"),
            username: try reader.text("username"),
            password: try reader.text("password"),
            impersonation: impersonation,
            exec: try exec(reader),
            authProvider: provider.map {
                KubeconfigText(value: $0["name"]?.string ?? "", place: $0.place)
            }
        )
    }

    private static func exec(
        _ reader: KubeconfigReader
    ) throws(KubeconfigError) -> KubeconfigExec? {
        guard let node = reader.member("exec") else { return nil }
        guard node.members != nil else {
            throw reader.origin.error(
                "exec must be a mapping and is \(node.kindName)",
                at: node.place
            )
        }
        let reader = KubeconfigReader(origin: reader.origin, node: node)
        return KubeconfigExec(
            place: node.place,
            apiVersion: try reader.text("apiVersion"),
            command: try reader.text("command"),
            arguments: try reader.texts("args"),
            environment: try reader.pairs("env"),
            installHint: try reader.text("installHint")?.value,
            providesClusterInfo: try reader.flag("provideClusterInfo"),
            interactiveMode: try reader.text("interactiveMode")
        )
    }

    private static func context(
        _ reader: KubeconfigReader
    ) throws(KubeconfigError) -> KubeconfigContext {
        KubeconfigContext(
            origin: reader.origin,
            cluster: try reader.text("cluster"),
            user: try reader.text("user"),
            namespace: try reader.text("namespace")
        )
    }
}
