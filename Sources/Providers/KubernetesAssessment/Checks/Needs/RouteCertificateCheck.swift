import Certificates
import JSONValues
import KubernetesObjects
import MigrationModel

/// Certificates that entries show to callers: until when they count, by the clock of the site that will
/// show them, and for whom.
struct RouteCertificateCheck: AssessmentCheck {
    let name = "route-certificate"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let uses =
            estate.moving("Ingress.networking.k8s.io").flatMap(certificates(shownBy:))
            + estate.moving("Gateway.gateway.networking.k8s.io").flatMap(certificates(shownBy:))
            + estate.target.all("Gateway.gateway.networking.k8s.io").flatMap(certificates(shownBy:))
        return uses.flatMap { findings(of: $0, in: estate) }
    }

    private func certificates(shownBy object: SlimObject) -> [CertificateUse] {
        CertificateUse.all(of: object.body, user: "\(object.key)", in: object.namespace)
    }

    /// What is there under the name at the target is shown there; else what a copy would bring.
    private func findings(of use: CertificateUse, in estate: AssessedEstate) -> [Finding] {
        let sites = [estate.target, estate.source]
        let found = sites.lazy.compactMap { site in
            site.all("Secret").first { $0.name == use.secret && $0.namespace == use.namespace }
                .map { (site, $0) }
        }.first
        guard let (site, secret) = found else {
            guard sites.allSatisfy({ $0.hasRead("secrets") }), sites.contains(where: \.isLive)
            else {
                return []
            }
            return finding(
                .decide,
                [use.user],
                "it shows the certificate of Secret \(use.place), which neither site has: callers by TLS "
                    + "get the controller's own, which nobody trusts",
                remedy: "Make the Secret at the target, or install what makes it."
            )
        }
        let place = "Secret \(use.place) of \(site.name)"
        guard secret.body["type"]?.string == CertificateUse.secretType else { return [] }
        guard let certificate = ServerCertificate(facts: secret.body["certificate"]) else {
            return finding(
                .blocker,
                [use.user],
                "\(place) has no certificate that can be read under tls.crt",
                remedy: "Put a certificate in PEM there, the server's own first."
            )
        }
        guard let now = estate.target.clock?.end ?? estate.now else { return [] }
        let whose = estate.target.clock == nil ? "this machine's" : "the target's"
        return certificate.faults(at: now, hosts: use.hosts).flatMap { fault in
            let meaning =
                fault == .endsSoon
                ? ": while routes are shared, whoever renews it has to do so at both sites" : ""
            return finding(
                fault.isGrave ? .blocker : .decide,
                [use.user],
                "the certificate of \(place) \(certificate.words(of: fault, whose: whose))\(meaning)",
                remedy: remedy(fault)
            )
        }
    }

    private func remedy(_ fault: CertificateFault) -> String {
        switch fault {
        case .ended, .endsMeanwhile: "Renew it before anything moves."
        case .notBegun: "Set the clocks right (NTP), or wait."
        case .endsSoon:
            "Renew it before anything moves, and make sure that the target renews it by itself."
        case .otherHosts: "Use one that is, or take the host out."
        }
    }
}
