import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// One look at one Deployment: what it and its ReplicaSets should become.
///
/// Works on copies, in the stages of the original; each stage that changes something ends the look,
/// and the change itself brings on the next one.
struct DeploymentSync: Sendable {
    let original: JSON
    let now: WallTime
    var deployment: JSON
    /// The oldest first.
    var replicaSets: [JSON]
    var conditions: Conditions
    /// The name of the ReplicaSet with the present template.
    var newName: String?
    var again: Duration?
    private let originals: [String: JSON]
    private var deleted: [JSON] = []

    init(_ deployment: JSON, replicaSets: [JSON], now: WallTime) {
        original = deployment
        self.deployment = deployment
        self.now = now
        self.replicaSets = replicaSets.sorted {
            ($0.creationTimestamp ?? "", $0.name ?? "") < (
                $1.creationTimestamp ?? "", $1.name ?? ""
            )
        }
        conditions = Conditions(of: deployment)
        originals = Dictionary(
            replicaSets.map { ($0.name ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
        findNew()
    }

    /// The ReplicaSet of that name as it was read.
    func known(_ name: String) -> JSON? { originals[name] }

    mutating func run(in view: ClusterView) {
        guard !deployment.isBeingDeleted else { return writeStatus() }
        notePause()
        if isPaused || isScalingEvent {
            scaleAll()
            if isPaused { cleanUp() }
            return writeStatus()
        }
        if strategy == "Recreate" { recreate(in: view) } else { roll(in: view) }
    }

    /// What is to be written, in an order that is safe to break off.
    var outcome: Reconciliation {
        var outcome = Reconciliation(again: again)
        for replicaSet in replicaSets {
            guard let known = originals[replicaSet.name ?? ""] else {
                outcome.writes.append(.create(replicaSet))
                continue
            }
            outcome.update(replicaSet, from: known)
        }
        for replicaSet in deleted {
            let address = ObjectAddress(.replicaSets, of: replicaSet)
            outcome.writes.append(.delete(address, uid: replicaSet.uid ?? "", nil))
        }
        // The status endpoint of a Deployment takes annotations too: the revision travels with it.
        if deployment != original { outcome.writes.append(.updateStatus(deployment)) }
        return outcome
    }

    // MARK: What the Deployment says

    var desired: Int { deployment.at("spec", "replicas")?.int ?? 1 }
    var strategy: String { deployment.at("spec", "strategy", "type")?.string ?? "RollingUpdate" }
    var isPaused: Bool { deployment.at("spec", "paused")?.bool ?? false }
    var minReadySeconds: Int { deployment.at("spec", "minReadySeconds")?.int ?? 0 }

    /// Nil when lack of progress is never noted: the value that stands for "no deadline" is the
    /// largest 32-bit number.
    var progressDeadline: Int? {
        let seconds = deployment.at("spec", "progressDeadlineSeconds")?.int
        return seconds == Int(Int32.max) ? nil : seconds
    }

    var maxSurge: Int {
        guard strategy == "RollingUpdate" else { return 0 }
        return PodCount.resolve(
            deployment.at("spec", "strategy", "rollingUpdate", "maxSurge"),
            of: desired,
            roundsUp: true
        )
    }

    var maxUnavailable: Int {
        guard strategy == "RollingUpdate", desired > 0 else { return 0 }
        let asked = PodCount.resolve(
            deployment.at("spec", "strategy", "rollingUpdate", "maxUnavailable"),
            of: desired,
            roundsUp: false
        )
        // Neither may be zero at once, or no pod could ever be replaced.
        return min(asked == 0 && maxSurge == 0 ? 1 : asked, desired)
    }

    // MARK: Its ReplicaSets

    var newIndex: Int? { replicaSets.firstIndex { $0.name == newName && newName != nil } }

    var newReplicaSet: JSON? { newIndex.map { replicaSets[$0] } }

    var oldIndices: [Int] { replicaSets.indices.filter { replicaSets[$0].name != newName } }

    private mutating func findNew() {
        let template = Self.template(of: deployment)
        newName = replicaSets.first { Self.template(of: $0) == template }?.name
    }

    /// The template without the label that tells ReplicaSets apart.
    static func template(of workload: JSON) -> JSON {
        var template = workload.at("spec", "template") ?? .emptyObject
        var labels = template.labels
        if labels.removeValue(forKey: "pod-template-hash") != nil { template.labels = labels }
        return template
    }

    /// Removes ReplicaSets that are no longer needed for an undo, the oldest first.
    mutating func cleanUp() {
        guard let limit = deployment.at("spec", "revisionHistoryLimit")?.int else { return }
        let old = oldIndices.filter { !replicaSets[$0].isBeingDeleted }
        guard old.count > limit else { return }
        let byRevision = old.sorted {
            (replicaSets[$0].revision, $0) < (replicaSets[$1].revision, $1)
        }
        for index in byRevision.prefix(old.count - limit) {
            let replicaSet = replicaSets[index]
            let observed = replicaSet.at("status", "observedGeneration")?.int ?? 0
            guard replicaSet.statusCount("replicas") == 0, replicaSet.specReplicas == 0,
                (replicaSet.generation ?? 0) <= observed
            else { continue }
            deleted.append(replicaSet)
        }
        let names = Set(deleted.compactMap(\.name))
        replicaSets.removeAll { names.contains($0.name ?? "") }
    }

    /// Notes in the Progressing condition that a rollout was paused or goes on.
    private mutating func notePause() {
        guard progressDeadline != nil,
            conditions.reason("Progressing") != "ProgressDeadlineExceeded"
        else { return }
        let isNoted = conditions.reason("Progressing") == "DeploymentPaused"
        guard isPaused != isNoted else { return }
        conditions.set(
            "Progressing",
            "Unknown",
            reason: isPaused ? "DeploymentPaused" : "DeploymentResumed",
            message: isPaused ? "Deployment is paused" : "Deployment is resumed",
            now: now,
            extra: .update
        )
    }
}

extension JSON {
    var specReplicas: Int { at("spec", "replicas")?.int ?? 1 }

    func statusCount(_ key: String) -> Int { at("status", key)?.int ?? 0 }

    /// The revision of a Deployment that a ReplicaSet stands for; 0 when it says none.
    var revision: Int { annotations["deployment.kubernetes.io/revision"].flatMap { Int($0) } ?? 0 }
}
