import MigrationModel

/// Gathers what must not be, each once with all seeds that show it.
struct Trouble {
    private struct Known {
        var isCalm = false
        var seeds: [UInt64] = []
        var at: Duration?
    }

    /// Troubles that are told; more of them tell nothing new.
    private static let countMax = 50
    /// Seeds that are told of one.
    private static let seedsMax = 20

    private let settings: RehearsalSettings
    private var known: [String: Known] = [:]

    init(_ settings: RehearsalSettings) { self.settings = settings }

    /// `seed` is nil for the run in which nothing goes wrong.
    mutating func add(_ what: String, at instant: Duration?, seed: UInt64?) {
        let words = Trouble.words(for: what)
        var entry = known[words] ?? Known(at: instant)
        if let seed {
            if entry.seeds.last != seed { entry.seeds.append(seed) }
        } else {
            entry.isCalm = true
        }
        known[words] = entry
    }

    /// What many runs show first.
    func told(without excused: Set<String>) -> [RehearsalReport.Trouble] {
        let sorted = known.filter { !excused.contains($0.key) }.sorted { left, right in
            (left.value.isCalm ? 0 : 1, -left.value.seeds.count, left.key)
                < (right.value.isCalm ? 0 : 1, -right.value.seeds.count, right.key)
        }
        return sorted.prefix(Trouble.countMax).map { what, entry in
            RehearsalReport.Trouble(
                what: what,
                isCalm: entry.isCalm,
                runs: entry.seeds.count,
                seeds: Array(entry.seeds.prefix(Trouble.seedsMax)),
                at: entry.at,
                command: settings.command(for: entry.seeds.first ?? settings.seed)
            )
        }
    }

    /// Without what every run draws anew: addresses of pods, and node ports.
    static func words(for what: String) -> String {
        what.replacing(#/10\.\d+\.\d+\.\d+(:\d+)?/#, with: "a pod's address")
    }
}
