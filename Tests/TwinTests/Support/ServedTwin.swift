import Clocks
import EmbeddedAPI
import Foundation
import Synchronization
import Twin

/// A pair of sites that runs behind its TLS faces, with a kubeconfig on disk.
struct ServedTwin: Sendable {
    let twin: RunningTwin
    let kubeconfig: String

    /// Runs `body` against a fresh pair.
    static func run(_ body: @escaping @Sendable (ServedTwin) async throws -> Void) async throws {
        let counter = Mutex(0)
        let pair = TwinPair(
            settings: TwinSettings(),
            time: SystemTime(),
            identifiers: {
                let number = counter.withLock { count in
                    count += 1
                    return count
                }
                let digits = String(number)
                return "00000000-0000-4000-8000-"
                    + String(repeating: "0", count: 12 - digits.count) + digits
            }
        )
        let file = URL.temporaryDirectory.appending(path: "twin-\(UUID().uuidString).kubeconfig")
        defer { try? FileManager.default.removeItem(at: file) }
        try await pair.run { twin in
            try twin.kubeconfig.text.write(to: file, atomically: true, encoding: .utf8)
            try await body(ServedTwin(twin: twin, kubeconfig: file.path))
        }
    }

    /// The tool as it sees this twin.
    func aimed(_ tool: Tool) -> Tool {
        var tool = tool
        tool.environment["KUBECONFIG"] = kubeconfig
        return tool
    }
}
