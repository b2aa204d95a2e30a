import Clocks
import Composition
import KubernetesAPI
import MigrationFile
import Synchronization
import Testing

/// What connecting to a site tells a person.
@Suite struct ConnectorTests {
    /// One context for each way to be told something, and one for which nothing is to be said.
    private static let kubeconfig = """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: plain, cluster: {server: "http://127.0.0.1:1"}}
        - {name: unverified, cluster: {server: "https://127.0.0.1:1", insecure-skip-tls-verify: true}}
        - {name: sound, cluster: {server: "https://127.0.0.1:1"}}
        users:
        - {name: me, user: {token: topsecret}}
        contexts:
        - {name: plain, context: {cluster: plain, user: me}}
        - {name: unverified, context: {cluster: unverified, user: me}}
        - {name: sound, context: {cluster: sound, user: me}}
        """

    /// What is remarked when a context is connected that may be unverified.
    private func remarks(on context: String) async throws -> [String] {
        let remarks = Mutex<[String]>([])
        let connector = Connector(
            environment: HostEnvironment(variables: [:]) { _ throws(HostEnvironment.FileProblem) in
                Array(Self.kubeconfig.utf8)
            },
            directory: "/",
            unverified: ["unverified"],
            time: SystemTime(),
            draw: { 0.5 },
            remark: { text in remarks.withLock { $0.append(text) } }
        )
        _ = try connector.client(of: SiteAddress(context: context, kubeconfig: "/config"))
        try await connector.shutdown()
        return remarks.withLock { $0 }
    }

    @Test func `an unverified certificate and unused credentials are told`() async throws {
        #expect(
            try await remarks(on: "plain")
                == ["plain: credentials are not sent, since the server is reached over http"]
        )
        #expect(
            try await remarks(on: "unverified")
                == ["unverified: the server's certificate is NOT verified"]
        )
        #expect(try await remarks(on: "sound").isEmpty)
    }
}
