import Clocks
import Foundation
import JSONValues
import Testing
import Twin
import YAMLDocuments

/// Three processes: the twin, the load, and a driver that is killed again and again.
@Suite struct KillTests {
    /// Every place between the journal and the world where a driver can die.
    static let points = ["beforeIntent", "afterIntent", "afterEffect", "afterResult"]

    static let services = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["basket.shop"],
            host: "home.example"
        ),
        DemoEstate.Service(namespace: "shop", name: "basket", calls: ["rates.shop"]),
        DemoEstate.Service(namespace: "shop", name: "rates"),
    ]

    @Test(.enabled(if: Program.path != nil, "skipped: the program is not built beside the tests"))
    func `a driver killed twenty times loses no request and crosses all the same`() async throws {
        let program = try #require(Program.path)
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("diolkos-kill-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let estate = YAMLDocuments.text(documents: DemoEstate.manifests(of: Self.services))
        try Data(estate.utf8).write(to: folder.appendingPathComponent("estate.yaml"))

        let twin = try Program(
            program,
            ["twin", "up", "--source", "estate.yaml", "--migration", "m.yaml"],
            in: folder
        )
        defer { if twin.isRunning { _ = twin.interrupt() } }
        try await eventually { twin.text.contains("Ready") }
        let port = try #require(Self.port(in: twin.text))
        let load = try Program(
            program,
            ["twin", "load", "--port", port, "--host", "home.example", "--rate", "40"],
            in: folder
        )
        defer { if load.isRunning { _ = load.interrupt() } }

        let plan = try Program(program, ["plan", "-f", "m.yaml", "--summary"], in: folder)
        #expect(plan.wait() == 0, "\(plan.text)")

        var kills: [String: Int] = [:]
        for round in 0..<28 {
            let point = Self.points[round % Self.points.count]
            let count = point == "beforeIntent" ? 2 : 1
            let run = try Program(
                program,
                ["run", "-f", "m.yaml"],
                in: folder,
                crashAt: "\(point):\(count)"
            )
            let status = run.wait()
            guard status == -SIGKILL else {
                #expect(status == 0, "\(run.text)")
                break
            }
            kills[point, default: 0] += 1
        }
        for point in Self.points { #expect(kills[point, default: 0] >= 5, "\(kills)") }

        let last = try Program(program, ["run", "-f", "m.yaml"], in: folder)
        #expect(last.wait() == 0, "\(last.text)")
        let status = try Program(program, ["status", "-f", "m.yaml", "-o", "json"], in: folder)
        #expect(status.wait() == 0)
        #expect(try JSON.parse(status.text)["state"] == "crossed")

        #expect(load.interrupt() == 0, "\(load.text)")
        let report = try JSON.parse(load.text.split(separator: "\n").last.map(String.init) ?? "")
        #expect(report["failed"] == 0)
        #expect((report.at("bySite", "source")?.int ?? 0) > 0)
        #expect((report.at("bySite", "target")?.int ?? 0) > 0)
        #expect(twin.interrupt() == 0)
        #expect(!twin.text.contains("Failed: "), "\(twin.text)")
    }

    private static func port(in text: String) -> String? {
        guard let start = text.firstRange(of: "Balancer http://127.0.0.1:") else { return nil }
        return String(text[start.upperBound...].prefix { $0.isNumber })
    }

    private func eventually(_ holds: () -> Bool) async throws {
        let time = SystemTime()
        let end = time.uptime + .seconds(60)
        while !holds() {
            try #require(time.uptime < end, "it did not come to hold within a minute")
            try await time.sleep(for: .milliseconds(100))
        }
    }
}
