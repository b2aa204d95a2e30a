import Clocks
import EmbeddedAPI
import EmbeddedControllers
import JSONValues
import KubernetesObjects

/// A cluster with its controllers and nodes that run every pod, all on virtual time.
final class ControlledCluster {
    let time = ManualTime()
    let cluster: EmbeddedCluster
    let manager: ControllerManager
    /// How long a pod takes from being seen by its node to being ready; nil for never.
    var readyAfter: Duration? = .milliseconds(100)
    /// Called after each step, for what must hold at all times.
    var watcher: (() -> Void)?
    private let runsPods: Bool
    private var seen: [String: Duration] = [:]
    private var addressLast = 0

    init(runsPods: Bool = true, configuration: ControllerConfiguration = .init(), seed: UInt64 = 7)
    {
        cluster = EmbeddedCluster(
            time: time,
            identifiers: CountedIdentifiers().next,
            seed: seed
        )
        manager = ControllerManager(
            cluster: cluster,
            time: time,
            seed: seed,
            configuration: configuration
        )
        self.runsPods = runsPods
    }

    /// Lets controllers and nodes work until nothing is left to do, or `limit` has passed.
    func settle(for limit: Duration = .seconds(20)) {
        let end = time.uptime + limit
        for _ in 0..<100_000 {
            var pause = manager.step()
            watcher?()
            if runsPods, let later = runPods() { pause = min(pause ?? later, later) }
            guard let pause else { return }
            guard time.uptime + pause <= end else { return time.advance(by: end - time.uptime) }
            time.advance(by: pause)
        }
        preconditionFailure("controllers and nodes keep each other busy without end")
    }

    func addNode(_ name: String, zone: String? = nil) throws {
        var node: JSON = ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name)]]
        if let zone { node.labels["topology.kubernetes.io/zone"] = zone }
        try cluster.create(node, manager: "test")
    }

    // MARK: Objects

    @discardableResult
    func create(_ text: String) throws -> JSON {
        try cluster.create(try JSON.parse(text), manager: "test")
    }

    func get(_ resource: ResourceName, _ name: String, in namespace: String = "default") -> JSON {
        cluster.get(resource, namespace: namespace, name: name) ?? .null
    }

    func list(_ resource: ResourceName, in namespace: String = "default") -> [JSON] {
        // The API server itself keeps a slice for `kubernetes`, which no controller looks after.
        cluster.list(resource, namespace: namespace).filter { $0.name != "kubernetes" }
    }

    func change(
        _ resource: ResourceName,
        _ name: String,
        in namespace: String = "default",
        _ body: (inout JSON) -> Void
    ) throws {
        try cluster.mutate(resource, namespace: namespace, name: name, manager: "test", body)
    }

    // MARK: Nodes

    /// What kubelets do; answers when they want to look again.
    private func runPods() -> Duration? {
        var next: Duration?
        for pod in cluster.list(.pods) {
            let uid = pod.uid ?? ""
            if pod.deletionTimestamp != nil {
                // A finalizer holds a pod that its node is done with.
                if pod.number("metadata", "deletionGracePeriodSeconds") == 0 { continue }
                perform {
                    try cluster.delete(
                        .pods,
                        namespace: pod.namespace,
                        name: pod.name ?? "",
                        options: DeleteOptions(gracePeriodSeconds: 0)
                    )
                }
                next = .zero
            } else if let since = seen[uid] {
                guard let readyAfter, pod.at("status", "phase")?.string ?? "Pending" == "Pending"
                else {
                    continue
                }
                let due = since + readyAfter - time.uptime
                if due <= .zero {
                    start(pod)
                    next = .zero
                } else {
                    next = min(next ?? due, due)
                }
            } else {
                seen[uid] = time.uptime
                bind(pod)
                next = .zero
            }
        }
        return next
    }

    private func bind(_ pod: JSON) {
        guard pod.at("spec", "nodeName") == nil else { return }
        let nodes = cluster.list(.nodes)
        guard !nodes.isEmpty else { return }
        let node = nodes[addressLast % nodes.count].name ?? ""
        perform {
            try cluster.mutate(
                .pods,
                namespace: pod.namespace,
                name: pod.name ?? "",
                subresource: .binding,
                manager: "kube-scheduler"
            ) { $0.set(.string(node), at: "spec", "nodeName") }
        }
    }

    private func start(_ pod: JSON) {
        addressLast += 1
        setReady(pod, true, address: "10.1.\(addressLast / 250).\(addressLast % 250 + 1)")
    }

    /// Writes the status of a pod that runs.
    func setReady(_ pod: JSON, _ isReady: Bool, address: String? = nil) {
        let now = time.wallTime.rfc3339
        perform {
            try cluster.mutate(
                .pods,
                namespace: pod.namespace,
                name: pod.name ?? "",
                subresource: .status,
                manager: "kubelet"
            ) { pod in
                pod.set("Running", at: "status", "phase")
                if let address {
                    pod.set(.string(address), at: "status", "podIP")
                    pod.set([["ip": .string(address)]], at: "status", "podIPs")
                }
                pod.set(
                    [
                        [
                            "type": "Ready", "status": isReady ? "True" : "False",
                            "lastTransitionTime": .string(now),
                        ]
                    ],
                    at: "status",
                    "conditions"
                )
            }
        }
    }

    private func perform(_ body: () throws -> Void) {
        do { try body() } catch { preconditionFailure("the test's node was refused: \(error)") }
    }
}

extension JSON {
    /// The value of a condition in an object's status: `True (MinimumReplicasAvailable)`.
    func state(_ type: String) -> String? {
        condition(type).map {
            "\($0["status"]?.string ?? "") (\($0["reason"]?.string ?? ""))"
        }
    }

    func message(_ type: String) -> String? {
        condition(type)?["message"]?.string
    }

    func number(_ path: String...) -> Int? { at(path)?.int }
}
