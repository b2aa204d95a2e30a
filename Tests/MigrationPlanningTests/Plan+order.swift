import MigrationModel

extension Plan {
    /// Whether `later` can only begin when `earlier` is done, through whatever lies between.
    func stands(_ later: StepID, on earlier: StepID) -> Bool {
        let after = Dictionary(uniqueKeysWithValues: steps.map { ($0.id, $0.after) })
        var open = after[later] ?? []
        var seen: Set<StepID> = []
        while let next = open.popLast() {
            if next == earlier { return true }
            if seen.insert(next).inserted { open += after[next] ?? [] }
        }
        return false
    }

    /// The same of steps that are named as plans write them.
    func stands(_ later: String, on earlier: String) -> Bool {
        stands(StepID(later), on: StepID(earlier))
    }
}
