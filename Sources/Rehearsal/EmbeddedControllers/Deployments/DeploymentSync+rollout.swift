import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// The two strategies by which old pods give way to new ones.
extension DeploymentSync {
    mutating func roll(in view: ClusterView) {
        guard ensureNew(in: view) else { return writeStatus() }
        if scaleNew() { return writeRolloutStatus() }
        if scaleOldDown() { return writeRolloutStatus() }
        if isComplete(deployment.status ?? .emptyObject) { cleanUp() }
        writeRolloutStatus()
    }

    mutating func recreate(in view: ClusterView) {
        for index in oldIndices where replicaSets[index].specReplicas > 0 {
            scale(index, to: 0)
        }
        if hasChangedReplicas { return writeRolloutStatus() }
        guard !oldPodsRun(in: view) else { return writeRolloutStatus() }
        guard ensureNew(in: view) else { return writeStatus() }
        _ = scaleNew()
        if isComplete(deployment.status ?? .emptyObject) { cleanUp() }
        writeRolloutStatus()
    }

    private var hasChangedReplicas: Bool { oldIndices.contains { isRescaled($0) } }

    private func oldPodsRun(in view: ClusterView) -> Bool {
        let owners = Set(oldIndices.compactMap { replicaSets[$0].uid })
        return view.objects(.pods, namespace: deployment.namespace ?? "").contains { pod in
            guard let uid = pod.controllerReference?["uid"]?.string else { return false }
            return owners.contains(uid) && !pod.isPodFinished
        }
    }

    /// Brings the new ReplicaSet to what the surge allows; answers whether that changed it.
    private mutating func scaleNew() -> Bool {
        guard let index = newIndex else { return false }
        let present = replicaSets[index].specReplicas
        guard present != desired else { return false }
        let count = present > desired ? desired : newReplicas(present: present)
        guard count != present else { return false }
        scale(index, to: count)
        return true
    }

    /// How many replicas the new ReplicaSet may have now.
    func newReplicas(present: Int) -> Int {
        guard strategy == "RollingUpdate" else { return desired }
        let total = replicaSets.reduce(0) { $0 + $1.specReplicas }
        let totalMax = desired + maxSurge
        guard total < totalMax else { return present }
        return present + min(totalMax - total, desired - present)
    }

    /// Takes old pods away as far as availability allows; answers whether any go.
    private mutating func scaleOldDown() -> Bool {
        let old = oldIndices
        guard old.contains(where: { replicaSets[$0].specReplicas > 0 }) else { return false }
        let availableMin = desired - maxUnavailable
        let total = replicaSets.reduce(0) { $0 + $1.specReplicas }
        let newUnavailable =
            (newReplicaSet?.specReplicas ?? 0)
            - (newReplicaSet?.statusCount("availableReplicas") ?? 0)
        let removable = total - availableMin - newUnavailable
        guard removable > 0 else { return false }
        let unhealthy = removeUnhealthy(atMost: removable)
        let healthy = removeHealthy(availableMin: availableMin)
        return unhealthy + healthy > 0
    }

    /// Old pods that are not available go first: nobody misses them.
    private mutating func removeUnhealthy(atMost removable: Int) -> Int {
        var removed = 0
        for index in oldIndices where removed < removable {
            let replicas = replicaSets[index].specReplicas
            let available = replicaSets[index].statusCount("availableReplicas")
            guard replicas > 0, replicas > available else { continue }
            let count = min(removable - removed, replicas - available)
            scale(index, to: replicas - count)
            removed += count
        }
        return removed
    }

    private mutating func removeHealthy(availableMin: Int) -> Int {
        let available = replicaSets.reduce(0) { $0 + $1.statusCount("availableReplicas") }
        guard available > availableMin else { return 0 }
        var removed = 0
        for index in oldIndices where removed < available - availableMin {
            let replicas = replicaSets[index].specReplicas
            guard replicas > 0 else { continue }
            let count = min(replicas, available - availableMin - removed)
            scale(index, to: replicas - count)
            removed += count
        }
        return removed
    }

    // MARK: The new ReplicaSet

    /// Makes the ReplicaSet of the present template, or brings its annotations up to date.
    ///
    /// False when its name is taken: the next look tries another one.
    private mutating func ensureNew(in view: ClusterView) -> Bool {
        let revision = String((oldIndices.map { replicaSets[$0].revision }.max() ?? 0) + 1)
        if let index = newIndex {
            annotate(&replicaSets[index], revision: revision)
            replicaSets[index].set(
                minReadySeconds == 0 ? nil : .int(minReadySeconds),
                at: "spec",
                "minReadySeconds"
            )
            note("FoundNewReplicaSet", "Found new replica set \"\(newName ?? "")\"", once: true)
        } else {
            guard let made = makeNew(revision: revision, in: view) else {
                noteCollision()
                return false
            }
            replicaSets.append(made)
            newName = made.name
            note("NewReplicaSetCreated", "Created new replica set \"\(made.name ?? "")\"")
        }
        if let revision = newReplicaSet?.annotation(Self.revisionKey) {
            deployment.annotations[Self.revisionKey] = revision
        }
        return true
    }

    /// Nil when the name is taken by a ReplicaSet of another template or owner.
    private func makeNew(revision: String, in view: ClusterView) -> JSON? {
        let template = Self.template(of: deployment)
        let collisions = deployment.at("status", "collisionCount")?.int
        let hash = TemplateHash.text(of: template, collisionCount: collisions)
        let name = "\(deployment.name ?? "")-\(hash)"
        guard view.object(.replicaSets, namespace: deployment.namespace ?? "", name: name) == nil
        else { return nil }
        var labelled = template
        labelled.labels["pod-template-hash"] = hash
        var made: JSON = ["apiVersion": "apps/v1", "kind": "ReplicaSet"]
        made.name = name
        made.namespace = deployment.namespace
        made.ownerReferences = [Ownership.reference(to: deployment)]
        made.labels = labelled.labels
        made.set(deployment.at("spec", "selector"), at: "spec", "selector")
        made.set(.string(hash), at: "spec", "selector", "matchLabels", "pod-template-hash")
        made.set(labelled, at: "spec", "template")
        if minReadySeconds > 0 { made.set(.int(minReadySeconds), at: "spec", "minReadySeconds") }
        made.set(.int(newReplicas(present: 0)), at: "spec", "replicas")
        annotate(&made, revision: revision)
        setReplicasAnnotations(&made)
        return made
    }

    private mutating func noteCollision() {
        let count = deployment.at("status", "collisionCount")?.int ?? 0
        deployment.set(.int(count + 1), at: "status", "collisionCount")
    }

    private mutating func note(_ reason: String, _ message: String, once: Bool = false) {
        guard progressDeadline != nil else { return }
        if once, conditions["Progressing"] != nil { return }
        conditions.set(
            "Progressing",
            "True",
            reason: reason,
            message: message,
            now: now,
            extra: .update
        )
    }
}
