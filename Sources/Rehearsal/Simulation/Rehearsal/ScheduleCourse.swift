/// What a rehearsal asks of a schedule beside its seed.
package struct ScheduleCourse: Sendable, Hashable {
    /// How long a run takes when nothing goes wrong: faults go on for some part of that.
    ///
    /// Nil where some seconds of faults are enough.
    package var calmDuration: Duration?
    /// When somebody wants everything back, counted from the beginning; nil for nobody.
    package var rollbackAt: Duration?
    /// Whether everything is wanted back once it has crossed.
    package var rollsBackWhenCrossed = false
    /// Until when the link loses packets of full size, counted from the beginning; nil where it never does.
    package var losesLargePacketsUntil: Duration?
    /// How long a run may take once everything is well again.
    package var healingMax = Duration.seconds(3_600)

    package init() {}

    /// Draws how long things go wrong: from a quarter of a calm run to a whole one.
    func stretch(_ options: inout FaultOptions, _ choices: Choices) {
        if rollsBackWhenCrossed { options.rollsBackAtTheEnd = true }
        guard let calmDuration else { return }
        options.span = max(options.span, calmDuration * (1 + choices.pick(4)) / 4)
    }
}
