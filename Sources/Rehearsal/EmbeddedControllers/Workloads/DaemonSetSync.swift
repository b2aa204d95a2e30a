import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// One look at one DaemonSet.
struct DaemonSetSync: Sendable {
    private let daemonSet: JSON
    private let now: WallTime
    private let nodes: [String]
    private let podsByNode: [String: [JSON]]
    private var revisions: Revisions
    private(set) var outcome = Reconciliation()

    init(_ daemonSet: JSON, pods: [JSON], in view: ClusterView) {
        self.daemonSet = daemonSet
        now = view.now
        let wanted = daemonSet.at("spec", "template", "spec", "nodeSelector")?.stringMap ?? [:]
        nodes = view.objects(.nodes)
            .filter { node in wanted.allSatisfy { node.labels[$0.key] == $0.value } }
            .compactMap(\.name)
        podsByNode = Dictionary(grouping: pods) { Self.node(of: $0) }
        revisions = Revisions(of: daemonSet, hashLabel: "controller-revision-hash", in: view)
    }

    mutating func run() {
        let inUse = podsByNode.values.flatMap { $0 }.compactMap {
            $0.labels["controller-revision-hash"].map { "\(daemonSet.name ?? "")-\($0)" }
        }
        revisions.truncate(inUse: Set(inUse))
        outcome.writes += revisions.writes
        if !daemonSet.isBeingDeleted { act() }
        outcome.updateStatus(status, of: daemonSet)
        let pauses = podsByNode.values.flatMap { $0 }
            .compactMap { $0.timeUntilAvailable(afterReadyFor: minReadySeconds, now: now) }
            .filter { $0 > .zero }
        if let pause = pauses.min() { outcome.lookAgain(after: pause) }
    }

    private var minReadySeconds: Int { daemonSet.at("spec", "minReadySeconds")?.int ?? 0 }

    private var hash: String { revisions.update.labels["controller-revision-hash"] ?? "" }

    /// The node for which a pod was made, bound or not.
    private static func node(of pod: JSON) -> String {
        if let node = pod.nodeName { return node }
        let terms = pod.at("spec", "affinity", "nodeAffinity")?
            .at("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
        return terms?[0]?["matchFields"]?[0]?["values"]?[0]?.string ?? ""
    }

    private mutating func act() {
        for (node, pods) in podsByNode.sorted(by: { $0.key < $1.key }) {
            let surplus = nodes.contains(node) ? pods.dropFirst() : pods[...]
            for pod in surplus where !pod.isBeingDeleted { outcome.delete(pod: pod) }
            for pod in pods.first.map({ [$0] }) ?? []
            where nodes.contains(node) && pod.isPodFinished && !pod.isBeingDeleted {
                outcome.delete(pod: pod)
            }
        }
        for node in nodes where podsByNode[node] == nil {
            outcome.writes.append(.create(pod(for: node)))
        }
        replace()
    }

    /// Deletes pods of older versions, as many at a time as may be unavailable.
    private mutating func replace() {
        guard daemonSet.at("spec", "updateStrategy", "type")?.string != "OnDelete" else { return }
        let asked = PodCount.resolve(
            daemonSet.at("spec", "updateStrategy", "rollingUpdate", "maxUnavailable") ?? 1,
            of: nodes.count,
            roundsUp: true
        )
        let present = nodes.compactMap { podsByNode[$0]?.first }
        let unavailable = nodes.count - present.count { isAvailable($0) }
        var room = max(asked, 1) - unavailable
        for pod in present
        where pod.labels["controller-revision-hash"] != hash && !pod.isBeingDeleted {
            // An old pod that serves nobody costs no availability.
            if isAvailable(pod) {
                guard room > 0 else { continue }
                room -= 1
            }
            outcome.delete(pod: pod)
        }
    }

    private func isAvailable(_ pod: JSON) -> Bool {
        !pod.isBeingDeleted && pod.isPodAvailable(afterReadyFor: minReadySeconds, now: now)
    }

    private func pod(for node: String) -> JSON {
        var pod = PodTemplate(of: daemonSet).pod(of: daemonSet)
        pod.labels["controller-revision-hash"] = hash
        pod.labels["pod-template-generation"] = String(daemonSet.generation ?? 1)
        pod.set(
            [
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    "nodeSelectorTerms": [
                        [
                            "matchFields": [
                                [
                                    "key": "metadata.name", "operator": "In",
                                    "values": [.string(node)],
                                ]
                            ]
                        ]
                    ]
                ]
            ],
            at: "spec",
            "affinity",
            "nodeAffinity"
        )
        let tolerated = [
            ("not-ready", "NoExecute"), ("unreachable", "NoExecute"),
            ("disk-pressure", "NoSchedule"), ("memory-pressure", "NoSchedule"),
            ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
        ]
        let own = pod.at("spec", "tolerations")?.array ?? []
        let added = tolerated.map { key, effect -> JSON in
            [
                "key": .string("node.kubernetes.io/\(key)"), "operator": "Exists",
                "effect": .string(effect),
            ]
        }
        pod.set(.array(own + added.filter { !own.contains($0) }), at: "spec", "tolerations")
        return pod
    }

    private var status: JSON {
        let present = nodes.compactMap { podsByNode[$0]?.first }
        let misplaced = podsByNode.keys.filter { !nodes.contains($0) }
        let available = present.count { isAvailable($0) }
        var status = daemonSet.status ?? .emptyObject
        status["currentNumberScheduled"] = .int(present.count)
        status["desiredNumberScheduled"] = .int(nodes.count)
        status["numberMisscheduled"] = .int(misplaced.count)
        status["numberReady"] = .int(present.count { $0.isPodReady && !$0.isBeingDeleted })
        status.setCount("numberAvailable", available)
        status.setCount("numberUnavailable", nodes.count - available)
        status.setCount(
            "updatedNumberScheduled",
            present.count { $0.labels["controller-revision-hash"] == hash }
        )
        status["observedGeneration"] = daemonSet.generation.map { JSON.int($0) }
        return status
    }
}
