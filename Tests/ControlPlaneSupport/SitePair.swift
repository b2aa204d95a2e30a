import Clocks
import EmbeddedAPI
import EmbeddedControllers
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Two sites that a provider is held to, each with a node.
package struct SitePair: Sendable {
    /// One of them.
    package struct Site: Sendable {
        package let role: SiteRole
        /// What the provider's requests go through.
        package let tap: WireTap
        /// The provider's client.
        package let watched: KubernetesClient
        /// The test's own, which nothing counts or spoils.
        package let client: KubernetesClient
    }

    package let source: Site
    package let target: Site
    package let time: any TimeSource

    package subscript(role: SiteRole) -> Site { role == .source ? source : target }

    /// Waits, on the pair's own time, until something holds.
    package func wait(
        until what: String,
        _ holds: () async throws -> Bool
    ) async throws {
        try await time.wait(until: what, holds)
    }
}

// MARK: - The two kinds

extension SitePair {
    /// Where Services of the source get addresses of IPv6; the target has none.
    private static let secondServiceRange = "fd00:10:96::/112"

    /// Two clusters of the twin in this process, on time that controllers share.
    package static func twin() async throws -> SitePair {
        let time = SteppedTime()
        func site(_ role: SiteRole) -> Site {
            var configuration = ClusterConfiguration()
            if role == .source { configuration.secondServiceRange = secondServiceRange }
            let cluster = EmbeddedCluster(
                configuration: configuration,
                time: time,
                identifiers: CountedIdentifiers(role.rawValue).next,
                seed: 1
            )
            time.drive(ControllerManager(cluster: cluster, time: time, seed: 1))
            return Site(role, InProcessTransport(cluster), FixedCredential(), time)
        }
        let pair = SitePair(source: site(.source), target: site(.target), time: time)
        try await pair.addNodes()
        return pair
    }

    /// Two real control planes, which `body` may use until it returns.
    package static func real<Result>(
        source: String,
        target: String,
        _ body: (SitePair) async throws -> Result
    ) async throws -> Result {
        let sourcePlane = try await ControlPlane(
            assets: source,
            secondServiceRange: secondServiceRange
        )
        do {
            let targetPlane = try await ControlPlane(assets: target)
            do {
                let time = SystemTime()
                let pair = SitePair(
                    source: Site(.source, sourcePlane, time),
                    target: Site(.target, targetPlane, time),
                    time: time
                )
                try await pair.addNodes()
                let result = try await body(pair)
                try await targetPlane.stop()
                try await sourcePlane.stop()
                return result
            } catch {
                try await targetPlane.stop()
                throw error
            }
        } catch {
            try await sourcePlane.stop()
            throw error
        }
    }

    /// A node that is ready, though nothing runs on it.
    private func addNodes() async throws {
        for site in [source, target] {
            let address = site.role == .source ? "192.0.2.1" : "192.0.2.2"
            let pods = site.role == .source ? "10.201.0.0/24" : "10.202.0.0/24"
            try await site.create([
                "apiVersion": "v1", "kind": "Node", "metadata": ["name": "node-1"],
                "spec": ["podCIDR": .string(pods), "podCIDRs": [.string(pods)]],
            ])
            try await site.setStatus(
                of: .node("node-1"),
                [
                    "conditions": [
                        [
                            "type": "Ready", "status": "True", "reason": "KubeletReady",
                            "message": "of a test", "lastHeartbeatTime": "2026-01-01T00:00:00Z",
                            "lastTransitionTime": "2026-01-01T00:00:00Z",
                        ]
                    ],
                    "addresses": [["type": "InternalIP", "address": .string(address)]],
                ]
            )
        }
    }
}

extension SitePair.Site {
    fileprivate init(
        _ role: SiteRole,
        _ transport: any HTTPTransport,
        _ credentials: any CredentialSource,
        _ time: any TimeSource
    ) {
        let tap = WireTap(transport)
        self.init(
            role: role,
            tap: tap,
            watched: KubernetesClient(transport: tap, credentials: credentials, time: time),
            client: KubernetesClient(transport: transport, credentials: credentials, time: time)
        )
    }

    fileprivate init(_ role: SiteRole, _ plane: ControlPlane, _ time: any TimeSource) {
        let token = Credential.Field(name: "Authorization", value: "Bearer \(plane.token)")
        let credential = FixedCredential(Credential(fields: [token]))
        self.init(role, plane.transport, credential, time)
    }
}
