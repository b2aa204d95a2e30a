import MigrationModel

extension Step {
    /// How it fails when its time has passed; `seen` is what the last look saw.
    func late(_ kind: StepFailure.Kind, seen: String) -> StepFailure {
        StepFailure(kind: kind, reason: "\(seen), and \(patience) have passed")
    }

    /// Its time in the largest unit that says it exactly.
    private var patience: String {
        for (unit, milliseconds) in [("min", 60_000), ("s", 1_000)]
        where timeoutMilliseconds.isMultiple(of: milliseconds) {
            return "\(timeoutMilliseconds / milliseconds) \(unit)"
        }
        return "\(timeoutMilliseconds) ms"
    }
}
