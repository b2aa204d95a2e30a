import MigrationModel

/// What becomes of one call of the driver.
package enum CallFate: Sendable, Hashable {
    case answered
    /// Nobody listens.
    case notSent
    /// It never arrives, and the caller waits in vain.
    case lost
    /// It is carried out, and its answer never arrives.
    case answerLost
    /// It arrives only after the caller gave up.
    case late(Duration)
    /// The server answers something else: 429, 500, 503.
    case refused(status: Int)
}

/// Decides what becomes of each call, and when the driver's process dies.
package protocol Nemesis: Sendable {
    /// Of a call to a site, or to the balancer, for which `site` is nil.
    func fate(of method: String, _ path: String, at site: SiteRole?) -> CallFate
    /// Whether the process that passes this place dies there.
    func dies(_ incarnation: Int, at place: Incarnation.Place) -> Bool
    /// How long the process that passes this place is stopped there; nil when it goes on.
    func stops(_ incarnation: Int, at place: Incarnation.Place) -> Duration?
    /// Whether the disk refuses this write.
    func refusesWrite() -> Bool
}

extension Nemesis {
    package func stops(_ incarnation: Int, at place: Incarnation.Place) -> Duration? { nil }
}

/// Nothing goes wrong.
package struct NoNemesis: Nemesis {
    package init() {}

    package func fate(of method: String, _ path: String, at site: SiteRole?) -> CallFate {
        .answered
    }
    package func dies(_ incarnation: Int, at place: Incarnation.Place) -> Bool { false }
    package func refusesWrite() -> Bool { false }
}
