import JSONValues

/// Somebody who shows the certificate of a Secret to callers: an Ingress (networking.k8s.io/v1), a Gateway
/// (gateway.networking.k8s.io/v1), or pods that have it, where nobody tells to whom.
package struct CertificateUse: Sendable, Hashable {
    /// The type of the Secrets that hold one.
    package static let secretType = "kubernetes.io/tls"

    /// What people call it.
    package let user: String
    /// The Secret's namespace.
    package let namespace: String
    /// The Secret's name.
    package let secret: String
    /// Those that callers ask for; sorted.
    package let hosts: [String]
    /// Whether pods have it: what they do with it, and whether they still do, no object tells.
    package var isOfPods = false

    /// The Secret, as people write it.
    package var place: String { "\(namespace)/\(secret)" }

    /// Each one of an object of either kind; `user` is what people call it.
    package static func all(of object: JSON, user: String, in namespace: String) -> [CertificateUse]
    {
        let entries = (object.at("spec", "tls")?.array ?? []).compactMap { tls in
            tls["secretName"]?.string.flatMap { secret in
                secret.isEmpty
                    ? nil
                    : CertificateUse(
                        user: user,
                        namespace: namespace,
                        secret: secret,
                        hosts: (tls["hosts"]?.array ?? []).compactMap(\.string).sorted()
                    )
            }
        }
        let listeners = (object.at("spec", "listeners")?.array ?? []).flatMap { listener in
            (listener.at("tls", "certificateRefs")?.array ?? []).compactMap { reference in
                of(reference, at: listener, user: user, in: namespace)
            }
        }
        return entries + listeners
    }

    /// Each Secret that pods of a workload have: mounted, or in a variable.
    package static func all(ofPods workload: JSON, user: String) -> [CertificateUse] {
        guard let spec = workload.podSpec, let namespace = workload.namespace else { return [] }
        return PodReference.all(of: spec).filter { $0.kind == "Secret" }.map { reference in
            CertificateUse(
                user: user,
                namespace: namespace,
                secret: reference.name,
                hosts: [],
                isOfPods: true
            )
        }
    }

    private static func of(
        _ reference: JSON,
        at listener: JSON,
        user: String,
        in namespace: String
    ) -> CertificateUse? {
        guard reference["kind"]?.string ?? "Secret" == "Secret",
            let secret = reference["name"]?.string
        else { return nil }
        return CertificateUse(
            user: user,
            namespace: reference["namespace"]?.string ?? namespace,
            secret: secret,
            hosts: [listener["hostname"]?.string].compactMap { $0 }
        )
    }
}
