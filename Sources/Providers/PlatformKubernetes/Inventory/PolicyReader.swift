import JSONValues
import KubernetesObjects
import MigrationModel

/// Finds the policies of some namespaces that would keep bridges from carrying.
///
/// What comes to a node port is seen by pods as coming from a node of their own site, unless the network
/// keeps the caller's address: so nodes have to be let in, and what goes to another site has to be let out to
/// its nodes, at node ports. Bridges to pods go from pod to pod: so the other site's pods have to be let in,
/// and who calls out to them.
struct PolicyReader: Sendable {
    /// Where node ports lie unless a cluster says otherwise (kube-apiserver, `service-node-port-range`).
    static let nodePorts = 30_000...32_767

    /// What they are for.
    let namespaces: [String]
    /// Every object of the namespaces.
    let objects: [JSON]
    /// Policies of the mesh and the cluster: see `WidePolicyKinds`.
    let wide: [JSON]
    /// The addresses of this site's nodes.
    let nodes: [AddressRange]
    /// The addresses of the other site's.
    let nodesOfOther: [AddressRange]

    /// The addresses from which the other site's pods have theirs; none where its nodes tell nothing.
    let podsOfOther: [AddressRange]

    func read() -> [BridgeObstacle] {
        let policies = objects.filter { $0.isKind("NetworkPolicy", in: "networking.k8s.io") }
            .compactMap(IsolatingPolicy.init)
            .sorted { $0.reference < $1.reference }
        var found = BridgeReach.allCases.flatMap { reach in
            obstaclesInto(policies, reach) + obstaclesOut(policies, reach)
        }
        let judged = objects + WidePolicies.applying(wide, to: namespaces, objects)
        for object in judged.sorted(by: { $0.namespacedName < $1.namespacedName }) {
            if let obstacle = MeshPolicies.obstacle(object) { found.append(obstacle) }
        }
        return found.sorted()
    }

    // MARK: - Into pods

    /// Who comes by a node port comes from a node of this site; by a pod's address, from a pod of the other.
    private func callers(_ reach: BridgeReach) -> [AddressRange] {
        reach == .nodes ? nodes : podsOfOther
    }

    private func obstaclesInto(
        _ policies: [IsolatingPolicy],
        _ reach: BridgeReach
    ) -> [BridgeObstacle] {
        var concerns: [ObjectReference: Set<String>] = [:]
        var ports: [ObjectReference: Set<String>] = [:]
        for service in objects where service.isKind("Service", in: "") {
            let selector = service.at("spec", "selector")?.stringMap ?? [:]
            guard !selector.isEmpty, let namespace = service.namespace, let name = service.name
            else { continue }
            for labels in podLabels(in: namespace) where labels.contains(selector) {
                for port in service.at("spec", "ports")?.array ?? [] {
                    let wanted = PolicyPort(targetOf: port)
                    guard
                        let first = closing(
                            policies,
                            .ingress,
                            labels,
                            namespace,
                            { policy in
                                policy.admits(callers(reach), at: wanted)
                            }
                        )
                    else { continue }
                    concerns[first, default: []].insert("Service \(namespace)/\(name)")
                    ports[first, default: []].insert(wanted.text)
                }
            }
        }
        let intoPods = concerns.map { policy, names in
            BridgeObstacle(
                policy: policy,
                barrier: .intoPods,
                reach: reach,
                concerns: names.sorted(),
                ports: (ports[policy] ?? []).sorted()
            )
        }
        return intoPods + obstaclesIntoListener(policies, reach)
    }

    private func obstaclesIntoListener(
        _ policies: [IsolatingPolicy],
        _ reach: BridgeReach
    ) -> [BridgeObstacle] {
        let port = PolicyPort(number: LinkListener.port)
        return Set(policies.compactMap(\.reference.namespace)).sorted().compactMap { namespace in
            closing(policies, .ingress, PolicyReader.listener, namespace) {
                $0.admits(callers(reach), at: port)
            }.map { policy in
                BridgeObstacle(
                    policy: policy,
                    barrier: .intoListener,
                    reach: reach,
                    concerns: ["the Job of \(namespace) that listens"],
                    ports: [port.text]
                )
            }
        }
    }

