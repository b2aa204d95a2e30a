import Foundation
import HTTPTransport

/// Turns what entries say into what a transport needs: URLs, certificates, keys.
struct KubeconfigMaterial: Sendable {
    let environment: HostEnvironment
    let policy: KubeconfigPolicy

    // MARK: - URLs

    func baseURL(of cluster: KubeconfigCluster) throws(KubeconfigError) -> HTTPBaseURL {
        guard let server = cluster.server else {
            throw cluster.origin.error("names no server; set server to its https:// URL")
        }
        // Without a scheme kubectl means https where the cluster speaks of TLS, and http elsewhere.
        let hasTLS =
            cluster.authority != nil || cluster.authorityData != nil || cluster.skipsVerification
        let text =
            server.value.contains("://")
            ? server.value : (hasTLS ? "https://" : "http://") + server.value
        do {
            return try HTTPBaseURL(parsing: text)
        } catch {
            throw cluster.origin.error(
                "server is no URL of a server: \(error); write https://HOST:PORT",
                at: server.place
            )
        }
    }

    /// What the cluster names, else what the environment means for its server.
    func proxy(
        of cluster: KubeconfigCluster,
        to origin: HTTPOrigin
    ) throws(KubeconfigError) -> HTTPProxy? {
        guard let url = cluster.proxyURL else {
            return try EnvironmentProxy(environment).proxy(for: origin)
        }
        do {
            return try HTTPProxy(parsing: url.value)
        } catch {
            throw cluster.origin.error("proxy-url is no URL of a proxy: \(error)", at: url.place)
        }
    }

    // MARK: - TLS

    func tls(
        of cluster: KubeconfigCluster,
        _ user: KubeconfigUser?,
        isHTTPS: Bool
    ) throws(KubeconfigError) -> TLSOptions {
        guard isHTTPS else { return TLSOptions() }
        return TLSOptions(
            roots: try roots(of: cluster),
            identity: try identity(of: user),
            serverName: cluster.tlsServerName?.value
        )
    }

    private func roots(of cluster: KubeconfigCluster) throws(KubeconfigError) -> TLSRoots {
        let authority = try bytes(
            data: cluster.authorityData,
            file: cluster.authority,
            named: "certificate-authority",
            cluster.origin
        )
        guard cluster.skipsVerification else {
            guard let authority else { return .system }
            try check(
                authority,
                for: "CERTIFICATE",
                "certificate-authority",
                cluster.origin,
                at: cluster.authorityData ?? cluster.authority
            )
            return .authorities(pem: authority)
        }
        guard authority == nil else {
            throw cluster.origin.error(
                "certificate-authority and insecure-skip-tls-verify exclude each other; "
                    + "remove insecure-skip-tls-verify"
            )
        }
        guard policy.allowsUnverifiedTLS else {
            throw cluster.origin.error(
                "insecure-skip-tls-verify is refused: anybody on the way could read and change "
                    + "everything; add certificate-authority-data, or say for this site that you "
                    + "want it all the same"
            )
        }
        return .unverified
    }

    private func identity(of user: KubeconfigUser?) throws(KubeconfigError) -> TLSIdentity? {
        guard let user else { return nil }
        let certificate = try bytes(
            data: user.certificateData,
            file: user.certificate,
            named: "client-certificate",
            user.origin
        )
        let key = try bytes(data: user.keyData, file: user.key, named: "client-key", user.origin)
        switch (certificate, key) {
        case (nil, nil): return nil
        case (_?, nil):
            throw user.origin.error("client-certificate stands without client-key; add it")
        case (nil, _?):
            throw user.origin.error("client-key stands without client-certificate; add it")
        case (let certificate?, let key?):
            try check(
                certificate,
                for: "CERTIFICATE",
                "client-certificate",
                user.origin,
                at: user.certificateData ?? user.certificate
            )
            let keyText = user.keyData ?? user.key
            try check(key, for: "PRIVATE KEY", "client-key", user.origin, at: keyText)
            guard !contains(key, "ENCRYPTED") else {
                throw user.origin.error(
                    "client-key is encrypted; write it without a passphrase (openssl pkey)",
                    at: keyText?.place
                )
            }
            return TLSIdentity(certificateChain: certificate, key: Redacted(key))
        }
    }

    // MARK: - Bytes

    /// `…-data` wins over the file, as it does for kubectl.
    private func bytes(
        data: KubeconfigText?,
        file: KubeconfigText?,
        named name: String,
        _ origin: KubeconfigOrigin
    ) throws(KubeconfigError) -> [UInt8]? {
        if let data {
            let text = data.value.filter { !$0.isNewline }
            guard let decoded = Data(base64Encoded: text) else {
                throw origin.error("\(name)-data is no base64", at: data.place)
            }
            return Array(decoded)
        }
        guard let file else { return nil }
        return try contents(of: file, named: name, origin)
    }

    func contents(
        of file: KubeconfigText,
        named name: String,
        _ origin: KubeconfigOrigin
    ) throws(KubeconfigError) -> [UInt8] {
        guard policy.allowsFiles else {
            let inline = name == "tokenFile" ? "token" : "\(name)-data"
            throw origin.error(
                "\(name) names a file, which a kubeconfig from elsewhere may not; use \(inline)",
                at: file.place
            )
        }
        let path = environment.absolute(file.value, in: origin.directory)
        do {
            return try environment.readFile(path)
        } catch {
            switch error {
            case .absent:
                throw origin.error("\(name): there is no file \(path)", at: file.place)
            case .unreadable(let reason):
                throw origin.error("\(name): \(path) cannot be read: \(reason)", at: file.place)
            }
        }
    }

    private func check(
        _ bytes: [UInt8],
        for label: String,
        _ name: String,
        _ origin: KubeconfigOrigin,
        at text: KubeconfigText?
    ) throws(KubeconfigError) {
        guard contains(bytes, "-----BEGIN "), contains(bytes, "\(label)-----") else {
            throw origin.error(
                "\(name) holds no PEM text of a \(label.lowercased())",
                at: text?.place
            )
        }
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        bytes.contains(Array(text.utf8))
    }
}
