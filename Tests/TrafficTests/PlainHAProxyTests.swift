import Foundation
import HAProxyRuntime
import MigrationModel
import MigrationPorts
import SiteSupport
import Testing

@testable import TrafficHAProxy

/// The words of `socat`, said to a real HAProxy.
@Suite(
    .serialized,
    .enabled(if: HAProxyProcess.isInstalled, "skipped: HAProxy is not installed"),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/socat"),
        "skipped: socat is not installed"
    )
) struct PlainHAProxyTests {
    private let route = RouteID("a.example")

    /// Runs lines as the script has them; the exit status, and what was said of it.
    private func bash(_ lines: [String]) async throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-eu", "-c", lines.joined(separator: "\n")]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(
            decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(),
            as: UTF8.self
        )
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test func `what was recorded comes back, for the next reload too, and again`() async throws {
        let backend = HAProxyProcess.Backend(name: "a.example", source: [1, 2], target: [3])
        let haproxy = try await HAProxyProcess(backends: [backend])
        defer { haproxy.stop() }
        let naming = RouteNaming(source: ["source1", "source2"], target: ["target"])
        let provider = TrafficHAProxy(
            runtime: haproxy.runtime,
            naming: naming,
            stateFilePath: haproxy.stateFile
        )
        let before = try await provider.requestedWeight(of: route)
        let plain = PlainHAProxy(
            address: .unix(path: haproxy.directory.appendingPathComponent("socket").path),
            naming: naming,
            stateFilePath: haproxy.stateFile
        )
        let lines = plain.functions + plain.restore(before, on: route)
        for percent in [30, 100] {
            try await provider.setWeight(try #require(Weight(percent: percent)), on: route)
            for _ in 1...2 {
                let (code, text) = try await bash(lines)
                #expect(code == 0, "\(text)")
                #expect(text == "")
                #expect(try await provider.requestedWeight(of: route).native == before.native)
            }
            try await haproxy.reload()
            #expect(try await provider.requestedWeight(of: route).native == before.native)
        }
    }

    @Test func `what HAProxy refuses ends the script and says why`() async throws {
        let backend = HAProxyProcess.Backend(name: "a.example", source: [1], target: [2])
        let haproxy = try await HAProxyProcess(backends: [backend])
        defer { haproxy.stop() }
        let plain = PlainHAProxy(
            address: .unix(path: haproxy.directory.appendingPathComponent("socket").path),
            naming: RouteNaming(),
            stateFilePath: nil
        )
        let (code, text) = try await bash(
            plain.functions + ["haproxy_order 'set server a.example/nobody weight 1'", "echo on"]
        )
        #expect(code == 1)
        #expect(text.hasPrefix("HAProxy: No such server"), "\(text)")
    }
}
