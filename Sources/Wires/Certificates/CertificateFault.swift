import Clocks

/// What is wrong with a certificate for those who are to believe it.
package enum CertificateFault: Sendable, Hashable {
    /// It counts no more.
    case ended
    /// It does not count yet.
    case notBegun
    /// It counts, and will not until the end of what is planned.
    case endsMeanwhile
    /// It counts for less time than it takes to have another one made in peace.
    case endsSoon
    /// It is not for these; sorted, never empty.
    case otherHosts([String])

    /// Whether callers are turned away, now or before the end.
    package var isGrave: Bool {
        switch self {
        case .ended, .notBegun, .endsMeanwhile: true
        case .endsSoon, .otherHosts: false
        }
    }
}

extension ServerCertificate {
    /// What ends sooner than this is told: longer than most migrations take, with time to mend one.
    package static let margin = Duration.seconds(14 * 86_400)

    /// What is wrong with it for those who ask for these hosts, from `now` by the clock that counts and for
    /// as long as `lasting`; of its times one at most.
    package func faults(
        at now: WallTime,
        lasting: Duration = .zero,
        hosts: [String] = []
    ) -> [CertificateFault] {
        var faults: [CertificateFault] = []
        if end <= now {
            faults.append(.ended)
        } else if begin > now {
            faults.append(.notBegun)
        } else if end <= now.advanced(by: lasting) {
            faults.append(.endsMeanwhile)
        } else if now.duration(to: end) < ServerCertificate.margin {
            faults.append(.endsSoon)
        }
        let uncovered = hosts.filter { !covers($0) }.sorted()
        if !uncovered.isEmpty { faults.append(.otherHosts(uncovered)) }
        return faults
    }

    /// A fault as half a sentence about the certificate; `whose` clock it is by: `the target's`.
    package func words(of fault: CertificateFault, whose: String) -> String {
        switch fault {
        case .ended: "has ended on \(end.rfc3339), by \(whose) clock"
        case .notBegun:
            "begins on \(begin.rfc3339), which has not come by \(whose) clock"
        case .endsMeanwhile:
            "ends on \(end.rfc3339), by \(whose) clock before all has crossed"
        case .endsSoon: "ends on \(end.rfc3339), which is less than 14 days"
        case .otherHosts(let hosts):
            "is not for \(hosts.joined(separator: ", ")): it is for "
                + (names.isEmpty ? "no name at all" : names.joined(separator: ", "))
        }
    }
}
