import Clocks
import ControlPlaneSupport
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import YAMLDocuments

/// Two sites and what a test does with them; writes at the target are counted.
struct CopyScene: Sendable {
    let source: KubernetesClient
    let target: KubernetesClient
    let tap: WireTap

    /// Two clusters of the twin, without controllers.
    static func twin() -> CopyScene {
        let time = SystemTime()
        func cluster(_ name: String) -> EmbeddedCluster {
            let last = Mutex(0)
            return EmbeddedCluster(
                name: name,
                time: time,
                identifiers: {
                    let number = last.withLock { last in
                        last += 1
                        return last
                    }
                    return "\(name)-uid-\(number)"
                },
                seed: 1
            )
        }
        let tap = WireTap(InProcessTransport(cluster("target")))
        return CopyScene(
            source: KubernetesClient(
                transport: InProcessTransport(cluster("source")),
                time: time
            ),
            target: KubernetesClient(transport: tap, time: time),
            tap: tap
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
        await CopyRun(try await plan(rule), target: target, time: SystemTime()).perform()
    }

    func create(_ yaml: String, at client: KubernetesClient) async throws {
        let discovery = try await client.discovery()
        for document in try YAMLDocuments.parse(Array(yaml.utf8), file: "test").map(\.json) {
            guard let gvk = document.groupVersionKind, let kind = discovery.kind(for: gvk) else {
                throw CopyProblem("no such kind: \(document.kind ?? "")")
            }
            _ = try await client.create(kind, document)
        }
    }

    func get(_ key: String, at client: KubernetesClient) async throws -> JSON? {
        let parts = key.split(separator: " ").map(String.init)
        let place = parts[1].split(separator: "/").map(String.init)
        guard let kind = try await client.discovery().kind(named: parts[0]) else { return nil }
        return try await client.find(
            kind,
            namespace: place.count == 2 ? place[0] : nil,
            name: place[place.count - 1]
        )
    }
}
