import Clocks
import Simulation

/// Every place at which one thing can go wrong, on the way there and on the way back.
struct Enumeration {
    /// Each n-th place is tried.
    let every: Int
    /// At which of them it begins.
    let offset: Int
    let jobs: Int

    private struct Trial: Sendable {
        let fault: NthFault
        let rollsBack: Bool
        let result: ScheduleResult
    }

    /// Whether no schedule broke a promise.
    func run() async throws -> Bool {
        let time = SystemTime()
        let start = time.uptime
        let estate = try SimulatedEstates.single.made()
        var tried = 0
        var broken = 0
        for kind in NthFault.Kind.allCases {
            var places = 0
            for rollsBack in [false, true] {
                let trials = await run(kind, rollsBack, estate)
                tried += trials.count
                places += trials.count
                for trial in trials where !trial.result.problems.isEmpty {
                    broken += 1
                    tell(trial)
                }
            }
            print("\(kind.rawValue): \(places) places")
        }
        let seconds = (time.uptime - start).inSeconds
        print(
            "\(tried) places, \(broken) broke a promise; \(seconds) s, \(Double(tried) / seconds) a second"
        )
        return broken == 0 && tried > 0
    }

    private func run(
        _ kind: NthFault.Kind,
        _ rollsBack: Bool,
        _ estate: SimulatedEstate
    ) async -> [Trial] {
        await withTaskGroup(of: Trial.self) { group in
            var next = 1 + offset % every
            var isOver = false
            var trials: [Trial] = []
            func begin() {
                guard !isOver else { return }
                let fault = NthFault(kind, number: next)
                next += every
                group.addTask {
                    let result = Schedule(estate, fault, rollsBack: rollsBack).live()
                    return Trial(fault: fault, rollsBack: rollsBack, result: result)
                }
            }
            for _ in 0..<jobs { begin() }
            for await trial in group {
                if trial.fault.hasHappened { trials.append(trial) } else { isOver = true }
                begin()
            }
            return trials.sorted { $0.fault.number < $1.fault.number }
        }
    }

    private func tell(_ trial: Trial) {
        let way = trial.rollsBack ? "and back" : "and finished"
        print("BROKEN \(trial.fault.kind.rawValue) at place \(trial.fault.number), there \(way)")
        for problem in trial.result.problems { print("    \(problem)") }
    }
}
