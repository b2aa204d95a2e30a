import Clocks
import Foundation
import JSONValues
import Simulation
import SiteSupport
import Testing

/// A driver dies for good, and a person puts everything back with the script beside its journal.
@Suite struct BreakGlassTests {
    /// How many effects a driver makes before it dies: while it prepares, while weights move, while
    /// names turn, while the sources are emptied; nil lets it cross to the end.
    private static let effects: [Int?] = [7, 33, 47, nil]

    @Test(
        .enabled(if: Program.path != nil, Program.absence),
        .enabled(
            if: Program.areInstalled("bash", "kubectl", "curl"),
            "skipped: bash, kubectl and curl are not all installed"
        )
    )
    func `the script beside the journal puts everything back, whenever the driver dies`()
        async throws
    {
        try await TwinSession.with(ShopServices.three) { session in
            let before = try await session.snapshots()
            try await session.underLoad {
                for count in Self.effects {
                    try await die(session, after: count)
                    try await breakGlass(session, isOver: count == nil)
                    let after = try await session.snapshots()
                    // The same objects, each the same one, and not a mark of the run but tombstones.
                    #expect(before.source.differences(to: after.source) == [], "\(count ?? 0)")
                    #expect(before.target.differences(to: after.target) == [], "\(count ?? 0)")
                    #expect(after.source.traces == [])
                    #expect(after.target.traces == [])
                    #expect(try await session.requestedWeights("home.example") == [100, 0])
                    try session.putJournalAside()
                }
            }
        }
    }

    @Test(
        .enabled(if: Program.path != nil, Program.absence),
        .enabled(
            if: Program.areInstalled("bash", "kubectl", "curl"),
            "skipped: bash, kubectl and curl are not all installed"
        )
    )
    func `what a copy had made before the run is the copy's again, and not deleted`() async throws {
        try await TwinSession.with(ShopServices.two) { session in
            let copy = try await session.run("copy")
            #expect(copy.code == 0, "\(copy.text)")
            let before = try await session.snapshots()
            try await die(session, after: nil)
            try await breakGlass(session, isOver: true)
            let after = try await session.snapshots()
            #expect(before.source.differences(to: after.source) == [])
            #expect(before.target.differences(to: after.target) == [])
            let again = try await session.run("copy", "--dry-run")
            #expect(again.code == 0, "\(again.text)")
            #expect(!again.text.contains("update "), "\(again.text)")
        }
    }

    @Test(
        .enabled(if: Program.path != nil, Program.absence),
        .enabled(
            if: Program.areInstalled("bash", "kubectl", "curl"),
            "skipped: bash, kubectl and curl are not all installed"
        )
    )
    func `a driver that slept while the script ran changes nothing when it wakes`() async throws {
        try await TwinSession.with(ShopServices.two, soak: "2s") { session in
            let before = try await session.snapshots()
            try await session.underLoad {
                let sleeper = try await session.startDriverInTheRamp()
                defer { if sleeper.isRunning { sleeper.kill() } }
                sleeper.freeze()
                let script = try Program(
                    "/bin/bash",
                    ["m.journal.break-glass.sh"],
                    in: session.folder
                )
                #expect(try await script.ended(within: .seconds(300)) == 0, "\(script.text)")
                let audit = try session.audit()

                sleeper.wake()
                #expect(try await sleeper.ended() == 4, "\(sleeper.text)")
                let later = try session.audit().dropFirst(audit.count)
                #expect(later.filter(\.isAcceptedChange) == [])
                let after = try await session.snapshots()
                #expect(before.source.differences(to: after.source) == [])
                #expect(before.target.differences(to: after.target) == [])
                #expect(try await session.requestedWeights("home.example") == [100, 0])

                // The journal knows nothing of it; who asks the sites as well is told.
                let status = try await session.run("status", "--explain", "-o", "json")
                let explanation = try JSON.parse(status.text)["explanation"]
                let refusal = explanation?["refusal"]?.string ?? ""
                #expect(refusal.contains("somebody ran its break-glass script"), "\(status.text)")
                #expect(explanation?["canDo"] == [])
            }
        }
    }

    private func die(_ session: TwinSession, after count: Int?) async throws {
        let plan = try await session.run("plan", "--summary")
        #expect(plan.code == 0, "\(plan.text)")
        let run = try session.start("run", crashAt: count.map { "afterEffect:\($0)" })
        let status = try await run.ended()
        #expect(status == (count == nil ? 0 : -SIGKILL), "\(run.text)")
        let done = try await session.status().at("steps", "done")?.int ?? 0
        print("the driver died after \(count ?? 0) effects, \(done) steps done")
    }

    private func breakGlass(_ session: TwinSession, isOver: Bool) async throws {
        let file = session.folder.appendingPathComponent("m.journal.break-glass.sh")
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let script = try String(contentsOf: file, encoding: .utf8)
        // The command says the same, of the journal alone. A death between a commit and the script
        // leaves intents that the script does not know yet, and of those nothing has happened.
        let printed = try await session.run("break-glass").text
        let undone = undone(by: script)
        #expect(!undone.isEmpty && undone.isSubset(of: self.undone(by: printed)), "\(printed)")
        if isOver { #expect(printed == script) }
        let time = SystemTime()
        let start = time.uptime
        // Whatever can be run once can be run again.
        for round in 1...(isOver ? 2 : 1) {
            let bash = try Program("/bin/bash", ["-eu", file.path], in: session.folder)
            #expect(try await bash.ended(within: .seconds(300)) == 0, "\(round): \(bash.text)")
            if round == 1 {
                print("\(script.split(separator: "\n").count) lines in \(time.uptime - start)")
            }
        }
    }

    /// Which steps the script undoes: the comments below its heading.
    private func undone(by script: String) -> Set<Substring> {
        let lines = script.split(separator: "\n").drop { $0 != "set -eu" }
        return Set(lines.filter { $0.hasPrefix("# ") })
    }
}

extension Program {
    /// Whether every one of these programs can be run.
    static func areInstalled(_ names: String...) -> Bool {
        names.allSatisfy { name in
            ["/bin/", "/usr/bin/", "/usr/local/bin/"].contains {
                FileManager.default.isExecutableFile(atPath: $0 + name)
            }
        }
    }
}

extension TwinSession {
    /// What the balancer was last asked for, by the source's share and the target's.
    func requestedWeights(_ route: String) async throws -> [Int] {
        let text = try String(
            contentsOf: folder.appendingPathComponent("m.yaml"),
            encoding: .utf8
        )
        let url = try #require(text.firstMatch(of: /url: "?(http:[^"\n]*)/)).1
        let curl = try Program(
            "/usr/bin/curl",
            ["-fsS", "\(url)/v1/routes/\(route)"],
            in: folder
        )
        #expect(try await curl.ended() == 0, "\(curl.text)")
        let requested = try JSON.parse(curl.text)["requested"]
        return ["source", "target"].compactMap { requested?[$0]?.int }
    }

    /// What the script tells a person to do in the end.
    func putJournalAside() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix("m.journal") || name == "m.plan.json" {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
    }
}
