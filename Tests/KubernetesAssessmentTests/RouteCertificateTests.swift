import Certificates
import Clocks
import Foundation
import KubernetesAssessment
import MigrationModel
import Testing

/// Certificates that entries show, by whichever clock counts there.
@Suite struct RouteCertificateTests {
    private static let now = SystemTime().wallTime

    private func at(days: Int) -> WallTime { Self.now.advanced(by: .seconds(days * 86_400)) }

    /// A Secret with a certificate that counts between these days from now.
    private func secret(
        _ names: [String],
        from first: Int = -1,
        to last: Int = 90,
        in namespace: String = "shop"
    ) throws -> String {
        let authority = try CertificateAuthority(
            name: "test",
            begin: at(days: -400),
            end: at(days: 400)
        )
        let issued = try authority.issue(
            to: "anything",
            names: names,
            begin: at(days: first),
            end: at(days: last)
        )
        // The chain goes with it, and comes behind it.
        let pem = Data((issued.certificate + "\n" + authority.certificate).utf8)
        return """
            ---
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/tls
            metadata: {name: shown, namespace: \(namespace)}
            data: {tls.crt: \(pem.base64EncodedString()), tls.key: \(Data("secret".utf8).base64EncodedString())}

            """
    }

    private static let ingress = """
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front, namespace: shop}
        spec:
          tls: [{hosts: [shop.example, api.shop.example], secretName: shown}]

        """

    private func findings(_ source: String, target: String = "") async throws -> [Finding] {
        var scene = AssessmentScene(source: Self.ingress + source, target: target)
        scene.time = SystemTime()
        return try await scene.findings("route-certificate")
    }

    @Test func `a certificate that counts for long enough and for all hosts is silent`()
        async throws
    {
        #expect(try await findings(try secret(["shop.example", "*.shop.example"])) == [])
    }

    @Test func `one that has ended, has not begun or ends soon is told`() async throws {
        let names = ["shop.example", "api.shop.example"]
        let ended = try await findings(try secret(names, from: -90, to: -1))
        #expect(ended.map(\.severity) == [.blocker])
        #expect(ended.first?.objects == ["Ingress.networking.k8s.io shop/front"])
        #expect(ended.first?.reason.contains("Secret shop/shown of source has ended on") == true)
        #expect(ended.first?.reason.contains("secret") == false)
        let early = try await findings(try secret(names, from: 1))
        #expect(early.map(\.severity) == [.blocker])
        #expect(early.first?.reason.contains("which has not come") == true)
        let soon = try await findings(try secret(names, to: 10))
        #expect(soon.map(\.severity) == [.decide])
        #expect(soon.first?.reason.contains("less than 14 days") == true)
    }

    @Test func `one that is for other hosts is told, and a wildcard is for one label`() async throws
    {
        let found = try await findings(try secret(["*.shop.example", "other.example"]))
        #expect(found.map(\.severity) == [.decide])
        #expect(
            found.first?.reason.hasSuffix(
                "is not for shop.example: it is for *.shop.example, "
                    + "other.example"
            ) == true
        )
    }

    @Test func `what the target has under the name is what will be shown`() async throws {
        let good = try secret(["shop.example", "*.shop.example"])
        let stale = try secret(["shop.example", "*.shop.example"], from: -90, to: -2)
        let found = try await findings(good, target: stale)
        #expect(found.map(\.severity) == [.blocker])
        #expect(found.first?.reason.contains("of target has ended") == true)
        #expect(try await findings(stale, target: good) == [])
    }

    @Test func `one that nobody has or that cannot be read is told`() async throws {
        #expect(try await findings("").map(\.severity) == [.decide])
        let broken = """
            ---
            {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: shown, namespace: shop}, \
            data: {tls.crt: bm9uZQ==}}

            """
        let found = try await findings(broken)
        #expect(found.map(\.severity) == [.blocker])
        #expect(found.first?.reason.contains("no certificate that can be read") == true)
    }

    @Test func `what a Gateway of the target shows is looked at too`() async throws {
        let gateway = """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: infra}
            spec:
              listeners:
                - {name: web, hostname: "*.shop.example", tls: {certificateRefs: [{name: shown}]}}

            """
        let good = try secret(["shop.example", "*.shop.example"])
        let soon = try secret(["*.shop.example"], to: 3, in: "infra")
        let found = try await findings(good, target: gateway + soon)
        #expect(found.map(\.objects) == [["Gateway.gateway.networking.k8s.io infra/edge"]])
        #expect(found.map(\.severity) == [.decide])
    }
}
