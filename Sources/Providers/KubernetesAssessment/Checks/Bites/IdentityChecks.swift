import JSONValues
import KubernetesObjects
import MigrationModel

/// Certificates that a controller would order anew.
struct CertificateCheck: AssessmentCheck {
    let name = "certificate-order"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("Certificate.cert-manager.io").filter { certificate in
                !certificate.owners.contains { $0.contains("Ingress") }
            },
            "cert-manager orders a certificate anew if the Certificate is there before its Secret, and "
                + "authorities limit how often",
            remedy:
                "Copy the Secrets before the Certificates before the Ingresses; a copy does, and "
                + "leaves out CertificateRequests, Orders and Challenges."
        )
            + finding(
                .note,
                [
                    "CertificateRequest.cert-manager.io", "Order.acme.cert-manager.io",
                    "Challenge.acme.cert-manager.io",
                ].flatMap(estate.standing),
                "they are orders under way, which mean nothing elsewhere",
                remedy: "Nothing: they stay, and the target's cert-manager makes its own."
            )
    }
}

/// Tokens that only the source believes; whose they are is told, and never the token.
struct TokenSecretCheck: AssessmentCheck {
    let name = "account-token"

    private static let kind = "kubernetes.io/service-account-token"

    func findings(in estate: AssessedEstate) -> [Finding] {
        estate.moving("Secret").flatMap { secret -> [Finding] in
            let tokens = (secret.body["tokens"]?.object ?? [:])
                .compactMap { key, claims in TokenClaims(json: claims).map { (key, $0) } }
            if secret.body["type"]?.string == TokenSecretCheck.kind {
                return ofAccounts(secret, tokens.first?.1)
            }
            return tokens.flatMap { key, claims in carried(secret, key, claims) }
        }
    }

    private func ofAccounts(_ secret: SlimObject, _ claims: TokenClaims?) -> [Finding] {
        finding(
            .decide,
            [secret],
            "\(claims.map { "it holds \($0.words)" } ?? "it holds a token that the source signed"); "
                + "the target writes a new one into its copy, so whoever uses the old one from outside "
                + "is refused there",
            remedy: "Find out who uses it, and hand out the target's token before the crossing."
        )
    }

    private func carried(_ secret: SlimObject, _ key: String, _ claims: TokenClaims) -> [Finding] {
        finding(
            .decide,
            [secret],
            "under \(key) it holds \(claims.words); a copy carries it along, and the target does not "
                + "believe it",
            remedy: "Find out whom it is shown to; for the target, put a token of its own there."
        )
    }
}

/// Locks of elected leaders.
struct LeaderLockCheck: AssessmentCheck {
    let name = "leader-lock"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let locks = ["ConfigMap", "Endpoints"].flatMap(estate.source.all).filter {
            $0.annotations["control-plane.alpha.kubernetes.io/leader"] != nil
        }
        let leases = estate.source.all("Lease.coordination.k8s.io").filter {
            !ClusterMade.namespaces.contains($0.namespace)
        }
        return finding(
            .note,
            locks + leases,
            "they are locks of elected leaders: copied, the target's controllers would wait for a "
                + "leader that is not there",
            remedy:
                "Nothing: a copy leaves them out. While both sites run, each has a leader of its "
                + "own; see that these controllers bear that."
        )
    }
}
