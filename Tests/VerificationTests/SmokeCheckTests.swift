import Clocks
import Foundation
import HTTPTransport
import KubernetesAPI
import MigrationModel
import MigrationPorts
import Testing
import Verification

/// Trials of what runs at the target.
@Suite struct SmokeCheckTests {
    private func check(
        _ trial: SmokeProbe.Trial,
        _ server: Server? = nil,
        milliseconds: Int = 5_000,
        directory: String = "/"
    ) async throws(ProviderError) -> ConditionState {
        let probe = SmokeProbe(
            name: "alive",
            subject: "shop/orders",
            trial: trial,
            timeoutMilliseconds: milliseconds
        )
        var entries: [SiteRole: any HTTPTransport] = [:]
        entries[.target] = server?.transport
        let verifier = SiteVerifier(
            entries: entries,
            programs: ProbePrograms(
                variables: ["PATH": "/usr/bin:/bin"],
                directory: directory,
                time: SystemTime()
            )
        )
        return try await verifier.check(.smoke(probe: probe))
    }

    @Test func `an answer must be as it is wanted`() async throws {
        let trial = HTTPTrial(
            host: "shop.example",
            path: "/health?full=1",
            status: 202,
            headers: ["Content-Type": "text/plain"],
            bodyPattern: "state: (ok|fine)"
        )
        func seen(_ server: Server) async throws -> String? {
            guard case .waiting(let seen) = try await check(.http(trial), server) else {
                return nil
            }
            return seen
        }
        let plain: HTTPHeaders = ["content-type": "text/plain"]
        let good = Server(status: 202, headers: plain, "all\nstate: fine\n")
        #expect(try await check(.http(trial), good) == .holds)
        #expect(good.requests.map(\.target) == ["/health?full=1"])
        #expect(good.requests.first?.headers["Host"] == "shop.example")
        #expect(
            try await seen(Server(headers: plain, "state: ok"))
                == "the probe alive was answered with 200, and 202 is wanted"
        )
        #expect(
            try await seen(Server(status: 202, "state: ok"))
                == "the probe alive was answered with another Content-Type than text/plain"
        )
        #expect(
            try await seen(Server(status: 202, headers: plain, "a secret"))
                == "the probe alive was answered with a body of 8 bytes in which nothing matches "
                + "state: (ok|fine)"
        )
        await #expect(throws: ProviderError.self) { try await check(.http(trial)) }
    }

    @Test func `a program succeeds by its exit code, and knows what it tries`() async throws {
        func sh(_ script: String, milliseconds: Int = 5_000) async throws -> ConditionState {
            try await check(.command(words: ["sh", "-c", script]), milliseconds: milliseconds)
        }
        #expect(
            try await sh(
                "test \"$DIOLKOS_SITE $DIOLKOS_PROBE $DIOLKOS_SUBJECT\" = "
                    + "'target alive shop/orders'"
            ) == .holds
        )
        #expect(try await sh("exit 3") == .waiting(seen: "the probe alive ended with code 3"))
        #expect(
            try await sh("exec sleep 30", milliseconds: 200)
                == .waiting(seen: "the probe alive: it did not end within 0.2 seconds")
        )
        await #expect(
            throws: ProviderError.rejected(
                reason: "the probe alive: there is no program no-such-program"
            )
        ) { try await check(.command(words: ["no-such-program"])) }
    }

    @Test func `a program with a slash is found from the migration file`() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("smoke-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = folder.appendingPathComponent("try.sh")
        try "#!/bin/sh\nexit \"$1\"\n".write(to: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: script.path
        )
        #expect(
            try await check(.command(words: ["./try.sh", "0"]), directory: folder.path) == .holds
        )
        #expect(
            try await check(.command(words: ["./try.sh", "7"]), directory: folder.path)
                == .waiting(seen: "the probe alive ended with code 7")
        )
        try FileManager.default.removeItem(at: folder)
    }
}
