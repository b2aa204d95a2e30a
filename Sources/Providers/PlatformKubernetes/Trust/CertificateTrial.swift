import Certificates
import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Looks at a site's clock and at the certificates that are shown there: by the API server and the entry to the
/// run, by Ingresses and Gateways to callers; and at those that pods have.
///
/// Everything is read, and nothing made.
struct CertificateTrial: Sendable {
    /// How long one handshake may take.
    private static let patience = Duration.seconds(10)

    let access: SiteAccess
    let tls: SiteTLS
    let look: CertificateLook

    /// Broken where something is wrong that the crossing would meet.
    func state() async throws(ProviderError) -> ConditionState {
        let own = try await SiteClockLook(access: access).read()
        var found = try await clocks(own)
        let now = own?.shown ?? access.time.wallTime
        let certificates = CertificateJudge(
            now: now,
            whose: own == nil ? "this machine's" : "the site's",
            lasting: .milliseconds(look.lengthMilliseconds),
            context: access.context
        )
        for server in tls.servers { found += await judge(server, certificates) }
        if let identity = tls.identity.flatMap(ServerCertificate.init(pem:)) {
            found += certificates.faults(of: identity, "the kubeconfig's client certificate for it")
        }
        for use in try await uses() { found += try await judge(use, certificates) }
        let grave = found.filter(\.isGrave)
        guard grave.isEmpty || look.onlyTells else {
            return .broken(
                seen: grave.map(\.sentence).joined(separator: ". ")
                    + ". `spec.bridges.trust: tell` leaves it at telling"
            )
        }
        var measured: JSON = .emptyObject
        if let own { measured["clockLeadMilliseconds"] = .int(own.lead.wholeMilliseconds) }
        if !found.isEmpty { measured["told"] = .array(found.map { .string($0.sentence) }) }
        return measured == .emptyObject ? .holds : .measured(measured)
    }

    // MARK: - Clocks

    /// Against this machine's; at the target against the source's too.
    private func clocks(_ own: ServerClock?) async throws(ProviderError) -> [TrustFault] {
        guard let own else { return [] }
        let alone = SiteClockLook.fault(
            own.lead,
            error: own.error,
            of: access.context,
            against: "this machine"
        )
        if let alone { return [alone] }
        guard access.site == .target,
            let other = try await SiteClockLook(access: access.other).read()
        else { return [] }
        let between = SiteClockLook.fault(
            own.lead - other.lead,
            error: own.error + other.error,
            of: access.context,
            against: access.other.context
        )
        return [between].compactMap { $0 }
    }

    // MARK: - Servers

    private func judge(
        _ server: SiteTLS.Server,
        _ judge: CertificateJudge
    ) async -> [TrustFault] {
        let what = "the certificate of \(server.name)"
        let shown: TLSShown
        do {
            shown = try await server.peer.show(timeout: CertificateTrial.patience)
        } catch {
            return [
                judge.told(
                    "no TLS came about with \(server.name)",
                    "\(error)",
                    "see that it answers"
                )
            ]
        }
        guard let certificate = shown.chain.first.flatMap(ServerCertificate.init(pem:)) else {
            return [
                judge.told(what, "cannot be read", "see what answers there (\(shown.version))")
            ]
        }
        // Whoever goes on has checked the name and who signed it.
        let hosts = shown.refusal == nil ? [] : [server.host]
        var faults = judge.faults(of: certificate, what, hosts: hosts, isHeld: server.isVerified)
        if let refusal = shown.refusal, !faults.contains(where: \.explainsRefusal) {
            faults.append(
                judge.fault(
                    what,
                    "is not believed: nobody whom this machine trusts for it has signed it (\(refusal))",
                    "give the authority that signed it, or have it signed by one that is trusted"
                )
            )
        }
        if server.isAPI, let url = look.dialled, let host = CertificateTrial.host(of: url),
            !certificate.covers(host)
        {
            faults.append(
                judge.told(
                    what,
                    "is not for \(host), by which keepers dial it (\(url))",
                    "write an URL in spec.bridges.keeper.apis that it is for, or add the host to it"
                )
            )
        }
        return faults
    }

    private static func host(of url: String) -> String? {
        do {
            return try HTTPBaseURL(parsing: url).origin.host
        } catch {
            return nil
        }
    }

    // MARK: - Entries

    /// Who shows certificates here; at the target those of the source too, for they come.
    private func uses() async throws(ProviderError) -> [CertificateUse] {
        var uses = Set(try await CertificateTrial.uses(at: access, in: look.namespaces))
        if access.site == .target {
            uses.formUnion(try await CertificateTrial.uses(at: access.other, in: look.namespaces))
        }
        return uses.sorted {
            ($0.user, $0.place, $0.hosts.first ?? "") < ($1.user, $1.place, $1.hosts.first ?? "")
        }
    }

    private static func uses(
        at access: SiteAccess,
        in namespaces: [String]
    ) async throws(ProviderError) -> [CertificateUse] {
        let kinds = [
            ("networking.k8s.io", "Ingress"), ("gateway.networking.k8s.io", "Gateway"),
            ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"),
        ]
        var uses: [CertificateUse] = []
        for (group, name) in kinds {
            guard let kind = try await access.served(group, name) else { continue }
            for namespace in namespaces {
                let found = try await access.asProvider { () async throws(KubernetesError) in
                    try await access.client.list(kind, namespace: namespace).items
                }
                uses += found.flatMap { object in
                    let user = "\(name) \(object.namespacedName)"
                    return group == "apps"
                        ? CertificateUse.all(ofPods: object, user: user)
                        : CertificateUse.all(of: object, user: user, in: namespace)
                }
            }
        }
        // What lies elsewhere may not be read.
        return uses.filter { namespaces.contains($0.namespace) }
    }

    /// What is there under the name at the target is shown there; else what comes from the source.
    private func judge(
        _ use: CertificateUse,
        _ judge: CertificateJudge
    ) async throws(ProviderError) -> [TrustFault] {
        let reference = ObjectReference(
            apiVersion: "v1",
            kind: "Secret",
            namespace: use.namespace,
            name: use.secret
        )
        let what =
            "the certificate that \(use.isOfPods ? "pods of \(use.user) have" : "\(use.user) shows"), "
            + "of Secret \(use.place),"
        var secret = try await access.find(reference)
        if secret == nil, access.site == .target { secret = try await access.other.find(reference) }
        guard let secret else {
            // Pods without it do not start, or do without.
            if use.isOfPods { return [] }
            return [
                judge.told(what, "is not there", "make the Secret, or install what makes it")
            ]
        }
        guard secret["type"]?.string == CertificateUse.secretType else { return [] }
        guard let certificate = ServerCertificate(tlsSecret: secret) else {
            return [
                judge.told(
                    what,
                    "cannot be read",
                    "put a certificate in PEM under tls.crt, the server's own first"
                )
            ]
        }
        return judge.faults(of: certificate, what, hosts: use.hosts, isHeld: !use.isOfPods)
    }
}

extension SiteAccess {
    /// Nil where the server has no such kind.
    fileprivate func served(
        _ group: String,
        _ kind: String
    ) async throws(ProviderError) -> ResourceKind? {
        do {
            return try await client.resource(group: group, kind: kind)
        } catch {
            if case .noMatch = error { return nil }
            throw providerError(error, isWrite: false)
        }
    }
}
