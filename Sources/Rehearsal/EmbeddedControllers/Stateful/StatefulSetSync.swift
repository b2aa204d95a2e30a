import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// One look at one StatefulSet.
struct StatefulSetSync: Sendable {
    private let statefulSet: JSON
    private let now: WallTime
    private let wanted: Range<Int>
    private var pods: [Int: JSON] = [:]
    private var revisions: Revisions
    private let currentName: String
    private(set) var outcome = Reconciliation()

    init(_ statefulSet: JSON, pods: [JSON], in view: ClusterView) {
        self.statefulSet = statefulSet
        now = view.now
        wanted = Ordinals.wanted(by: statefulSet)
        for pod in pods {
            if let ordinal = Ordinals.ordinal(of: pod, in: statefulSet) { self.pods[ordinal] = pod }
        }
        revisions = Revisions(of: statefulSet, hashLabel: "controller.kubernetes.io/hash", in: view)
        let stated = statefulSet.at("status", "currentRevision")?.string ?? ""
        currentName = revisions.revision(stated) == nil ? revisions.updateName : stated
    }

    mutating func run(in view: ClusterView) {
        var inUse = Set(pods.values.compactMap { $0.labels["controller-revision-hash"] })
        inUse.insert(currentName)
        revisions.truncate(inUse: inUse)
        outcome.writes += revisions.writes
        if !statefulSet.isBeingDeleted { act(in: view) }
        outcome.updateStatus(status, of: statefulSet)
        if let pause = timeUntilNextAvailable { outcome.lookAgain(after: pause) }
    }

    // MARK: Pods

    private var isParallel: Bool {
        statefulSet.at("spec", "podManagementPolicy")?.string == "Parallel"
    }

    private var minReadySeconds: Int { statefulSet.at("spec", "minReadySeconds")?.int ?? 0 }

    /// The stages of the original: fill up from below, take away from above, then replace.
    private mutating func act(in view: ClusterView) {
        for ordinal in wanted {
            guard let pod = pods[ordinal] else {
                create(ordinal, in: view)
                guard isParallel else { return }
                continue
            }
            if pod.isPodFinished, !pod.isBeingDeleted {
                outcome.delete(pod: pod)
                guard isParallel else { return }
                continue
            }
            if !isParallel, !isSettled(pod) { return }
        }
        let condemned = pods.keys.filter { !wanted.contains($0) }.sorted(by: >)
        for ordinal in condemned {
            guard let pod = pods[ordinal] else { continue }
            if !pod.isBeingDeleted { outcome.delete(pod: pod) }
            if !isParallel { return }
        }
        replaceOne()
    }

    /// Replaces the highest pod that is of an older version, once all above it are ready.
    private mutating func replaceOne() {
        guard statefulSet.at("spec", "updateStrategy", "type")?.string != "OnDelete" else { return }
        for ordinal in wanted.reversed() where ordinal - wanted.lowerBound >= partition {
            guard let pod = pods[ordinal] else { return }
            let isCurrent = pod.labels["controller-revision-hash"] == revisions.updateName
            if !isCurrent, !pod.isBeingDeleted { return outcome.delete(pod: pod) }
            if !isSettled(pod) { return }
        }
    }

    private var partition: Int {
        statefulSet.at("spec", "updateStrategy", "rollingUpdate", "partition")?.int ?? 0
    }

    /// Whether the next pod may be touched as far as this one goes.
    private func isSettled(_ pod: JSON) -> Bool {
        !pod.isBeingDeleted && pod.isPodAvailable(afterReadyFor: minReadySeconds, now: now)
    }

