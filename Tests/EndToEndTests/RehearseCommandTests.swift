import Foundation
import JSONValues
import SiteSupport
import Testing
import Twin

/// `diolkos rehearse` as a person runs it, offline.
@Suite struct RehearseCommandTests {
    private static let migration = """
        apiVersion: diolkos.dev/v1alpha1
        kind: Migration
        metadata: {name: shop}
        spec:
          source: {context: here}
          target: {context: there}
          namespaces: [shop]
          traffic:
            provider: haproxy
            haproxy: {socket: /run/haproxy/admin.sock, stateFile: state}
          ramp: {weights: [50, 100], requestsMin: 20, soak: 2s}
        """

    private static func with(
        _ services: [DemoEstate.Service] = ShopServices.two,
        adding rules: String = "",
        _ body: (URL) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("rehearse-\(UUID().uuidString)")
        let estate = folder.appendingPathComponent("estate")
        try FileManager.default.createDirectory(at: estate, withIntermediateDirectories: true)
        try Data((migration + rules).utf8).write(to: folder.appendingPathComponent("m.yaml"))
        for (index, manifest) in DemoEstate.manifests(of: services).enumerated() {
            try Data(manifest.encoded()).write(
                to: estate.appendingPathComponent("\(index).json")
            )
        }
        try await body(folder)
        try FileManager.default.removeItem(at: folder)
    }

    private static func run(_ folder: URL, _ words: String...) async throws -> (Int32, String) {
        let program = try Program(try #require(Program.path), ["rehearse"] + words, in: folder)
        let code = try await program.ended()
        return (code, program.text)
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `sites that are files are rehearsed, and a page is written`() async throws {
        try await Self.with { folder in
            let (code, text) = try await Self.run(
                folder,
                "-f",
                "m.yaml",
                "--from-files",
                "estate",
                "--empty-target",
                "--schedules",
                "2",
                "--html",
                "m.html",
                "-o",
                "json"
            )
            #expect(code == 0, "\(text)")
            let start = try #require(text.firstIndex(of: "{"))
            let report = try JSON.parse(String(text[start...]))
            #expect(report["isSafe"] == true)
            #expect(report["timeline"]?.array?.count == 2)
            let page = folder.appendingPathComponent("m.html")
            #expect(try String(contentsOf: page, encoding: .utf8).contains("no way back"))
        }
    }

    /// Asks for everything that somebody could have to approve.
    private static let store = """

          approvals: {waves: [1], fullShare: true, workloads: [shop/home]}
          stores:
            - name: books
              workload: shop/ledger
              kind: StatefulSet
              program: [./no-program]
              behindMax: 100
              approval: true
        """

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a live rehearsal shows the crossing in real time and counts the requests`() async throws {
        let ledger = DemoEstate.Service(namespace: "shop", name: "ledger", isStateful: true)
        try await Self.with(ShopServices.two + [ledger], adding: Self.store) { folder in
            let (code, text) = try await Self.run(
                folder,
                "-f",
                "m.yaml",
                "--from-files",
                "estate",
                "--empty-target",
                "--live",
                "--rate",
                "50"
            )
            #expect(code == 0, "\(text)")
            #expect(text.contains("Twins of both sites run; 50 requests a second to home.example"))
            #expect(text.contains("served by the target"))
            // Approvals are given, and the writer of a store that is played changes sides.
            #expect(text.contains("everything has crossed"))
            #expect(!text.contains("no-program"))
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `sites that run are read, and nothing is written there`() async throws {
        try await TwinSession.with(ShopServices.two) { session in
            let run = try await session.run("rehearse", "--schedules", "1", "-o", "json")
            #expect(run.code == 0, "\(run.text)")
            let start = try #require(run.text.firstIndex(of: "{"))
            let report = try JSON.parse(String(run.text[start...]))
            #expect(report["source"] == "twin-source")
            #expect(report["timeline"]?.array?.count == 2)
            #expect((report["room"]?["allocatable"]?["cpu"]?.int ?? 0) > 0)
            #expect(try session.audit().isEmpty, "a rehearsal writes nothing")
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `what is missing is told, and the exit says that the input is wrong`() async throws {
        try await Self.with { folder in
            let none = try await Self.run(folder, "--empty-target")
            #expect(none.0 == 64)
            let absent = try await Self.run(folder, "-f", "absent.yaml", "--empty-target")
            #expect(absent.0 == 2)
            #expect(absent.1.contains("absent.yaml cannot be read"))
            let estate = try await Self.run(
                folder,
                "-f",
                "m.yaml",
                "--from-files",
                "nowhere",
                "--empty-target"
            )
            #expect(estate.0 == 2)
            #expect(estate.1.contains("nowhere is not there"))
            let fault = try await Self.run(folder, "-f", "m.yaml", "--faults", "demons")
            #expect(fault.0 == 64)
            #expect(fault.1.contains("There is no fault demons"))
        }
    }
}
