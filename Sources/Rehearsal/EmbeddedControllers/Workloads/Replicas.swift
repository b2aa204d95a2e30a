import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// A number of equal pods: what a ReplicaSet and a ReplicationController have in common.
struct Replicas: Sendable {
    let owner: JSON
    let selector: LabelSelector
    let templateLabels: [String: String]

    /// How many pods one look makes or deletes at most.
    private static let burstMax = 500

    func reconcile(in view: ClusterView) -> Reconciliation {
        let all = view.objects(.pods, namespace: owner.namespace ?? "")
        let claim = Ownership.claim(all.filter { !$0.isPodFinished }, for: owner, selector)
        let active = claim.objects.filter(\.isPodActive)
        let terminating = claim.objects.filter { $0.isBeingDeleted && !$0.isPodFinished }
        var outcome = Reconciliation(claim.writes)
        if !owner.isBeingDeleted {
            let neighbours = related(to: active, among: all, in: view)
            outcome.writes += scaling(of: active, neighbours: neighbours, now: view.now)
        }
        let status = status(of: active, terminating: terminating.count, now: view.now)
        outcome.updateStatus(status, of: owner)
        if let pause = timeUntilNextAvailable(active, now: view.now) {
            outcome.lookAgain(after: pause)
        }
        return outcome
    }

    private var desired: Int { owner.at("spec", "replicas")?.int ?? 1 }

    private var minReadySeconds: Int { owner.at("spec", "minReadySeconds")?.int ?? 0 }

    private func scaling(of active: [JSON], neighbours: [JSON], now: WallTime) -> [ObjectWrite] {
        let missing = desired - active.count
        if missing > 0 {
            let pod = PodTemplate(of: owner).pod(of: owner)
            return (0..<min(missing, Self.burstMax)).map { _ in .create(pod) }
        }
        let ranking = DeletionRanking(neighbours: neighbours)
        return active.sorted(by: ranking.isDeletedBefore)
            .prefix(min(-missing, Self.burstMax))
            .map { .delete(ObjectAddress(.pods, of: $0), uid: $0.uid ?? "", nil) }
    }

    /// The active pods of all ReplicaSets with the same controller: they share out the nodes.
    private func related(to active: [JSON], among all: [JSON], in view: ClusterView) -> [JSON] {
        guard owner.kind == "ReplicaSet", let parent = owner.controllerReference?["uid"]?.string
        else { return active }
        let siblings = view.owners.dependents(of: parent).filter { $0.resource == .replicaSets }
        let uids = Set(siblings.compactMap { view.object($0)?.uid })
        return all.filter { pod in
            pod.isPodActive
                && (pod.controllerReference?["uid"]?.string).map(uids.contains) ?? false
        }
    }

    private func status(of active: [JSON], terminating: Int, now: WallTime) -> JSON {
        var status: JSON = owner.status ?? .emptyObject
        let labelled = active.filter { pod in
            templateLabels.allSatisfy { pod.label($0.key) == $0.value }
        }
        let ready = active.filter(\.isPodReady)
        let available = active.filter {
            $0.isPodAvailable(afterReadyFor: minReadySeconds, now: now)
        }
        status["replicas"] = .int(active.count)
        status.setCount("fullyLabeledReplicas", labelled.count)
        status.setCount("readyReplicas", ready.count)
        status.setCount("availableReplicas", available.count)
        if owner.kind == "ReplicaSet" { status["terminatingReplicas"] = .int(terminating) }
        status["observedGeneration"] = owner.generation.map { JSON.int($0) }
        // It is written after the pods were made, so nothing keeps them from being made any more.
        var conditions = Conditions(of: owner)
        conditions.remove(Conditions.replicaFailure)
        status["conditions"] = conditions.json
        return status
    }

    /// An owner that says that a pod of it could not be made; nil when it says so already.
    ///
    /// `counted` is the same with the numbers of this look.
    static func failed(
        _ owner: JSON,
        counted: JSON,
        _ error: APIStatusError,
        now: WallTime
    ) -> JSON? {
        var conditions = Conditions(of: owner)
        conditions.set(
            Conditions.replicaFailure,
            "True",
            reason: "FailedCreate",
            message: error.message,
            now: now
        )
        var status: JSON = counted.status ?? .emptyObject
        status["conditions"] = conditions.json
        guard status != owner.status else { return nil }
        var failed = counted
        failed.status = status
        return failed
    }

    private func timeUntilNextAvailable(_ active: [JSON], now: WallTime) -> Duration? {
        guard minReadySeconds > 0 else { return nil }
        return active.compactMap { $0.timeUntilAvailable(afterReadyFor: minReadySeconds, now: now) }
            .filter { $0 > .zero }
            .min()
    }
}

extension JSON {
    /// Sets a number in a status; a zero is left out, as Go's `omitempty` has it.
    mutating func setCount(_ key: String, _ value: Int) {
        self[key] = value == 0 ? nil : .int(value)
    }
}
