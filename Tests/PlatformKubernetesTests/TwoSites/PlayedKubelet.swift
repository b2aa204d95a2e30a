import ConnectionTrials
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

    /// Pods that try to reach these ports get no answer.
    private let silentPorts: Set<Int>
    /// Whether what pods fetch from the other site does not come, but for a few bytes.
    private let losesLargePackets: Bool
    /// What pods of Jobs end with that try nothing of ours, and what they say.
    private let jobsEnd: (exitCode: Int, message: String)?

    init(
        _ site: SitePair.Site,
        silentPorts: Set<Int> = [],
        losesLargePackets: Bool = false,
        jobsEnd: (exitCode: Int, message: String)? = nil
    ) {
        self.site = site
        self.silentPorts = silentPorts
        self.losesLargePackets = losesLargePackets
        self.jobsEnd = jobsEnd
    }

    /// Looks once: new pods are bound and ready, those that are to end are gone.
    func look(in namespace: String) async throws {
        let kind = try await site.kind(ObjectReference("v1", "Pod", namespace, ""))
        for pod in try await site.list("v1", "Pod", in: namespace) {
            guard let name = pod.name else { continue }
            do {
                try await tend(pod, name, in: namespace, kind)
            } catch let error as KubernetesError where error.isNotFound {
                // It went between the list and now.
                continue
            }
        }
    }

    private func tend(
        _ pod: JSON,
        _ name: String,
        in namespace: String,
        _ kind: ResourceKind
    ) async throws {
        if pod.deletionTimestamp != nil {
            _ = try await site.client.delete(
                kind,
                namespace: namespace,
                name: name,
                options: DeleteOptions(uid: pod.uid, gracePeriodSeconds: 0)
            )
            return
        }
        if pod.at("spec", "nodeName") == nil { try await bind(name, in: namespace, kind) }
        if let trial = ConnectionTrial(pod) {
            if pod.at("status", "phase") != "Succeeded" { try await end(trial, name) }
            return
        }
        if let transfer = TransferTrial(pod) {
            if pod.at("status", "phase") != "Succeeded" { try await end(transfer, name) }
            return
        }
        if let jobsEnd, pod.labels["job-name"] != nil {
            guard !pod.isPodFinished else { return }
            return try await site.setEnded(
                name,
                in: namespace,
                exitCode: jobsEnd.exitCode,
                saying: jobsEnd.message
            )
        }
        if pod.at("status", "phase") != "Running" {
            let address = addressLast.withLock { last in
                last += 1
                return "10.3.\(last / 250).\(last % 250 + 1)"
            }
            try await site.setReady(name, in: namespace, address: address)
        }
    }

    /// Every target answers that was not said to be silent.
    private func end(_ trial: ConnectionTrial, _ pod: String) async throws {
        let answers = trial.targets.map { target in
            silentPorts.contains(target.port)
                ? .timedOut : ConnectionAnswer.answered(milliseconds: 1)
        }
        try await site.setEnded(pod, in: trial.namespace, saying: ConnectionAnswer.report(answers))
    }

    /// Every byte goes, but for packets of full size where they are said to be lost.
    private func end(_ transfer: TransferTrial, _ pod: String) async throws {
        let swift = TransferAnswer.Leg.carried(milliseconds: 20)
        let carried = TransferAnswer.Way(packets: swift, bulk: swift)
        let stalled = TransferAnswer.Way(packets: .stalled, bulk: .untried)
        let answers = transfer.places.map { place in
            silentPorts.contains(place.port)
                ? TransferAnswer(reach: .unreached(.timedOut))
                : TransferAnswer(
                    reach: swift,
                    sent: carried,
                    fetched: losesLargePackets ? stalled : carried
                )
        }
        try await site.setEnded(
            pod,
            in: transfer.namespace,
            saying: TransferAnswer.report(answers)
        )
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
