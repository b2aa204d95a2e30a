import MigrationModel

/// A record of a journal, and when it was written.
package struct TimedRecord: Sendable {
    /// The virtual time since the schedule began.
    package let at: Duration
    package let record: JournalRecord
}

/// A way in which a request could be lost.
package struct PossibleLoss: Sendable, Hashable, CustomStringConvertible {
    /// Which name or route, at which site, and why.
    package let what: String
    /// When it first was so, since the schedule began.
    package let at: Duration

    package var description: String { "a request could be lost at \(at): \(what)" }
}

/// Something about two sites that a simulation of them lacks.
package enum EstateRemark: Sendable, Hashable {
    /// The simulated server does not take an object.
    case refused(site: SiteRole, object: String, reason: String)
    /// Pods that do not become ready where nothing but the simulation runs them.
    case notReady(pods: [String])
}

/// Where the requests of a route end at a site.
package enum RouteEnd: Sendable, Hashable {
    /// At the site's entry, asked for with this host and each of these paths.
    case host(String, paths: [String])
    /// At a Service: its local name while there is one, else itself.
    case service(namespace: String, name: String, port: Int)
    /// Nobody can tell: then nothing can be seen to be lost.
    case unknown
}
