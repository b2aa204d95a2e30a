import Clocks
import JSONValues
import MigrationModel

/// Clocks that do not agree.
struct ClockCheck: AssessmentCheck {
    let name = "clock"

    /// A difference that whole seconds and the way of an answer do not explain.
    private static let noted = Duration.seconds(3)
    /// Here tokens and leases begin to be judged wrongly.
    private static let grave = Duration.seconds(30)
    /// A kubelet renews its lease every 10 s; it counts as gone after 40.
    private static let renewalMax = Duration.seconds(90)

    func findings(in estate: AssessedEstate) -> [Finding] {
        servers(estate) + nodes(of: estate.target)
    }

    private func servers(_ estate: AssessedEstate) -> [Finding] {
        let sites = [estate.source, estate.target].filter { $0.clock != nil }
        let leads = sites.compactMap { $0.clock?.lead }
        // Two servers that agree with each other and not with us are right.
        if leads.count == 2, distance(leads[0] - leads[1]) < Self.noted,
            distance(leads[0]) >= Self.noted
        {
            return finding(
                severity(leads[0]),
                ["this machine"],
                "its clock is \(words(leads[0] * -1)) both servers': what is timed here does not go "
                    + "with what they record",
                remedy: "Let this machine keep time (NTP) before it drives a migration."
            )
        }
        return sites.flatMap { site -> [Finding] in
            guard let lead = site.clock?.lead, distance(lead) >= Self.noted else { return [] }
            return finding(
                severity(lead),
                [site.name],
                "its API server's clock is \(words(lead)) this machine's: tokens, certificates and "
                    + "leases are judged by it",
                remedy: "Let the machines of that control plane keep time (NTP)."
            )
        }
    }

    private func nodes(of site: SiteFacts) -> [Finding] {
        guard let clock = site.clock else { return [] }
        let ready = Set(site.readyNodes.map(\.name))
        var ahead: [String] = []
        var behind: [String] = []
        for lease in site.all("Lease.coordination.k8s.io")
        where lease.namespace == "kube-node-lease" {
            guard ready.contains(lease.name),
                let renewed = lease.body.at("spec", "renewTime")?.string
                    .flatMap({ WallTime(rfc3339: $0) })
            else { continue }
            if clock.end.duration(to: renewed) > Self.noted { ahead.append("Node \(lease.name)") }
            if renewed.duration(to: clock.begin) > Self.renewalMax {
                behind.append("Node \(lease.name)")
            }
        }
        let remedy = "Let the nodes of the target keep time (NTP)."
        return finding(
            .decide,
            ahead,
            "they renew their leases with times that have not come yet: their clocks go ahead of the "
                + "server's, so certificates and CronJobs of theirs go wrong",
            remedy: remedy
        )
            + finding(
                .decide,
                behind,
                "they are ready, and yet renew their leases with times long past: their clocks lag "
                    + "behind the server's",
                remedy: remedy
            )
    }

    private func distance(_ lead: Duration) -> Duration { lead < .zero ? lead * -1 : lead }

    private func severity(_ lead: Duration) -> Finding.Severity {
        distance(lead) >= Self.grave ? .decide : .note
    }

    private func words(_ lead: Duration) -> String {
        let seconds = distance(lead).components.seconds
        return "\(seconds) s \(lead < .zero ? "behind" : "ahead of")"
    }
}
