import Certificates
import Clocks
import JSONValues
import KubernetesObjects
import MigrationModel

/// Certificates that entries show to callers: until when they count, by the clock of the site that will
/// show them, and for whom.
struct RouteCertificateCheck: AssessmentCheck {
    let name = "route-certificate"

    /// Longer than most migrations take, with time to mend one.
    private static let margin = Duration.seconds(14 * 86_400)

    func findings(in estate: AssessedEstate) -> [Finding] {
        let uses =
            estate.moving("Ingress.networking.k8s.io").flatMap(Use.of(ingress:))
            + estate.moving("Gateway.gateway.networking.k8s.io").flatMap(Use.of(gateway:))
            + estate.target.all("Gateway.gateway.networking.k8s.io").flatMap(Use.of(gateway:))
        return uses.flatMap { findings(of: $0, in: estate) }
    }

    /// What is there under the name at the target is shown there; else what a copy would bring.
    private func findings(of use: Use, in estate: AssessedEstate) -> [Finding] {
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
        guard secret.body["type"]?.string == Use.secretType else { return [] }
        guard let certificate = ServerCertificate(facts: secret.body["certificate"]) else {
            return finding(
                .blocker,
                [use.user],
                "\(place) has no certificate that can be read under tls.crt",
                remedy: "Put a certificate in PEM there, the server's own first."
            )
        }
        return times(certificate, use, place, in: estate) + hosts(certificate, use, place)
    }

    private func times(
        _ certificate: ServerCertificate,
        _ use: Use,
        _ place: String,
        in estate: AssessedEstate
    ) -> [Finding] {
        guard let now = estate.target.clock?.end ?? estate.now else { return [] }
        let whose = estate.target.clock == nil ? "this machine's" : "the target's"
        if certificate.end <= now {
            return finding(
                .blocker,
                [use.user],
                "the certificate of \(place) has ended on \(certificate.end.rfc3339), by \(whose) clock",
                remedy: "Renew it before anything moves."
            )
        }
        if certificate.begin > now {
            return finding(
                .blocker,
                [use.user],
                "the certificate of \(place) begins on \(certificate.begin.rfc3339), which has not come by "
                    + "\(whose) clock",
                remedy: "Set the clocks right (NTP), or wait."
            )
        }
        guard now.duration(to: certificate.end) < Self.margin else { return [] }
        return finding(
            .decide,
            [use.user],
            "the certificate of \(place) ends on \(certificate.end.rfc3339), which is less than 14 days: "
                + "while routes are shared, whoever renews it has to do so at both sites",
            remedy:
                "Renew it before anything moves, and make sure that the target renews it by itself."
        )
    }

    private func hosts(
        _ certificate: ServerCertificate,
        _ use: Use,
        _ place: String
    ) -> [Finding] {
        let uncovered = use.hosts.filter { !certificate.covers($0) }
        guard !uncovered.isEmpty else { return [] }
        return finding(
            .decide,
            [use.user],
            "the certificate of \(place) is not for \(uncovered.joined(separator: ", ")): it is for "
                + (certificate.names.isEmpty
                    ? "no name at all" : certificate.names.joined(separator: ", ")),
            remedy: "Use one that is, or take the host out."
        )
    }

    /// Somebody who shows a certificate.
    private struct Use {
        static let secretType = "kubernetes.io/tls"

        let user: String
        let namespace: String
        let secret: String
        /// Those that callers ask for; sorted.
        let hosts: [String]

        var place: String { "\(namespace)/\(secret)" }

        static func of(ingress: SlimObject) -> [Use] {
            (ingress.body.at("spec", "tls")?.array ?? []).compactMap { tls in
                guard let secret = tls["secretName"]?.string, !secret.isEmpty else { return nil }
                return Use(
                    user: "\(ingress.key)",
                    namespace: ingress.namespace,
                    secret: secret,
                    hosts: (tls["hosts"]?.array ?? []).compactMap(\.string).sorted()
                )
            }
        }

        static func of(gateway: SlimObject) -> [Use] {
            (gateway.body.at("spec", "listeners")?.array ?? []).flatMap { listener -> [Use] in
                (listener.at("tls", "certificateRefs")?.array ?? []).compactMap { reference in
                    guard reference["kind"]?.string ?? "Secret" == "Secret",
                        let secret = reference["name"]?.string
                    else { return nil }
                    return Use(
                        user: "\(gateway.key)",
                        namespace: reference["namespace"]?.string ?? gateway.namespace,
                        secret: secret,
                        hosts: [listener["hostname"]?.string].compactMap { $0 }
                    )
                }
            }
        }
    }
}
