import Clocks
import Simulation

/// Every place at which one thing can go wrong, on the way there and on the way back.
struct Enumeration {
    /// Each n-th place is tried, and of each kind at least one each way.
    let every: Int
    /// At which of them it begins.
    let offset: Int
    let jobs: Int
    /// The kinds of places that are gone through.
    var kinds = NthFault.Kind.allCases

    /// What one kind came to, there and back.
    struct Outcome: Sendable {
        let kind: NthFault.Kind
        /// How many places were tried.
        fileprivate(set) var tried = 0
        /// How many there are.
        fileprivate(set) var places = 0
        fileprivate(set) var broken: [Trial] = []

        var line: String { "\(kind.rawValue): \(tried) of \(places) places" }
    }

    /// One schedule with a fault at one place.
    struct Trial: Sendable {
        let fault: NthFault
        let rollsBack: Bool
        let result: ScheduleResult
    }

    /// Whether no schedule broke a promise.
    func run() async throws -> Bool {
        let time = SystemTime()
        let start = time.uptime
        var tried = 0
        var broken = 0
        try await outcomes { outcome in
            for trial in outcome.broken { tell(trial) }
            print(outcome.line)
            tried += outcome.tried
            broken += outcome.broken.count
        }
        let seconds = (time.uptime - start).inSeconds
        print(
            "\(tried) places, \(broken) broke a promise; \(seconds) s, \(Double(tried) / seconds) a second"
        )
        return broken == 0 && tried > 0
    }

    /// Goes through all kinds, and hands on what each came to.
    func outcomes(_ take: (Outcome) -> Void) async throws {
        let estate = try SimulatedEstates.single.made()
        for kind in kinds {
            var outcome = Outcome(kind: kind)
            for rollsBack in [false, true] {
                let (trials, places) = await run(kind, rollsBack, estate)
                outcome.tried += trials.count
                outcome.places += places
                outcome.broken += trials.filter { !$0.result.problems.isEmpty }
            }
            take(outcome)
        }
    }

    /// The places that were tried, and how many there are.
    private func run(
        _ kind: NthFault.Kind,
        _ rollsBack: Bool,
        _ estate: SimulatedEstate
    ) async -> (trials: [Trial], places: Int) {
        await withTaskGroup(of: Trial.self) { group in
            var next = 1 + offset % every
            var trials: [Trial] = []
            var places: Int?
            func begin(_ number: Int) {
                group.addTask {
                    let fault = NthFault(kind, number: number)
                    let result = Schedule(estate, fault, rollsBack: rollsBack).live()
                    return Trial(fault: fault, rollsBack: rollsBack, result: result)
                }
            }
            func beginNext() {
                begin(next)
                next += every
            }
            for _ in 0..<jobs { beginNext() }
            for await trial in group {
                if trial.fault.hasHappened {
                    trials.append(trial)
                } else {
                    // Where nothing went wrong, every place has been met.
                    places = trial.fault.placesMet
                }
                if places == nil { beginNext() }
            }
            if trials.isEmpty, let places, places > 0 {
                begin(1 + offset % places)
                for await trial in group { trials.append(trial) }
            }
            return (trials.sorted { $0.fault.number < $1.fault.number }, places ?? 0)
        }
    }

    private func tell(_ trial: Trial) {
        let way = trial.rollsBack ? "and back" : "and finished"
        print("BROKEN \(trial.fault.kind.rawValue) at place \(trial.fault.number), there \(way)")
        for problem in trial.result.problems { print("    \(problem)") }
    }
}
