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

    package func fate(of method: String, _ path: String, at site: SiteRole?) -> CallFate {
        guard let fate = kind.fate, kind.isMet(by: method, path, at: site), isNth() else {
            return .answered
        }
        stopsNext.withLock { $0 = kind == .changeLate }
        return fate
    }

    package func dies(_ incarnation: Int, at place: Incarnation.Place) -> Bool {
        kind.isDeath && kind.isMet(at: place) && isNth()
    }

    package func stops(_ incarnation: Int, at place: Incarnation.Place) -> Duration? {
        let stops =
            switch kind {
            case .stopBeforeCreation: kind.isMet(at: place) && isNth()
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

extension NthFault.Kind {
    /// How long after its caller's patience a change arrives that somebody else has made meanwhile.
    private static let lateness = Duration.seconds(90)

    /// What becomes of a call; nil where it is none that goes wrong.
    fileprivate var fate: CallFate? {
        switch self {
        case .callRejected: .refused(status: 403)
        case .callUnavailable: .refused(status: 503)
        case .callUnknownApplied: .answerLost
        case .callUnknownNotApplied: .lost
        case .creationLate: .late(.seconds(1))
        case .weightLate: .late(.seconds(3))
        case .changeLate: .late(Self.lateness)
        case .deathBeforeWrite, .deathInsideWrite, .deathAfterWrite, .deathAfterCall,
            .stopBeforeCreation:
            nil
        }
    }

    fileprivate var isDeath: Bool { fate == nil && self != .stopBeforeCreation }

    /// Whether a call is one of its places.
    fileprivate func isMet(by method: String, _ path: String, at site: SiteRole?) -> Bool {
        switch self {
        case .callRejected, .callUnavailable, .callUnknownApplied, .callUnknownNotApplied: true
        case .creationLate: method == "POST" && !path.contains("/leases")
        case .weightLate: method == "PUT" && site == nil
        case .changeLate:
            ["PATCH", "PUT", "DELETE"].contains(method) && site != nil
                && !path.contains("/leases")
        default: false
        }
    }

    /// Whether a place of a process is one of its places.
    fileprivate func isMet(at place: Incarnation.Place) -> Bool {
        switch (self, place) {
        case (.deathBeforeWrite, .beforeWrite), (.deathInsideWrite, .insideWrite),
            (.deathAfterWrite, .afterWrite), (.deathAfterCall, .afterCall),
            (.stopBeforeCreation, .beforeCreation):
            true
        default: false
        }
    }
}

/// Lets nothing go wrong, and counts the places of every kind at which something could.
package final class PlaceCount: Nemesis {
    private let counts = Mutex<[NthFault.Kind: Int]>([:])

    package init() {}

    /// How many there were.
    package subscript(kind: NthFault.Kind) -> Int { counts.withLock { $0[kind] ?? 0 } }

    package func fate(of method: String, _ path: String, at site: SiteRole?) -> CallFate {
        count { $0.isMet(by: method, path, at: site) }
        return .answered
    }

    package func dies(_ incarnation: Int, at place: Incarnation.Place) -> Bool {
        count { $0.isMet(at: place) }
        return false
    }

    package func refusesWrite() -> Bool { false }

    private func count(_ isMet: (NthFault.Kind) -> Bool) {
        counts.withLock { counts in
            for kind in NthFault.Kind.allCases where isMet(kind) { counts[kind, default: 0] += 1 }
        }
    }
}
