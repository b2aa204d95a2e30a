import Clocks
import EmbeddedAPI
import Foundation
import HTTPTransport
import HTTPTransportNIO
import Testing
import Twin

/// A pair of sites that runs behind its TLS faces, with a kubeconfig on disk.
struct ServedTwin: Sendable {
    let twin: RunningTwin
    let kubeconfig: String

    /// Runs `body` against a fresh pair.
    static func run(_ body: @escaping @Sendable (ServedTwin) async throws -> Void) async throws {
        let pair = TwinPair(
            settings: TwinSettings(),
            time: SystemTime(),
            identifiers: CountedIdentifiers().next
        )
        let file = URL.temporaryDirectory.appending(path: "twin-\(UUID().uuidString).kubeconfig")
        defer { try? FileManager.default.removeItem(at: file) }
        try await pair.run { twin in
            try twin.kubeconfig.text.write(to: file, atomically: true, encoding: .utf8)
            try await body(ServedTwin(twin: twin, kubeconfig: file.path))
        }
    }

    /// What the source's API server asks for.
    var token: String { twin.kubeconfig.entries.first?.token ?? "" }

    /// A way to the source's API server.
    func transport() throws -> NIOTransport {
        let entry = try #require(twin.kubeconfig.entries.first)
        return try NIOTransport(
            HTTPSite(
                origin: HTTPOrigin(scheme: .https, host: "127.0.0.1", port: entry.port),
                tls: TLSOptions(roots: .authorities(pem: Array(entry.authorityPEM.utf8)))
            )
        )
    }

    /// Whether a number that others change becomes `wanted` within ten seconds.
    func reaches(_ wanted: Int, _ number: () -> Int) async throws -> Bool {
        for _ in 0..<100 {
            if number() == wanted { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return number() == wanted
    }

    /// The tool as it sees this twin.
    func aimed(_ tool: Tool) -> Tool {
        var tool = tool
        tool.environment["KUBECONFIG"] = kubeconfig
        return tool
    }
}
