import ArgumentParser
import Clocks
import MigrationModel
import Simulation

/// Runs seeded schedules of whole migrations in virtual time: see docs/robustness.md.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Migrates simulated sites under faults, seed after seed, and tells what broke."
    )

    @Option(help: "How many schedules.")
    var seeds = 100

    @Option(help: "The seed of the first schedule.")
    var first: UInt64 = 1

    @Option(help: "shop or demo.")
    var estate = "shop"

    @Option(help: "Which kinds of faults, separated by commas; `none` for none.")
    var faults: String?

    @Option(help: "How many schedules run side by side, each on a thread of its own.")
    var jobs = 2

    @Flag(help: "Print the journal of each schedule.")
    var journal = false

    @Flag(help: "Tell each schedule in a line.")
    var verbose = false

    func run() async throws {
        guard let chosen = SimulatedEstates(rawValue: estate) else {
            throw ValidationError("there is no estate \(estate): shop, demo")
        }
        let kinds = try faultKinds()
        let time = SystemTime()
        let began = time.uptime
        let made = try chosen.made()
        print(
            "\(estate): \(made.plan.steps.count) steps, made in \((time.uptime - began).inSeconds) s"
        )
        let start = time.uptime
        var broken = 0
        var marks: Set<Mark> = []
        await withTaskGroup(of: (UInt64, ScheduleResult).self) { group in
            var next = first
            let end = first + UInt64(seeds)
            func begin() {
                guard next < end else { return }
                let seed = next
                next += 1
                group.addTask { (seed, Schedule(made, seed: seed, of: kinds).live()) }
            }
            for _ in 0..<jobs { begin() }
            for await (seed, result) in group {
                begin()
                marks.formUnion(result.marks)
                if verbose { print(line(seed, result)) }
                if !result.problems.isEmpty {
                    broken += 1
                    tell(seed, result)
                }
                if journal { tellJournal(result) }
            }
        }
        let seconds = (time.uptime - start).inSeconds
        let rate = Double(seeds) / seconds
        print("\(seeds) schedules, \(broken) broke a promise; \(seconds) s, \(rate) schedules/s")
        let missing = Set(Mark.allCases).subtracting(marks).sorted()
        print("never met: \(missing.map(\.rawValue).joined(separator: ", "))")
        if broken > 0 { throw ExitCode(1) }
    }

    private func faultKinds() throws -> Set<FaultOptions.Kind> {
        guard let faults else { return Set(FaultOptions.Kind.allCases) }
        guard faults != "none" else { return [] }
        return Set(
            try faults.split(separator: ",").map { word in
                guard let kind = FaultOptions.Kind(rawValue: String(word)) else {
                    let all = FaultOptions.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("there is no fault \(word): \(all)")
                }
                return kind
            }
        )
    }

    private func line(_ seed: UInt64, _ result: ScheduleResult) -> String {
        "seed \(seed): \(result.end.map { "\($0)" } ?? "no end") after \(result.duration.inSeconds) s, "
            + "\(result.processes) processes, \(result.calls) calls, \(result.writes) writes, "
            + "\(result.jobs) jobs"
    }

    private func tell(_ seed: UInt64, _ result: ScheduleResult) {
        print("BROKEN " + line(seed, result))
        print("    \(result.options)")
        for problem in result.problems { print("    \(problem)") }
        print("    again: Scripts/simulate --estate \(estate) --first \(seed) --seeds 1 --journal")
    }

    private func tellJournal(_ result: ScheduleResult) {
        for record in result.records.dropFirst() {
            print("    \(record.sequence) [\(record.epoch)] \(record.entry)")
        }
    }
}
