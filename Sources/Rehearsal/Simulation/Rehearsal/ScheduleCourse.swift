/// A link that does not carry as it should, until somebody has mended it.
package struct LinkTrouble: Sendable, Hashable {
    /// What goes wrong.
    package enum Kind: Sendable {
        /// Nothing gets through.
        case isCut
        /// Packets of full size are lost, and nobody is told.
        case losesLargePackets
    }

    package let kind: Kind
    /// Counted from the beginning.
    package let until: Duration

    /// Of this kind, from the beginning until then.
    package init(_ kind: Kind, until: Duration) {
        self.kind = kind
        self.until = until
    }
}

/// What a rehearsal asks of a schedule beside its seed.
package struct ScheduleCourse: Sendable, Hashable {
    /// How long a run takes when nothing goes wrong: faults go on for some part of that.
    ///
    /// Nil where some seconds of faults are enough.
    package var calmDuration: Duration?
    /// When somebody wants everything back, counted from the beginning; nil for nobody.
    package var rollbackAt: Duration?
    /// Whether all traffic is wanted back first then.
    package var rollsBackTrafficFirst = false
    /// Whether everything is wanted back once it has crossed.
    package var rollsBackWhenCrossed = false
    /// What is wrong with the link from the beginning; nil for nothing.
    package var linkTrouble: LinkTrouble?
    /// Whether all nodes of both sites are replaced while an approval is waited for, which takes a minute then.
    package var replacesNodesMeanwhile = false
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