    // MARK: - Out of the pods that call

    private func obstaclesOut(
        _ policies: [IsolatingPolicy],
        _ reach: BridgeReach
    ) -> [BridgeObstacle] {
        var concerns: [ObjectReference: Set<String>] = [:]
        for workload in objects {
            guard let namespace = workload.namespace, let name = workload.name,
                let kind = workload.kind, let labels = PolicyReader.podLabels(of: workload),
                let first = closing(policies, .egress, labels, namespace, { letsOut($0, reach) })
            else { continue }
            concerns[first, default: []].insert("\(kind) \(namespace)/\(name)")
        }
        let found = concerns.map { policy, names in
            BridgeObstacle(
                policy: policy,
                barrier: .outOfPods,
                reach: reach,
                concerns: names.sorted()
            )
        }
        let namespaces = Set(policies.compactMap(\.reference.namespace)).sorted()
        return found
            + namespaces.compactMap { namespace in
                PolicyReader.trials.lazy
                    .compactMap { labels in
                        closing(policies, .egress, labels, namespace) { letsOut($0, reach) }
                    }
                    .first
                    .map { policy in
                        BridgeObstacle(
                            policy: policy,
                            barrier: .outOfTrials,
                            reach: reach,
                            concerns: ["the Jobs of \(namespace) that try bridges"]
                        )
                    }
            }
    }

    /// The first policy that isolates pods with these labels in this direction, where none lets through what
    /// a bridge carries.
    private func closing(
        _ policies: [IsolatingPolicy],
        _ direction: IsolatingPolicy.Direction,
        _ labels: [String: String],
        _ namespace: String,
        _ letsThrough: (IsolatingPolicy) -> Bool
    ) -> ObjectReference? {
        let isolating = policies.filter { $0.isolates(labels, in: namespace, direction) }
        guard let first = isolating.first, !isolating.contains(where: letsThrough) else {
            return nil
        }
        return first.reference
    }

    private func letsOut(_ policy: IsolatingPolicy, _ reach: BridgeReach) -> Bool {
        switch reach {
        case .nodes: policy.letsOut(to: nodesOfOther, at: PolicyReader.nodePorts)
        case .pods: portsOfPods.allSatisfy { policy.letsOut(to: podsOfOther, at: $0) }
        }
    }

    /// The ports of pods behind names; all of them where one is known by its name only.
    private var portsOfPods: [ClosedRange<Int>] {
        let ports = objects.filter { $0.isKind("Service", in: "") }
            .flatMap { $0.at("spec", "ports")?.array ?? [] }
            .map { ($0["targetPort"] ?? $0["port"])?.int }
        guard ports.allSatisfy({ $0 != nil }) else { return [1...65_535] }
        return Set(ports.compactMap { $0 } + [LinkListener.port]).sorted().map { $0...$0 }
    }

    // MARK: - Jobs

    private static func labels(ofJob name: String) -> [String: String] {
        ["app.kubernetes.io/managed-by": "diolkos", "job-name": name]
    }

    /// The pods of short Jobs bear labels of their own only.
    private static let trials = [
        labels(ofJob: "diolkos-try"), labels(ofJob: "diolkos-try-transfer"),
    ]
    private static let listener = labels(ofJob: "diolkos-listen")

    // MARK: - Pods

    private func podLabels(in namespace: String) -> [[String: String]] {
        objects.filter { $0.namespace == namespace }.compactMap(PolicyReader.podLabels)
    }

    /// The labels of the pods that an object makes; nil for what makes none, or is made itself.
    private static func podLabels(of object: JSON) -> [String: String]? {
        guard ["Deployment", "StatefulSet", "DaemonSet"].contains(object.kind ?? ""),
            object.apiVersion?.hasPrefix("apps/") == true
        else { return nil }
        return object.at("spec", "template", "metadata", "labels")?.stringMap ?? [:]
    }
}

extension [String: String] {
    /// Whether all of these are among the labels.
    fileprivate func contains(_ selector: [String: String]) -> Bool {
        selector.allSatisfy { self[$0.key] == $0.value }
    }
}