    private mutating func create(_ ordinal: Int, in view: ClusterView) {
        // What was replaced from above comes back new, what is lost below comes back as it was.
        let currentCount = pods.values.count {
            !$0.isBeingDeleted && $0.labels["controller-revision-hash"] == currentName
        }
        let usesCurrent =
            currentName != revisions.updateName
            && ordinal - wanted.lowerBound < max(partition, currentCount)
        let name = usesCurrent ? currentName : revisions.updateName
        guard let revision = revisions.revision(name) else { return }
        let identity = StatefulPod(statefulSet: statefulSet, ordinal: ordinal)
        for claim in identity.claims {
            let place = ObjectAddress(.persistentVolumeClaims, of: claim)
            if view.object(place) == nil { outcome.writes.append(.create(claim)) }
        }
        let template = PodTemplate(of: revisions.workload(at: revision))
        outcome.writes.append(.create(identity.pod(template, revision: name)))
    }

    // MARK: Status

    private var status: JSON {
        let created = pods.values.filter { !$0.isPodFinished }
        let ready = created.filter(\.isPodReady)
        let available = ready.filter { $0.isPodAvailable(afterReadyFor: minReadySeconds, now: now) }
        func count(_ revision: String) -> Int {
            created.count {
                !$0.isBeingDeleted && $0.labels["controller-revision-hash"] == revision
            }
        }
        let updated = count(revisions.updateName)
        let isComplete =
            updated == created.count && ready.count == created.count
            && statefulSet.at("spec", "updateStrategy", "type")?.string != "OnDelete"
        let current = isComplete ? revisions.updateName : currentName
        var status = statefulSet.status ?? .emptyObject
        status["observedGeneration"] = statefulSet.generation.map { JSON.int($0) }
        status["replicas"] = .int(created.count)
        status.setCount("readyReplicas", ready.count)
        status["availableReplicas"] = .int(available.count)
        status.setCount("currentReplicas", count(current))
        status.setCount("updatedReplicas", updated)
        status["currentRevision"] = .string(current)
        status["updateRevision"] = .string(revisions.updateName)
        status["collisionCount"] = 0
        return status
    }

    private var timeUntilNextAvailable: Duration? {
        guard minReadySeconds > 0 else { return nil }
        return pods.values
            .compactMap { $0.timeUntilAvailable(afterReadyFor: minReadySeconds, now: now) }
            .filter { $0 > .zero }
            .min()
    }
}

/// One numbered pod of a StatefulSet and the volumes that are its own.
struct StatefulPod: Sendable {
    let statefulSet: JSON
    let ordinal: Int

    private var name: String { "\(statefulSet.name ?? "")-\(ordinal)" }

    private var templates: [JSON] { statefulSet.at("spec", "volumeClaimTemplates")?.array ?? [] }

    var claims: [JSON] {
        templates.map { template in
            var claim: JSON = ["apiVersion": "v1", "kind": "PersistentVolumeClaim"]
            claim.name = claimName(template)
            claim.namespace = statefulSet.namespace
            claim.labels = template.labels.merging(
                statefulSet.at("spec", "selector", "matchLabels")?.stringMap ?? [:]
            ) { _, selected in selected }
            claim.annotations = template.annotations
            claim.spec = template.spec
            return claim
        }
    }

    func pod(_ template: PodTemplate, revision: String) -> JSON {
        var pod = template.pod(of: statefulSet)
        pod.name = name
        pod.labels["statefulset.kubernetes.io/pod-name"] = name
        pod.labels["apps.kubernetes.io/pod-index"] = String(ordinal)
        pod.labels["controller-revision-hash"] = revision
        pod.set(.string(name), at: "spec", "hostname")
        pod.set(statefulSet.at("spec", "serviceName"), at: "spec", "subdomain")
        let own = templates.map { template -> JSON in
            [
                "name": .string(template.name ?? ""),
                "persistentVolumeClaim": ["claimName": .string(claimName(template))],
            ]
        }
        guard !own.isEmpty else { return pod }
        let names = Set(templates.compactMap(\.name))
        let others = (pod.at("spec", "volumes")?.array ?? []).filter {
            !names.contains($0["name"]?.string ?? "")
        }
        pod.set(.array(own + others), at: "spec", "volumes")
        return pod
    }

    private func claimName(_ template: JSON) -> String { "\(template.name ?? "")-\(name)" }
}
