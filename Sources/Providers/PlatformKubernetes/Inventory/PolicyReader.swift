import JSONValues
import KubernetesObjects
import MigrationModel

/// Finds the policies of some namespaces that would keep bridges from carrying.
///
/// What comes to a node port is seen by pods as coming from a node of their own site, unless the network
/// keeps the caller's address: so nodes have to be let in. What goes to another site has to be let out to
/// its nodes, at node ports.
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

    func read() -> [BridgeObstacle] {
        let policies = objects.filter { $0.isKind("NetworkPolicy", in: "networking.k8s.io") }
            .compactMap(IsolatingPolicy.init)
            .sorted { $0.reference < $1.reference }
        var found = obstaclesInto(policies) + obstaclesOut(policies)
        let judged = objects + WidePolicies.applying(wide, to: namespaces, objects)
        for object in judged.sorted(by: { $0.namespacedName < $1.namespacedName }) {
            if let obstacle = MeshPolicies.obstacle(object) { found.append(obstacle) }
        }
        return found.sorted()
    }

    // MARK: - Into the pods behind names

    private func obstaclesInto(_ policies: [IsolatingPolicy]) -> [BridgeObstacle] {
        var concerns: [ObjectReference: Set<String>] = [:]
        var ports: [ObjectReference: Set<String>] = [:]
        for service in objects where service.isKind("Service", in: "") {
            let selector = service.at("spec", "selector")?.stringMap ?? [:]
            guard !selector.isEmpty, let namespace = service.namespace, let name = service.name
            else { continue }
            for labels in podLabels(in: namespace) where labels.contains(selector) {
                let isolating = policies.filter { $0.isolates(labels, in: namespace, .ingress) }
                guard let first = isolating.first else { continue }
                for port in service.at("spec", "ports")?.array ?? [] {
                    let wanted = PolicyPort(targetOf: port)
                    let isOpen = isolating.contains { $0.admits(nodes, at: wanted) }
                    guard !isOpen else { continue }
                    concerns[first.reference, default: []].insert("Service \(namespace)/\(name)")
                    ports[first.reference, default: []].insert(wanted.text)
                }
            }
        }
        return concerns.map { policy, names in
            BridgeObstacle(
                policy: policy,
                barrier: .intoPods,
                concerns: names.sorted(),
                ports: (ports[policy] ?? []).sorted()
            )
        }
    }

    // MARK: - Out of the pods that call

    private func obstaclesOut(_ policies: [IsolatingPolicy]) -> [BridgeObstacle] {
        var concerns: [ObjectReference: Set<String>] = [:]
        for workload in objects {
            guard let namespace = workload.namespace, let name = workload.name,
                let kind = workload.kind, let labels = PolicyReader.podLabels(of: workload)
            else { continue }
            let isolating = policies.filter { $0.isolates(labels, in: namespace, .egress) }
            guard let first = isolating.first, !isolating.contains(where: letsOut) else { continue }
            concerns[first.reference, default: []].insert("\(kind) \(namespace)/\(name)")
        }
        var found = concerns.map { policy, names in
            BridgeObstacle(policy: policy, barrier: .outOfPods, concerns: names.sorted())
        }
        // A trial's pod bears labels of its own only.
        let trial = ["app.kubernetes.io/managed-by": "diolkos", "job-name": "diolkos-try"]
        for namespace in Set(policies.compactMap(\.reference.namespace)).sorted() {
            let isolating = policies.filter { $0.isolates(trial, in: namespace, .egress) }
            guard let first = isolating.first, !isolating.contains(where: letsOut) else { continue }
            found.append(
                BridgeObstacle(
                    policy: first.reference,
                    barrier: .outOfTrials,
                    concerns: ["the Jobs of \(namespace) that try bridges"]
                )
            )
        }
        return found
    }

    private func letsOut(_ policy: IsolatingPolicy) -> Bool {
        policy.letsOut(to: nodesOfOther, at: PolicyReader.nodePorts)
    }

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
