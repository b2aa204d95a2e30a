import JSONValues
import MigrationModel

/// Accounts and pods that are somebody in a cloud, by trust in this cluster's issuer of tokens.
///
/// What has to trust whom is said to the letter: whether a cloud does so by now can only be tried with
/// a token of the target, which nobody makes here.
struct CloudIdentityCheck: AssessmentCheck {
    let name = "cloud-identity"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let accounts = estate.moving("ServiceAccount")
        let issuers = Issuers(source: estate.source.issuer, target: estate.target.issuer)
        return CloudTrust.allCases.flatMap { trust -> [Finding] in
            let trusted = accounts.filter { $0.annotations[trust.annotation] != nil }
            let identities = Dictionary(grouping: trusted) {
                $0.annotations[trust.annotation] ?? ""
            }
            return identities.sorted { $0.key < $1.key }.flatMap { identity, accounts in
                findings(trust, identity, accounts, issuers)
            }
        } + tokensForOthers(estate)
    }

    private func findings(
        _ trust: CloudTrust,
        _ identity: String,
        _ accounts: [SlimObject],
        _ issuers: Issuers
    ) -> [Finding] {
        if trust == .google, let pool = issuers.sharedPool {
            return finding(
                .note,
                accounts,
                "their pods are \(trust.title) \(identity), which trusts the pool \(pool); both sites "
                    + "are of it",
                remedy:
                    "Nothing: whoever has the same name in the same namespace is trusted there too."
            )
        }
        return finding(
            .decide,
            accounts,
            "their pods are \(trust.title) \(identity), which trusts "
                + (issuers.source.map { "tokens of \($0)" } ?? "the source's issuer of tokens")
                + " only: at the target the cloud refuses them",
            remedy: trust.remedy(identity, accounts, issuers)
        )
    }

    private func tokensForOthers(_ estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.movingWorkloads.filter { workload in
                (workload.pods?.spec["volumes"]?.array ?? []).contains { volume in
                    (volume.at("projected", "sources")?.array ?? []).contains {
                        let audience = $0.at("serviceAccountToken", "audience")?.string
                        return audience?.isEmpty == false
                    }
                }
            },
            "they present tokens of the source's issuer to somebody outside of the cluster (a projected "
                + "token with an audience of its own)",
            remedy: "Let whoever checks these tokens trust the target's issuer too"
                + (estate.target.issuer.map { ", \($0)" } ?? "") + "."
        )
    }
}

/// How the sites call themselves in the tokens that they sign; nil where nobody could be asked.
struct Issuers {
    let source: String?
    let target: String?

    /// What the cloud can be told of the target, and whether something has to be done before.
    var words: String {
        guard let target else {
            return "the target's issuer (nobody told it; `kubectl get --raw "
                + "/.well-known/openid-configuration` at the target does)"
        }
        return target
    }

    /// What has to be done first, where the cloud could not tell the target from others by its issuer.
    var preparation: String {
        guard let target else { return "" }
        let host = Issuers.host(of: target)
        let isInternal = host.hasSuffix(".svc") || host.hasSuffix(".cluster.local")
        guard target == source || isInternal else { return "" }
        return "The target calls itself \(target)"
            + (target == source ? ", as the source does" : ", which no cloud can reach")
            + ": first give it an issuer of its own that the cloud can reach "
            + "(--service-account-issuer). Then: "
    }

    /// The pool of both, where they are clusters of one Google project.
    var sharedPool: String? {
        guard let pool = Issuers.pool(of: target), pool == Issuers.pool(of: source) else {
            return nil
        }
        return pool
    }

    /// `oidc.eks.eu-west-1.amazonaws.com`: the issuer's host alone.
    private static func host(of issuer: String) -> String {
        String(withoutScheme(issuer).prefix { $0 != "/" && $0 != ":" })
    }

    static func withoutScheme(_ issuer: String) -> String {
        issuer.hasPrefix("https://") ? String(issuer.dropFirst(8)) : issuer
    }

    /// The workload identity pool of a cluster of GKE, which its issuer tells.
    static func pool(of issuer: String?) -> String? {
        let prefix = "container.googleapis.com/v1/projects/"
        guard let path = issuer.map(withoutScheme), path.hasPrefix(prefix) else { return nil }
        return "\(path.dropFirst(prefix.count).prefix { $0 != "/" }).svc.id.goog"
    }
}

/// By which annotation an account is somebody in a cloud, and what must trust it.
enum CloudTrust: CaseIterable {
    case aws
    case google
    case azure

    var annotation: String {
        switch self {
        case .aws: "eks.amazonaws.com/role-arn"
        case .google: "iam.gke.io/gcp-service-account"
        case .azure: "azure.workload.identity/client-id"
        }
    }

    var title: String {
        switch self {
        case .aws: "the AWS role (IRSA)"
        case .google: "the Google service account (Workload Identity)"
        case .azure: "the Azure identity (Workload Identity)"
        }
    }

    func remedy(_ identity: String, _ accounts: [SlimObject], _ issuers: Issuers) -> String {
        let subjects = accounts.map { "system:serviceaccount:\($0.namespace):\($0.name)" }.sorted()
            .joined(separator: " or ")
        switch self {
        case .aws:
            let place = issuers.target.map(Issuers.withoutScheme) ?? "its address"
            let audiences = Set(
                accounts.map { $0.annotations["eks.amazonaws.com/audience"] ?? "sts.amazonaws.com" }
            )
            return issuers.preparation
                + "Make \(issuers.words) an OIDC provider of the account, and let the trust policy of "
                + "\(identity) (2,048 characters at most) have sts:AssumeRoleWithWebIdentity for it "
                + "where \(place):sub is \(subjects) and \(place):aud is "
                + "\(audiences.sorted().joined(separator: " or ")). Or use EKS Pod Identity."
        case .google:
            let pool = Issuers.pool(of: issuers.target) ?? "the target's workload pool"
            let members = accounts.map { "\(pool)[\($0.namespace)/\($0.name)]" }.sorted()
            return "Grant roles/iam.workloadIdentityUser on \(identity) to serviceAccount:"
                + members.joined(separator: " and serviceAccount:") + "."
        case .azure:
            return issuers.preparation
                + "Add a federated credential to the identity \(identity): issuer \(issuers.words), "
                + "subject \(subjects), audience api://AzureADTokenExchange."
        }
    }
}
