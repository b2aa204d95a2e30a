/// Moments that a batch of schedules must have met, or it proved nothing about them.
package enum Mark: String, Sendable, Hashable, CaseIterable, Comparable {
    case deathBeforeIntent
    case deathBetweenIntentAndEffect
    case deathBetweenEffectAndResult
    case deathInsideWrite
    case diskRefused
    case unknownThatWasApplied
    case unknownThatWasNot
    case writeArrivedLate
    case lateWriteRefused
    case lateCreation
    case lateWeight
    case clockStopped
    case tooManyRequests
    case serverError
    case leaseLost
    case laneWentBack
    case rollbackInTheMiddle
    case rollbackTrafficFirst
    case paused
    case approved
    case connectionsEnded
    case connectionsCutOff
    case linkCut
    case addressKept
    case connectionKept
    case balancerAddressLate
    case balancerRestarted
    case balancerStuck
    case podKilled
    case nodeReplaced
    case nodeFollowed
    case readinessFlapped
    case controllersRestarted
    case clockStepped
    case handEdit
    case configurationEdited
    case driftFound
    case targetBroke
    case targetBrokeInRamp
    case targetWasSlow
    case bothBroke
    case waitedForSource
    case trialsFailed
    case takenOver
    case wokeUpReplaced
    case replicasChangedByHand
    case storeStoodStill
    case lateStoreChange

    /// Whether a batch may go without it: it is met too seldom by chance, or by other estates, and tests of its
    /// own see to it.
    package var isSeldom: Bool {
        switch self {
        case .lateStoreChange, .lateWriteRefused: true
        default: false
        }
    }

    package static func < (left: Mark, right: Mark) -> Bool { left.rawValue < right.rawValue }
}
