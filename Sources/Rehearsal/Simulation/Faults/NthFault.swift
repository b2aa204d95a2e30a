import MigrationModel
import Synchronization

/// Lets exactly one thing go wrong: the n-th of its kind. "Fail the N-th, until none fails."
package final class NthFault: Nemesis {
    /// What goes wrong, and what is counted.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case deathBeforeWrite
        case deathInsideWrite
        case deathAfterWrite
        case deathAfterCall
        /// The call is refused, and repeating it cannot help.
        case callRejected
        /// The server cannot take it now.
        case callUnavailable
        /// It is carried out, and nobody learns of it.
        case callUnknownApplied
        /// It is not carried out, and nobody knows.
        case callUnknownNotApplied
        /// A creation arrives a second after its caller gave it up; only creations are counted.
        case creationLate
        /// A weight arrives three seconds after its caller gave it up; only weights are counted.
        case weightLate
        /// A change of what is there already is on its way until long after somebody else drives, and so is
        /// its process stopped; only such changes are counted.
        case changeLate
        /// The process is stopped right before it makes something, until long after somebody else drives.
        case stopBeforeCreation
    }

    /// Longer than whoever takes over needs to carry a small estate there or back.
    private static let stop = Duration.seconds(200)

    /// How long after its caller's patience a change arrives that somebody else has made meanwhile.
    private static let lateness = Duration.seconds(90)

    package let kind: Kind
    /// From 1.
    package let number: Int
    private let count = Mutex(0)
    /// Whether whoever passes the next place is stopped there.
    private let stopsNext = Mutex(false)

    package init(_ kind: Kind, number: Int) {
        self.kind = kind
        self.number = number
    }

    /// Whether there was an n-th: if not, all have been.
    package var hasHappened: Bool { count.withLock { $0 >= number } }

    /// How many places of its kind were met; all that there are, where it has not happened.
    package var placesMet: Int { count.withLock { $0 } }

    package func fate(of method: String, _ path: String, at site: SiteRole?) -> CallFate {
        let fate: CallFate
        switch kind {
        case .callRejected: fate = .refused(status: 403)
        case .callUnavailable: fate = .refused(status: 503)
        case .callUnknownApplied: fate = .answerLost
        case .callUnknownNotApplied: fate = .lost
        case .creationLate:
            guard method == "POST", !path.contains("/leases") else { return .answered }
            fate = .late(.seconds(1))
        case .weightLate:
            guard method == "PUT", site == nil else { return .answered }
            fate = .late(.seconds(3))
        case .changeLate:
            guard ["PATCH", "PUT", "DELETE"].contains(method), site != nil,
                !path.contains("/leases")
            else { return .answered }
            fate = .late(NthFault.lateness)
        default: return .answered
        }
        guard isNth() else { return .answered }
        stopsNext.withLock { $0 = kind == .changeLate }
        return fate
    }

    package func dies(_ incarnation: Int, at place: Incarnation.Place) -> Bool {
        switch (kind, place) {
        case (.deathBeforeWrite, .beforeWrite), (.deathInsideWrite, .insideWrite),
            (.deathAfterWrite, .afterWrite), (.deathAfterCall, .afterCall):
            isNth()
        default: false
        }
    }

    package func stops(_ incarnation: Int, at place: Incarnation.Place) -> Duration? {
        let stops =
            switch kind {
            case .stopBeforeCreation: place == .beforeCreation && isNth()
            // Its only process so far is the one that sent it.
            case .changeLate:
                stopsNext.withLock { stops in
                    defer { stops = false }
                    return stops
                }
            default: false
            }
        return stops ? NthFault.stop : nil
    }

    package func refusesWrite() -> Bool { false }

    private func isNth() -> Bool {
        count.withLock { count in
            count += 1
            return count == number
        }
    }
}
