import Clocks
import KubernetesAPI
import MigrationPorts

/// Looks at the clock of a site's API server.
struct SiteClockLook: Sendable {
    /// A difference, beside what whole seconds and the way of an answer explain.
    private static let noted = Duration.seconds(2)
    /// CronJobs change sides between ticks, which clocks may lie apart by ten seconds for; tokens and leases
    /// begin to be judged wrongly not much later.
    private static let grave = Duration.seconds(10)
    /// How often it is asked when our own clock was set while an answer was on its way.
    private static let triesMax = 3
    /// What our own clock may differ by from time that only goes forward, while an answer is on its way.
    private static let stepMax = Duration.seconds(1)

    let access: SiteAccess

    /// Nil where the server tells no time, or our own clock does not stand still for it.
    func read() async throws(ProviderError) -> ServerClock? {
        for _ in 0..<SiteClockLook.triesMax {
            let (asked, begin) = (access.time.wallTime, access.time.uptime)
            let answer = try await access.asProvider { () async throws(KubernetesError) in
                try await access.client.request("GET", path: "/version")
            }
            let answered = access.time.wallTime
            let step = asked.duration(to: answered) - (access.time.uptime - begin)
            guard step.magnitude < SiteClockLook.stepMax else { continue }
            return ServerClock(answer.headers, asked: asked, answered: answered)
        }
        return nil
    }

    /// What a difference means that may be wrong by so much; nil where it is none.
    static func fault(
        _ lead: Duration,
        error: Duration,
        of whom: String,
        against: String
    ) -> TrustFault? {
        let least = lead.magnitude - error
        guard least >= noted else { return nil }
        let seconds = lead.magnitude.components.seconds
        return TrustFault(
            reason: "the clock of \(whom) goes \(seconds) s "
                + "\(lead < .zero ? "behind" : "ahead of") that of \(against): leases, tokens, certificates "
                + "and the ticks of CronJobs are judged by both",
            remedy: "let both keep time (NTP), then try again",
            isGrave: least >= grave
        )
    }
}

extension Duration {
    /// Without its sign.
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
