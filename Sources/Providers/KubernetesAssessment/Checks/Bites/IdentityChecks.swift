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

/// Tokens that only the source believes.
struct TokenSecretCheck: AssessmentCheck {
    let name = "account-token"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("Secret").filter {
                $0.body["type"] == "kubernetes.io/service-account-token"
            },
            "they hold tokens that the source signed; the target writes new ones into their copies, so "
                + "whoever uses the old tokens from outside is refused there",
            remedy: "Find out who uses them, and hand out the target's tokens before the crossing."
        )
    }
}

/// Accounts and pods that are somebody in a cloud, by trust in this cluster's issuer.
struct CloudIdentityCheck: AssessmentCheck {
    let name = "cloud-identity"

    /// What annotates an account, what it is called, and what must be changed for it.
    private static let kinds: [(annotation: String, words: String, remedy: String)] = [
        (
            "eks.amazonaws.com/role-arn", "AWS roles (IRSA)",
            "Add the target's OIDC issuer to each role's trust policy (2,048 characters at most), or "
                + "use EKS Pod Identity."
        ),
        (
            "iam.gke.io/gcp-service-account", "Google service accounts (Workload Identity)",
            "Let the target's workload pool impersonate each of them "
                + "(roles/iam.workloadIdentityUser)."
        ),
        (
            "azure.workload.identity/client-id", "Azure identities (Workload Identity)",
            "Add a federated credential with the target's OIDC issuer to each of them."
        ),
    ]

    func findings(in estate: AssessedEstate) -> [Finding] {
        CloudIdentityCheck.kinds.flatMap { kind in
            finding(
                .decide,
                estate.moving("ServiceAccount").filter { $0.annotations[kind.annotation] != nil },
                "their pods are \(kind.words), which trust the source's issuer of tokens only: at the "
                    + "target the cloud refuses them",
                remedy: kind.remedy
            )
        }
            + finding(
                .decide,
                estate.movingWorkloads.filter { workload in
                    (workload.pods?.spec["volumes"]?.array ?? []).contains { volume in
                        (volume.at("projected", "sources")?.array ?? []).contains {
                            let audience = $0.at("serviceAccountToken", "audience")?.string
                            return audience?.isEmpty == false
                        }
                    }
                },
                "they present tokens of the source's issuer to somebody outside of the cluster (a "
                    + "projected token with an audience of its own)",
                remedy: "Let whoever checks these tokens trust the target's issuer too."
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
