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
    /// What is migrated, and how much rarer a place is tried than told.
    var estates: [(estate: SimulatedEstates, rarer: Int)] = [
        (.single, 1), (.twoBalancers, 30), (.twoEntries, 30), (.writer, 20),
    ]

    /// What one kind came to, there and back.
    struct Outcome: Sendable {
        let estate: SimulatedEstates
        let kind: NthFault.Kind
        /// How many places were tried.
        fileprivate(set) var tried = 0
        /// How many there are.
        fileprivate(set) var places = 0
        fileprivate(set) var broken: [Trial] = []

        var line: String {
            "\(estate.rawValue), \(kind.rawValue): \(tried) of \(places) places"
        }
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
            for trial in outcome.broken { tell(trial, outcome.estate) }
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
        for (estate, rarer) in estates {
            let made = try estate.made()
            let counts = [false, true].map { rollsBack in
                let count = PlaceCount()
                _ = Schedule(made, count, rollsBack: rollsBack).live()
                return (rollsBack: rollsBack, count: count)
            }
            for kind in kinds {
                var outcome = Outcome(estate: estate, kind: kind)
                for (rollsBack, count) in counts {
                    let numbers = numbers(of: count[kind], every * rarer)
                    outcome.tried += numbers.count
                    outcome.places += count[kind]
                    outcome.broken += await run(kind, numbers, rollsBack, made)
                        .filter { !$0.result.problems.isEmpty }
                }
                take(outcome)
            }
        }
    }

    /// The places that are tried of so many: one at least.
    private func numbers(of places: Int, _ every: Int) -> [Int] {
        let numbers = Array(stride(from: 1 + offset % every, through: places, by: every))
        return numbers.isEmpty && places > 0 ? [1 + offset % places] : numbers
    }

    private func run(
        _ kind: NthFault.Kind,
        _ numbers: [Int],
        _ rollsBack: Bool,
        _ estate: SimulatedEstate
    ) async -> [Trial] {
        await withTaskGroup(of: Trial.self) { group in
            var rest = numbers[...]
            func begin() {
                guard let number = rest.popFirst() else { return }
                group.addTask {
                    let fault = NthFault(kind, number: number)
                    let result = Schedule(estate, fault, rollsBack: rollsBack).live()
                    return Trial(fault: fault, rollsBack: rollsBack, result: result)
                }
            }
            for _ in 0..<jobs { begin() }
            var trials: [Trial] = []
            for await trial in group {
                precondition(trial.fault.hasHappened, "a place was counted that is not there")
                trials.append(trial)
                begin()
            }
            return trials.sorted { $0.fault.number < $1.fault.number }
        }
    }

    private func tell(_ trial: Trial, _ estate: SimulatedEstates) {
        let way = trial.rollsBack ? "and back" : "and finished"
        let place = "\(trial.fault.kind.rawValue) at place \(trial.fault.number)"
        print("BROKEN \(estate.rawValue), \(place), there \(way)")
        for problem in trial.result.problems { print("    \(problem)") }
    }
}
