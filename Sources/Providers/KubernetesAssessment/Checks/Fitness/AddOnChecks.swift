import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// What a cluster needs beside its control plane to carry production.
struct AddOnCheck: AssessmentCheck {
    let name = "add-on-absent"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let target = estate.target
        guard target.isLive else { return [] }
        return names(target) + metrics(target) + entries(estate) + certificates(estate)
    }

    private func names(_ target: SiteFacts) -> [Finding] {
        guard target.hasRead("services") else { return [] }
        let isThere = target.all("Service").contains {
            $0.namespace == "kube-system" && $0.labels["k8s-app"] == "kube-dns"
                || $0.name == "kube-dns" || $0.name == "dns-default" || $0.name == "coredns"
        }
        return finding(
            .blocker,
            isThere ? [] : [target.name],
            "no Service for DNS was seen at the target (kube-dns): pods find each other by name only",
            remedy: "Install CoreDNS at the target."
        )
    }

    private func metrics(_ target: SiteFacts) -> [Finding] {
        finding(
            .note,
            target.serves("metrics.k8s.io") ? [] : [target.name],
            "the target serves no metrics.k8s.io: no `kubectl top`, no scaling by processor or memory",
            remedy: "Install metrics-server at the target."
        )
    }

    private func entries(_ estate: AssessedEstate) -> [Finding] {
        let ingresses = estate.moving("Ingress.networking.k8s.io")
        let classes = estate.target.all("IngressClass.networking.k8s.io")
        return finding(
            .decide,
            ingresses.isEmpty || !classes.isEmpty ? [] : [estate.target.name],
            "\(ingresses.count) Ingresses would move, and the target has no IngressClass: no ingress "
                + "controller seems to run there",
            remedy: "Install one at the target before any traffic goes there."
        )
    }

    private func certificates(_ estate: AssessedEstate) -> [Finding] {
        let certificates = estate.moving("Certificate.cert-manager.io")
        return finding(
            .decide,
            certificates.isEmpty || estate.target.serves("cert-manager.io")
                ? [] : [estate.target.name],
            "\(certificates.count) Certificates would move, and no cert-manager is at the target: "
                + "they would not be renewed",
            remedy: "Install cert-manager at the target."
        )
    }
}

extension SiteFacts {
    /// Whether a group is served; what could not be said counts as served.
    func serves(_ group: String) -> Bool {
        guard let discovery else { return true }
        return discovery.kinds.contains { $0.group == group }
            || discovery.preferredVersions[group] != nil || discovery.failure(of: group) != nil
    }
}

/// Whether rights mean anything at the target.
struct AuthorizationCheck: AssessmentCheck {
    let name = "authorization"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard estate.target.isLive else { return [] }
        let flags = estate.target.serverFlags
        let modes = flags.first { $0.hasPrefix("--authorization-mode=") }
        let saysOther = modes.map { !$0.contains("RBAC") } ?? false
        let isOn = estate.target.serves("rbac.authorization.k8s.io") && !saysOther
        return finding(
            .blocker,
            isOn ? [] : [estate.target.name],
            "RBAC is not on at the target: Roles and bindings mean nothing there",
            remedy: "Start its API server with --authorization-mode=Node,RBAC."
        )
            + finding(
                .blocker,
                opened(estate.target),
                "they give every right at the target to everybody who reaches it",
                remedy: "Delete the binding, and bind those who need it."
            )
    }

    private func opened(_ site: SiteFacts) -> [SlimObject] {
        site.all("ClusterRoleBinding.rbac.authorization.k8s.io").filter { binding in
            binding.body.at("roleRef", "name") == "cluster-admin"
                && (binding.body["subjects"]?.array ?? []).contains {
                    ["system:anonymous", "system:unauthenticated", "system:authenticated"]
                        .contains($0["name"]?.string ?? "")
                }
        }
    }
}

/// Whether Secrets lie encrypted at the target, where that can be seen.
struct SecretEncryptionCheck: AssessmentCheck {
    let name = "secret-encryption"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let flags = estate.target.serverFlags
        let isEncrypted = flags.contains("--encryption-provider-config")
        return finding(
            .note,
            flags.isEmpty || isEncrypted ? [] : [estate.target.name],
            "the target's API server was started without --encryption-provider-config: Secrets lie in "
                + "its etcd as they are",
            remedy: "Encrypt Secrets at rest before they are copied there."
        )
    }
}

extension SiteFacts {
    /// Flags of an API server that runs as a node's own pod; empty where none is seen.
    var serverFlags: [String] {
        all("Pod").flatMap { ($0.body["flags"]?.array ?? []).compactMap(\.string) }
    }
}

/// Namespaces that never finish ending.
struct TerminatingNamespaceCheck: AssessmentCheck {
    let name = "namespace-terminating"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let moving = Set(estate.movingNamespaces)
        return finding(
            .blocker,
            estate.target.all("Namespace").filter {
                $0.body["phase"] == "Terminating" && moving.contains($0.name)
            },
            "they are being deleted at the target, and nothing can be made in them",
            remedy:
                "Find out which finalizer holds them (`kubectl get namespace NAME -o yaml`), or "
                + "map them to other names."
        )
    }
}
