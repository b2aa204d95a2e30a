import Clocks
import EmbeddedAPI
import Foundation
import HTTPTransport
import HTTPTransportNIO
import Testing
import Twin

/// Watches over the TLS face: how they end.
struct WatchTests {
    @Test func `a client that leaves an idle watch is noticed at once`() async throws {
        try await ServedTwin.run { served in
            let cluster = served.twin.pair.source
            let before = cluster.watchCount
            let transport = try served.transport()
            let request = HTTPRequest(
                method: "GET",
                target: "/api/v1/namespaces/nowhere/configmaps?watch=1&timeoutSeconds=600",
                headers: ["Authorization": "Bearer \(served.token)"]
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let answer = try await transport.send(request, timeout: .seconds(10))
                        guard case .stream(let lines) = answer.body else {
                            Issue.record("a watch is no stream: \(answer.status)")
                            return
                        }
                        // Nothing happens there: this waits until it is cancelled.
                        for try await _ in lines {}
                    }
                }
                let isOpen = try await served.reaches(before + 3) { cluster.watchCount }
                #expect(isOpen)
                group.cancelAll()
                // Each ends with an error, as it was cancelled.
                while await group.nextResult() != nil {}
            }
            // Nothing has changed meanwhile, and no bookmark was due.
            let isClosed = try await served.reaches(before) { cluster.watchCount }
            #expect(isClosed)
            try await transport.shutdown()
        }
    }

    @Test(.enabled(if: !Tool.kubectls.isEmpty, "skipped: no kubectl is at hand"))
    func `a kubectl that is killed leaves no watch behind`() async throws {
        try await ServedTwin.run { served in
            let cluster = served.twin.pair.source
            let before = cluster.watchCount
            let kubectl = try #require(Tool.kubectls.first)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: kubectl.path)
            process.arguments = ["get", "configmaps", "-n", "default", "-w"]
            process.environment = ProcessInfo.processInfo.environment
                .merging(["KUBECONFIG": served.kubeconfig]) { _, own in own }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            let isOpen = try await served.reaches(before + 1) { cluster.watchCount }
            #expect(isOpen)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let isClosed = try await served.reaches(before) { cluster.watchCount }
            #expect(isClosed)
        }
    }
}
