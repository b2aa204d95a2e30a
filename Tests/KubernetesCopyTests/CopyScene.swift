import Clocks
import ControlPlaneSupport
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing
import YAMLDocuments

/// Two sites and what a test does with them; writes at the target are counted.
struct CopyScene: Sendable {
    let source: KubernetesClient
    let target: KubernetesClient
    let tap: WireTap
    let time: any TimeSource

    /// Two sites with controllers; the copy's own client writes at the target.
    init(_ pair: SitePair) {
        source = pair.source.client
        target = pair.target.watched
        tap = pair.target.tap
        time = pair.time
    }

    private init(
        source: KubernetesClient,
        target: KubernetesClient,
        tap: WireTap,
        time: any TimeSource
    ) {
        self.source = source
        self.target = target
        self.tap = tap
        self.time = time
    }

    /// Two clusters of the twin, without controllers; the source's answers come through `way`.
    static func twin(
        _ way: (any HTTPTransport) -> any HTTPTransport = { $0 }
    ) -> CopyScene {
        let time = SystemTime()
        func cluster(_ name: String) -> EmbeddedCluster {
            EmbeddedCluster(
                time: time,
                identifiers: CountedIdentifiers(name).next,
                seed: 1
            )
        }
        let tap = WireTap(InProcessTransport(cluster("target")))
        return CopyScene(
            source: KubernetesClient(
                transport: way(InProcessTransport(cluster("source"))),
                time: time
            ),
            target: KubernetesClient(transport: tap, time: time),
            tap: tap,
            time: time
        )
    }

    func plan(_ rule: CopyRule) async throws -> CopyPlan {
        try await CopyMaking(
            rule,
            from: ClusterSource(name: "source", client: source),
            to: ClusterSource(name: "target", client: target)
        ).make()
    }

    @discardableResult
    func copy(_ rule: CopyRule) async throws -> CopySummary {
        await CopyRun(try await plan(rule), target: target, time: time).perform()
    }

    /// Makes what a text says; kinds that its definitions bring are waited for.
    func create(_ yaml: String, at client: KubernetesClient) async throws {
        for document in try YAMLDocuments.parse(Array(yaml.utf8), file: "test").map(\.json) {
            _ = try await client.create(try await kind(of: document, at: client), document)
        }
    }

    private func kind(of object: JSON, at client: KubernetesClient) async throws -> ResourceKind {
        guard let gvk = object.groupVersionKind else {
            throw CopyProblem("an object has no kind")
        }
        for _ in 0..<100 {
            if let kind = try await client.discovery().kind(for: gvk) { return kind }
            if let kind = try await client.refreshDiscovery().kind(for: gvk) { return kind }
            try await time.sleep(for: .milliseconds(200))
        }
        throw CopyProblem("no such kind: \(gvk.kind)")
    }

    func get(_ key: String, at client: KubernetesClient) async throws -> JSON? {
        let parts = key.split(separator: " ").map(String.init)
        let place = parts[1].split(separator: "/").map(String.init)
        var kind = try await client.discovery().kind(named: parts[0])
        if kind == nil { kind = try await client.refreshDiscovery().kind(named: parts[0]) }
        guard let kind else { return nil }
        return try await client.find(
            kind,
            namespace: place.count == 2 ? place[0] : nil,
            name: place[place.count - 1]
        )
    }
}

extension CopyRule {
    /// What is followed of the namespace shop.
    static let following = CopyRule(
        name: "shop",
        selection: CopySelection(
            namespaces: ["shop"],
            kinds: ["namespaces", "configmaps", "secrets", "services", "deployments"]
        ),
        pruning: .upTo(10)
    )
}

extension KubernetesClient {
    /// The kind ConfigMap as this site serves it.
    func configMaps() async throws -> ResourceKind {
        try #require(try await discovery().kind(named: "configmaps"))
    }
}
