import Clocks
import Foundation
import JSONValues
import SiteSupport
import Testing

/// Drivers that are stopped, told to end, or not alone: real processes against a twin in another one.
@Suite struct StoppedDriverTests {
    /// A driver is stopped in the middle of a ramp, and another machine takes over with a copy of its
    /// journal; when it has everything across, the first one wakes up.
    @Test(
        .enabled(if: Program.path != nil, Program.absence),
        .enabled(if: Program.areInstalled("curl"), "skipped: curl is not installed")
    )
    func `a driver that sleeps past its lease changes nothing when it wakes, and says who drives`()
        async throws
    {
        try await TwinSession.with(ShopServices.two, soak: "2s") { session in
            try await session.underLoad {
                let sleeper = try await session.startDriverInTheRamp()
                defer { if sleeper.isRunning { sleeper.kill() } }
                sleeper.freeze()
                try session.copyJournal(to: "copy.journal")

                let heir = try await session.run("run", "--journal", "copy.journal")
                #expect(heir.code == 0, "\(heir.text)")
                let audit = try session.audit()
                let weights = try await session.requestedWeights("home.example")
                #expect(weights == [0, 100])

                sleeper.wake()
                #expect(try await sleeper.ended() == 4, "\(sleeper.text)")
                let last = sleeper.text.split(separator: "\n").last.map(String.init) ?? ""
                #expect(last.hasPrefix("Not driven: the lease at the "), "\(last)")
                #expect(last.contains("is held by nobody now, lately a driver of "), "\(last)")
                let later = try session.audit().dropFirst(audit.count)
                #expect(later.filter(\.isAcceptedChange) == [])
                #expect(try await session.requestedWeights("home.example") == weights)

                // Its journal ends where it was stopped: it is refused now, and when all is over.
                let refused = try await session.run("run")
                #expect(refused.code == 4, "\(refused.text)")
                #expect(refused.text.contains("the journal lost its end or is an old copy"))
                let finish = try await session.run("finish", "--journal", "copy.journal")
                #expect(finish.code == 0, "\(finish.text)")
                let over = try await session.run("run")
                #expect(over.code == 4, "\(over.text)")
                #expect(over.text.contains(" is over since record "), "\(over.text)")
            }
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `of two runs one drives, and the other says who does, from other folders too`()
        async throws
    {
        try await TwinSession.with(ShopServices.two, soak: "3s") { session in
            #expect(try await session.run("plan", "--summary").code == 0)
            let driver = try session.start("run")
            defer { if driver.isRunning { driver.kill() } }
            try await session.waitForSteps(3)

            // The same plan begun anew elsewhere is another run, and the lease says whose the site is.
            let other = try await session.run("run", "--journal", "other.journal")
            #expect(other.code == 4, "\(other.text)")
            #expect(other.text.contains("Not driven: the source is in the hands of run "))
            #expect(other.text.contains(", driven by "), "\(other.text)")
            #expect(other.text.contains("m.journal ("), "\(other.text)")

            // A copy is the same run; its holder renews the lease, and is named.
            driver.freeze()
            try session.copyJournal(to: "copy.journal")
            driver.wake()
            let copy = try await session.run("run", "--journal", "copy.journal")
            #expect(copy.code == 4, "\(copy.text)")
            #expect(copy.text.contains("m.journal ("), "\(copy.text)")
            #expect(copy.text.contains("drives this run now: it renews its lease at the source"))

            #expect(try await driver.ended() == 0, "\(driver.text)")
            #expect(try await session.status()["state"] == "crossed")
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a run that is told to end again and again loses nothing`() async throws {
        try await TwinSession.with(ShopServices.two) { session in
            try await session.underLoad {
                #expect(try await session.run("plan", "--summary").code == 0)
                var delays = SeededDelays(seed: 3)
                var ends = 0
                for _ in 0..<6 {
                    let delay = delays.next(in: 700...2_500)
                    let run = try session.start("run")
                    try await SystemTime().sleep(for: .milliseconds(delay))
                    run.terminate()
                    let status = try await run.ended()
                    guard status == 130 else {
                        #expect(status == 0, "\(run.text)")
                        break
                    }
                    // The steps under way ended, so nothing is in doubt.
                    #expect(try await session.status().at("steps", "underWay") == 0)
                    ends += 1
                }
                print("told to end \(ends) times, \(delays)")
                #expect(ends >= 3)
                let run = try await session.run("run")
                #expect(run.code == 0, "\(run.text)")
                #expect(try await session.status()["state"] == "crossed")
                let twice = Dictionary(grouping: try session.creations(), by: \.self)
                    .filter { $1.count > 1 }
                #expect(twice.keys.sorted() == [])
            }
        }
    }

    /// A limit on the size of its files is a disk that is full for one process alone.
    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a run whose journal cannot grow stops with the reason, and goes on when it can`()
        async throws
    {
        try await TwinSession.with(ShopServices.two) { session in
            try await session.underLoad {
                #expect(try await session.run("plan", "--summary").code == 0)
                let program = try #require(Program.path)
                // Room for the plan and some steps, and for ever fewer beyond what is there already.
                for kilobytes in [160, 280] {
                    let full = try Program(
                        "/bin/bash",
                        ["-c", "ulimit -f \(kilobytes); exec \(program) run -f m.yaml"],
                        in: session.folder
                    )
                    #expect(try await full.ended() == 5, "\(full.text)")
                    #expect(full.text.contains("the journal cannot be written: "), "\(full.text)")
                    #expect(full.text.contains("`diolkos run` looks at them"), "\(full.text)")
                }
                let begun = try await session.doneSteps()
                #expect(begun > 0)
                let run = try await session.run("run")
                #expect(run.code == 0, "\(run.text)")
                #expect(try await session.status()["state"] == "crossed")
            }
        }
    }
}

extension JSON {
    /// Whether an audit event tells of a change that the server made, leases apart.
    var isAcceptedChange: Bool {
        let code = at("responseStatus", "code")?.int ?? 0
        return (200..<300).contains(code) && at("objectRef", "resource") != "leases"
    }
}
