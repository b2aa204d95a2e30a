import MigrationModel

/// A place between the journal and the world where a driver may die, for tests of what follows.
package enum CrashPoint: String, Sendable, Hashable, CaseIterable {
    /// Nothing of the step is written.
    case beforeIntent
    /// The intent is on the disk, and nothing was sent.
    case afterIntent
    /// The effect was made, and its result is not written.
    case afterEffect
    /// The result is on the disk.
    case afterResult
}

/// Told at each crash point; what a test build does then is its own matter.
package protocol CrashPoints: Sendable {
    /// Returns to let the driver live; whoever wants it dead does not return.
    func reached(_ point: CrashPoint, step: StepID) async
}

/// Lets every driver live.
package struct NoCrashPoints: CrashPoints {
    package init() {}

    package func reached(_ point: CrashPoint, step: StepID) async {}
}
