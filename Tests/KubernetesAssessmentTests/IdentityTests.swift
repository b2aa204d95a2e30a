import Clocks
import ControlPlaneSupport
import EmbeddedAPI
import Foundation
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing
import YAMLDocuments

/// Who is somebody outside of the cluster, and what has to be told there before the crossing.
@Suite struct IdentityTests {
    private static let assets = ControlPlane.assets("KUBEBUILDER_ASSETS")

    private static let accounts = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: uploader
          namespace: shop
          annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/up"}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: reader
          namespace: shop
          annotations: {iam.gke.io/gcp-service-account: a@b.iam.gserviceaccount.com}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: vault
          namespace: shop
          annotations: {azure.workload.identity/client-id: "0-1"}
        """

    @Test func `which trust must get which issuer is said to the letter`() async throws {
        let findings = try await Self.findings(
            source: "https://oidc.eks.eu-west-1.amazonaws.com/id/OLD",
            target: "https://oidc.eks.eu-west-1.amazonaws.com/id/NEW"
        )
        let aws = try #require(findings.first { $0.objects == ["ServiceAccount shop/uploader"] })
        #expect(
            aws.reason
                == "their pods are the AWS role (IRSA) arn:aws:iam::1:role/up, which trusts tokens of "
                + "https://oidc.eks.eu-west-1.amazonaws.com/id/OLD only: at the target the cloud "
                + "refuses them"
        )
        #expect(
            aws.remedy
                == "Make https://oidc.eks.eu-west-1.amazonaws.com/id/NEW an OIDC provider of the "
                + "account, and let the trust policy of arn:aws:iam::1:role/up (2,048 characters at "
                + "most) have sts:AssumeRoleWithWebIdentity for it where "
                + "oidc.eks.eu-west-1.amazonaws.com/id/NEW:sub is "
                + "system:serviceaccount:shop:uploader and "
                + "oidc.eks.eu-west-1.amazonaws.com/id/NEW:aud is sts.amazonaws.com. Or use EKS Pod "
                + "Identity."
        )
        let azure = try #require(findings.first { $0.objects == ["ServiceAccount shop/vault"] })
        #expect(
            azure.remedy
                == "Add a federated credential to the identity 0-1: issuer "
                + "https://oidc.eks.eu-west-1.amazonaws.com/id/NEW, subject "
                + "system:serviceaccount:shop:vault, audience api://AzureADTokenExchange."
        )
    }

    @Test func `clusters of one Google project share their pool, others do not`() async throws {
        func issuer(_ project: String, _ cluster: String) -> String {
            "https://container.googleapis.com/v1/projects/\(project)/locations/l/clusters/\(cluster)"
        }
        func google(_ target: String) async throws -> Finding? {
            try await Self.findings(source: issuer("one", "a"), target: target)
                .first { $0.objects == ["ServiceAccount shop/reader"] }
        }
        #expect(try await google(issuer("one", "b"))?.severity == .note)
        let other = try await google(issuer("two", "b"))
        #expect(other?.severity == .decide)
        #expect(
            other?.remedy
                == "Grant roles/iam.workloadIdentityUser on a@b.iam.gserviceaccount.com to "
                + "serviceAccount:two.svc.id.goog[shop/reader]."
        )
    }

    @Test func `an issuer that tells no cloud which cluster it is has to be changed first`()
        async throws
    {
        let same = "https://kubernetes.default.svc"
        let findings = try await Self.findings(source: same, target: same)
        let aws = try #require(findings.first { $0.objects == ["ServiceAccount shop/uploader"] })
        #expect(
            aws.remedy.hasPrefix(
                "The target calls itself https://kubernetes.default.svc, as the source does: first "
                    + "give it an issuer of its own that the cloud can reach "
                    + "(--service-account-issuer). Then: Make "
            )
        )
    }

    @Test(.enabled(if: assets != nil, "KUBEBUILDER_ASSETS names no API server to run"))
    func `a real server is asked by which issuer it signs`() async throws {
        let plane = try await ControlPlane(assets: try #require(Self.assets))
        let token = Credential.Field(name: "Authorization", value: "Bearer \(plane.token)")
        let client = KubernetesClient(
            transport: plane.transport,
            credentials: FixedCredential(Credential(fields: [token])),
            time: SystemTime()
        )
        let site = AssessedSite(cluster: ClusterSource(name: "real", client: client))
        let estate = try await EstateReader(source: site, target: nil).read()
        try await plane.stop()
        #expect(estate.source.issuer?.hasPrefix("https://") == true)
    }

    /// What the check says of the accounts, between two clusters that call themselves so.
    private static func findings(source: String, target: String) async throws -> [Finding] {
        func cluster(_ issuer: String) -> EmbeddedCluster {
            var configuration = ClusterConfiguration()
            configuration.issuer = issuer
            return EmbeddedCluster(
                configuration: configuration,
                time: SystemTime(),
                identifiers: CountedIdentifiers(issuer).next,
                seed: 1
            )
        }
        func site(_ issuer: String) -> (KubernetesClient, AssessedSite) {
            let client = KubernetesClient(
                transport: InProcessTransport(cluster(issuer)),
                time: SystemTime()
            )
            return (client, AssessedSite(cluster: ClusterSource(name: issuer, client: client)))
        }
        let (client, assessed) = site(source)
        for document in try YAMLDocuments.parse(Array(accounts.utf8), file: "test").map(\.json) {
            _ = try await client.create(try await client.kind(of: document), document)
        }
        let estate = try await EstateReader(source: assessed, target: site(target).1).read()
        return Assessment(of: estate).findings.filter { $0.check == "cloud-identity" }
    }

    // MARK: - Tokens

    private static func token(_ claims: String) -> String {
        let payload = Data(claims.utf8).base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_").replacing("=", with: "")
        return Data("e30.\(payload).c2ln".utf8).base64EncodedString()
    }

    @Test func `whose token a Secret holds is told, and never the token`() async throws {
        let legacy = Self.token(
            #"{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:shop:robot","#
                + #""kubernetes.io/serviceaccount/namespace":"shop"}"#
        )
        let bound = Self.token(
            #"{"iss":"https://old.example","sub":"system:serviceaccount:ops:ci","exp":1,"#
                + #""aud":["vault","api"],"kubernetes.io":{"namespace":"ops"}}"#
        )
        let other = Self.token(#"{"iss":"https://id.example","sub":"user-7"}"#)
        var scene = AssessmentScene(
            source: """
                apiVersion: v1
                kind: Secret
                metadata: {name: robot, namespace: shop}
                type: kubernetes.io/service-account-token
                data: {token: \(legacy), ca.crt: eA==}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: deploy, namespace: shop}
                data: {KUBE_TOKEN: \(bound), SESSION: \(other), password: cGFzcw==}
                """
        )
        let ofAccounts = try await scene.findings("account-token")
        #expect(ofAccounts.flatMap(\.objects) == ["Secret shop/robot"])
        #expect(
            ofAccounts.first?.reason.hasPrefix(
                "it holds a token of shop/robot, signed by kubernetes/serviceaccount, without an end; "
            ) == true
        )
        scene.readsSecrets = true
        let all = try await scene.findings("account-token")
        #expect(all.flatMap(\.objects).sorted() == ["Secret shop/deploy", "Secret shop/robot"])
        let carried = all.first { $0.objects == ["Secret shop/deploy"] }
        #expect(
            carried?.reason
                == "under KUBE_TOKEN it holds a token of ops/ci, signed by https://old.example for api, "
                + "vault; a copy carries it along, and the target does not believe it"
        )
        for token in [legacy, bound, other] {
            #expect(!all.contains { "\($0)".contains(token) || "\($0)".contains("c2ln") })
        }
    }
}

extension KubernetesClient {
    fileprivate func kind(of object: JSON) async throws -> ResourceKind {
        let kind = try #require(object.groupVersionKind)
        return try await resource(for: kind)
    }
}
