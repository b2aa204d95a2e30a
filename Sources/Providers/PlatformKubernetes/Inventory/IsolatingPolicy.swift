import JSONValues
import KubernetesObjects
import MigrationModel

/// A NetworkPolicy (networking.k8s.io/v1) as somebody reads it who comes from another site.
struct IsolatingPolicy: Sendable {
    enum Direction {
        case ingress
        case egress
    }

    let reference: ObjectReference
    private let selector: LabelSelector
    private let policy: JSON

    /// Nil for what cannot be read; a server would not have taken it.
    init?(_ object: JSON) {
        guard let reference = ObjectReference(object) else { return nil }
        do {
            selector = try LabelSelector(object: object.at("spec", "podSelector") ?? .emptyObject)
        } catch {
            return nil
        }
        self.reference = reference
        policy = object
    }

    /// Whether pods with these labels take only what policies admit, in this direction.
    func isolates(
        _ labels: [String: String],
        in namespace: String,
        _ direction: Direction
    ) -> Bool {
        guard reference.namespace == namespace, selector.matches(labels) else { return false }
        let types = (policy.at("spec", "policyTypes")?.array ?? []).compactMap(\.string)
        switch direction {
        // Without types it is one of ingress, and of egress too if it has rules for that.
        case .ingress: return types.isEmpty || types.contains("Ingress")
        case .egress:
            return types.isEmpty
                ? policy.at("spec", "egress") != nil : types.contains("Egress")
        }
    }

    /// Whether a rule lets all of these in, at a port of the pod.
    func admits(_ sources: [AddressRange], at port: PolicyPort) -> Bool {
        (policy.at("spec", "ingress")?.array ?? []).contains { rule in
            let ports = rule["ports"]?.array ?? []
            return (ports.isEmpty || ports.contains(where: port.isMeant))
                && IsolatingPolicy.means(sources, rule["from"])
        }
    }

    /// Whether a rule lets pods out to all of these, at each of the ports.
    func letsOut(to targets: [AddressRange], at range: ClosedRange<Int>) -> Bool {
        (policy.at("spec", "egress")?.array ?? []).contains { rule in
            let ports = rule["ports"]?.array ?? []
            let covers = ports.contains { port in
                guard port["protocol"]?.string ?? "TCP" == "TCP" else { return false }
                guard let first = port["port"]?.int else { return port["port"] == nil }
                return first <= range.lowerBound
                    && port["endPort"]?.int ?? first >= range.upperBound
            }
            return (ports.isEmpty || covers) && IsolatingPolicy.means(targets, rule["to"])
        }
    }

    /// Whether peers mean all of these addresses; no peers mean everybody.
    private static func means(_ addresses: [AddressRange], _ peers: JSON?) -> Bool {
        guard let peers = peers?.array, !peers.isEmpty else { return true }
        // Of addresses that nobody knows nothing can be said.
        guard !addresses.isEmpty else { return false }
        return addresses.allSatisfy { address in
            peers.contains { peer in
                guard
                    let range = peer.at("ipBlock", "cidr")?.string.flatMap({ AddressRange($0) }),
                    range.overlaps(address), range.length <= address.length
                else { return false }
                let except = (peer.at("ipBlock", "except")?.array ?? [])
                    .compactMap { $0.string.flatMap { AddressRange($0) } }
                return !except.contains { $0.overlaps(address) }
            }
        }
    }
}

/// A port of a pod as policies name it.
struct PolicyPort: Sendable {
    /// A number, or a name.
    private let port: JSON
    private let transport: String

    /// The port of the pod behind a port of a Service.
    init(targetOf service: JSON) {
        port = service["targetPort"] ?? service["port"] ?? .null
        transport = service["protocol"]?.string ?? "TCP"
    }

    /// A port of TCP by its number.
    init(number: Int) {
        port = .int(number)
        transport = "TCP"
    }

    /// `8080`, `http`, `53/UDP`.
    var text: String {
        let name = port.string ?? port.int.map(String.init) ?? ""
        return transport == "TCP" ? name : "\(name)/\(transport)"
    }

    /// Whether a port of a rule means this one.
    ///
    /// A name and a number are never taken for the same, though a pod may have them so.
    func isMeant(by rule: JSON) -> Bool {
        guard rule["protocol"]?.string ?? "TCP" == transport else { return false }
        guard let wanted = rule["port"] else { return true }
        if let first = wanted.int, let last = rule["endPort"]?.int, let number = port.int {
            return (first...max(first, last)).contains(number)
        }
        return wanted == port
    }
}
