import Certificates
import Clocks

/// Something about a clock or a certificate that is not as it should be.
struct TrustFault: Sendable, Equatable {
    /// What is wrong with what, and where.
    let reason: String
    /// What a person can do, as an order.
    let remedy: String
    /// Whether the crossing would meet it.
    let isGrave: Bool
    /// Whether a client that looks would turn away because of it.
    var explainsRefusal = false

    /// Both, without a full stop.
    var sentence: String { "\(reason); \(remedy)" }
}

/// Judges certificates by the clock of the site where they are shown.
struct CertificateJudge: Sendable {
    let now: WallTime
    /// Whose clock it is by: `the site's`.
    let whose: String
    /// For how long they have to count.
    let lasting: Duration
    /// The site, for people.
    let context: String

    /// What is wrong with one, for those who ask for these hosts; `isHeld` says whether it stops who looks.
    func faults(
        of certificate: ServerCertificate,
        _ what: String,
        hosts: [String] = [],
        isHeld: Bool = true
    ) -> [TrustFault] {
        certificate.faults(at: now, lasting: lasting, hosts: hosts).map { fault in
            let reason = "\(what) at \(context) \(certificate.words(of: fault, whose: whose))"
            switch fault {
            case .ended, .notBegun:
                return TrustFault(
                    reason: reason,
                    remedy: fault == .ended
                        ? "renew it, then try again" : "set the clocks right (NTP), or wait",
                    isGrave: isHeld,
                    explainsRefusal: true
                )
            case .endsMeanwhile:
                return TrustFault(
                    reason: reason,
                    remedy: "renew it before anything moves",
                    isGrave: isHeld
                )
            case .endsSoon:
                return TrustFault(
                    reason: reason,
                    remedy: "renew it first if somebody is waited for meanwhile",
                    isGrave: false
                )
            case .otherHosts:
                return TrustFault(
                    reason: reason,
                    remedy: "use one that is, or another host",
                    isGrave: false,
                    explainsRefusal: true
                )
            }
        }
    }

    /// Something that the crossing would meet.
    func fault(_ what: String, _ reason: String, _ remedy: String) -> TrustFault {
        TrustFault(reason: "\(what) at \(context) \(reason)", remedy: remedy, isGrave: true)
    }

    /// Something that is told and stops nothing.
    func told(_ what: String, _ reason: String, _ remedy: String) -> TrustFault {
        TrustFault(reason: "\(what) at \(context) \(reason)", remedy: remedy, isGrave: false)
    }
}
