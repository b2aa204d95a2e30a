import Clocks
import Foundation
import HTTPTransport
import HTTPTransportNIO
import MigrationModel
import MigrationPorts
import Testing
import Verification

/// Debian's Prometheus, which scrapes itself.
@Suite(
    .enabled(
        if: PrometheusProcess.path != nil,
        "skipped: no prometheus is installed (Scripts/install test)"
    )
)
struct RealPrometheusTests {
    private func gate(_ query: String, min: Double? = nil, max: Double? = nil) -> MetricGate {
        MetricGate(name: "real", url: "http://127.0.0.1", query: query, min: min, max: max)
    }

    @Test func `a real Prometheus is asked, understood and believed`() async throws {
        let process = try await PrometheusProcess()
        let transport = try NIOTransport(HTTPSite(origin: process.origin))
        let verifier = SiteVerifier(
            metrics: ["real": PrometheusQuery(transport: transport, pathPrefix: "/metrics-of-all")],
            programs: .none
        )
        func check(_ gate: MetricGate) async -> Result<ConditionState, ProviderError> {
            do throws(ProviderError) {
                return .success(try await verifier.check(.metric(gate: gate)))
            } catch {
                return .failure(error)
            }
        }
        // The first scrape takes a moment.
        var up = await check(gate("up", min: 1))
        for _ in 0..<100 where up != .success(.holds) {
            try await SystemTime().sleep(for: .milliseconds(100))
            up = await check(gate("up", min: 1))
        }
        #expect(up == .success(.holds))
        guard case .success(.broken(let seen)) = await check(gate("up{job=\"self\"}", max: 0))
        else {
            Issue.record("a target that is up is not above 0")
            return
        }
        #expect(seen.hasPrefix("real: 1 of {__name__=\"up\", instance="), "\(seen)")
        #expect(await check(gate("vector(0) / vector(0)", max: 0)).isWaiting)
        #expect(await check(gate("no_such_metric", max: 0)).isWaiting)
        #expect(await check(gate("scalar(vector(3))", min: 3, max: 3)) == .success(.holds))
        #expect(await check(gate("1 / vector(0)", min: 0)) == .success(.holds))
        guard case .failure(.rejected(let reason)) = await check(gate("sum(", max: 0)) else {
            Issue.record("a query that is wrong is not refused")
            return
        }
        #expect(reason.contains("answered 400: ") && reason.contains("parse error"), "\(reason)")
        guard case .failure(.rejected) = await check(gate("up[1m]", max: 0)) else {
            Issue.record("a range is not refused")
            return
        }
        process.stop()
        guard case .failure(.unavailable) = await check(gate("up", min: 1)) else {
            Issue.record("a Prometheus that is gone is not asked again")
            return
        }
        try await transport.shutdown()
    }
}

extension Result<ConditionState, ProviderError> {
    fileprivate var isWaiting: Bool {
        if case .success(.waiting) = self { true } else { false }
    }
}

/// A real Prometheus with a folder of its own.
private final class PrometheusProcess {
    /// Where `Scripts/install` unpacks it, or where Debian puts it.
    static let path = [".tools/prometheus", "/usr/bin/prometheus"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let origin: HTTPOrigin
    private let process = Process()
    private let directory: URL

    init() async throws {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("prometheus-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let port = try PrometheusProcess.unusedPort()
        origin = HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port)
        let file = directory.appendingPathComponent("prometheus.yml")
        let text = """
            global: {scrape_interval: 200ms, scrape_timeout: 200ms}
            scrape_configs:
              - job_name: self
                metrics_path: /metrics-of-all/metrics
                static_configs: [{targets: ["127.0.0.1:\(port)"]}]
            """
        try text.write(to: file, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: PrometheusProcess.path ?? "")
        process.arguments = [
            "--config.file=\(file.path)", "--web.listen-address=127.0.0.1:\(port)",
            "--web.route-prefix=/metrics-of-all", "--log.level=error",
            "--storage.tsdb.path=\(directory.appendingPathComponent("data").path)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
        do {
            try FileManager.default.removeItem(at: directory)
        } catch {
            print("\(directory.path) is left behind: \(error)")
        }
    }

    /// One that the system gives away, and that is free again.
    private static func unusedPort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw Failure(description: "there is no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
