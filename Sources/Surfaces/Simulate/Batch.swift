import Clocks
import MigrationModel
import Simulation

/// Schedules of following seeds, side by side.
struct Batch {
    var estates: EstateDraw
    var seeds: Range<UInt64>
    let kinds: Set<FaultOptions.Kind>
    var mutant: Mutant?
    let jobs: Int

    /// Lives each, and hands on what it came to, in the order of the seeds; ends early when `take` says so.
    func run(_ take: (UInt64, ScheduleResult) -> Bool) async {
        await withTaskGroup(of: (UInt64, ScheduleResult).self) { group in
            var next = seeds.lowerBound
            func begin() {
                guard next < seeds.upperBound else { return }
                let seed = next
                next += 1
                group.addTask {
                    let (_, estate) = estates[seed]
                    let schedule = Schedule(estate, seed: seed, of: kinds, mutant: mutant)
                    return (seed, schedule.live())
                }
            }
            for _ in 0..<jobs { begin() }
            // What comes before its turn.
            var waiting: [UInt64: ScheduleResult] = [:]
            var turn = seeds.lowerBound
            for await (seed, result) in group {
                waiting[seed] = result
                while let result = waiting.removeValue(forKey: turn) {
                    guard take(turn, result) else { return group.cancelAll() }
                    turn += 1
                }
                begin()
            }
        }
    }

    func line(_ seed: UInt64, _ result: ScheduleResult) -> String {
        "seed \(seed) of \(estates[seed].name): \(result.end.map { "\($0)" } ?? "no end") after \(result.duration.inSeconds) s, "
            + "\(result.processes) processes, \(result.calls) calls, \(result.writes) writes, "
            + "\(result.jobs) jobs"
    }

    /// What broke, what went wrong before, and the command that shows it again.
    func tell(_ seed: UInt64, _ result: ScheduleResult) {
        print("BROKEN " + line(seed, result))
        print("    \(result.options)")
        for problem in result.problems { print("    \(problem)") }
        let bug = mutant.map { " --mutant \($0.rawValue)" } ?? ""
        print(
            "    again: Scripts/simulate --estate \(estates[seed].name) --first \(seed) --seeds 1 --journal\(bug)"
        )
    }
}
