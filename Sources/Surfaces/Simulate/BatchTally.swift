import MigrationModel
import Simulation

/// What a batch of schedules came to: how many broke a promise, and which marks how many met.
struct BatchTally {
    private(set) var schedules = 0
    private(set) var broken = 0
    private var met: [Mark: Int] = [:]
    /// What these estates cannot meet.
    private let beyond: Set<Mark>

    init(_ estates: [SimulatedEstates: SimulatedEstate]) {
        let plans = estates.values.map(\.plan)
        var beyond: Set<Mark> = []
        if !plans.contains(where: \.hasTrials) { beyond.insert(.trialsFailed) }
        if !estates.values.contains(where: \.replacesNodes) {
            beyond.formUnion([.nodeReplaced, .nodeFollowed])
        }
        if !plans.contains(where: \.leadsToBalancers) { beyond.insert(.balancerAddressLate) }
        if !plans.contains(where: \.movesStores) {
            beyond.formUnion([.storeStoodStill, .lateStoreChange])
        }
        if estates[.ways] == nil { beyond.formUnion([.connectionsEnded, .connectionsCutOff]) }
        if !plans.contains(where: \.leadsToEntries) { beyond.insert(.connectionKept) }
        self.beyond = beyond
    }

    mutating func count(_ result: ScheduleResult) {
        schedules += 1
        if !result.problems.isEmpty { broken += 1 }
        for mark in result.marks { met[mark, default: 0] += 1 }
    }

    /// What these estates could have met and did not.
    private var unmet: [Mark] {
        Set(Mark.allCases).subtracting(beyond).subtracting(met.keys).sorted()
    }

    /// What had to be met and was not: it proved nothing about that.
    var missing: [Mark] { unmet.filter { !$0.isSeldom } }

    /// For people, a line each: what was never met, and what only few schedules met.
    var lines: [String] {
        func names(_ marks: [Mark]) -> String { marks.map(\.rawValue).joined(separator: ", ") }
        var lines = ["never met: \(missing.isEmpty ? "nothing" : names(missing))"]
        let seldom = unmet.filter(\.isSeldom)
        if !seldom.isEmpty { lines.append("seldom, and not met: \(names(seldom))") }
        let rarest = met.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(5)
        let counts = rarest.map { "\($0.key.rawValue) by \($0.value)" }
        return lines + ["met by the fewest: \(counts.joined(separator: ", "))"]
    }
}
