import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import Synchronization

/// Does for the pods of one site what a scheduler and a kubelet would, though it runs nothing.
final class PlayedKubelet: Sendable {
    private let site: SitePair.Site
    private let addressLast = Mutex(0)

    init(_ site: SitePair.Site) { self.site = site }

    /// Looks once: new pods are bound and ready, those that are to end are gone.
    func look(in namespace: String) async throws {
        let kind = try await site.kind(ObjectReference("v1", "Pod", namespace, ""))
        for pod in try await site.list("v1", "Pod", in: namespace) {
            guard let name = pod.name else { continue }
            if pod.deletionTimestamp != nil {
                _ = try await site.client.delete(
                    kind,
                    namespace: namespace,
                    name: name,
                    options: DeleteOptions(uid: pod.uid, gracePeriodSeconds: 0)
                )
                continue
            }
            if pod.at("spec", "nodeName") == nil { try await bind(name, in: namespace, kind) }
            if pod.at("status", "phase") != "Running" {
                let address = addressLast.withLock { last in
                    last += 1
                    return "10.3.\(last / 250).\(last % 250 + 1)"
                }
                try await site.setReady(name, in: namespace, address: address)
            }
        }
    }

    /// Brings up what the site's Deployments ask for.
    func bringUp(_ namespace: String, of pair: SitePair) async throws {
        try await pair.wait(until: "every Deployment of \(namespace) is ready") {
            try await look(in: namespace)
            return try await site.list("apps/v1", "Deployment", in: namespace).allSatisfy {
                $0.at("spec", "replicas")?.int == $0.at("status", "readyReplicas")?.int
            }
        }
    }

    private func bind(
        _ pod: String,
        in namespace: String,
        _ kind: ResourceKind
    ) async throws {
        _ = try await site.client.create(
            "binding",
            of: kind,
            namespace: namespace,
            name: pod,
            [
                "apiVersion": "v1", "kind": "Binding", "metadata": ["name": .string(pod)],
                "target": ["apiVersion": "v1", "kind": "Node", "name": "node-1"],
            ]
        )
    }
}
