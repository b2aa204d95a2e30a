import JSONValues
import KubernetesObjects
import MigrationModel

/// A node port that a user chose stays; where another Service of the target has it, that is said
/// before anything is written.
struct NodePortRule: DetailRule {
    /// Who has which port, as `30080/TCP`.
    private let owners: [String: CopyKey]
    private let rule: CopyRule

    init(_ rule: CopyRule, target: SiteObjects) {
        self.rule = rule
        var owners: [String: CopyKey] = [:]
        for (key, object) in target.objects.sorted(by: { $0.key < $1.key }) {
            for port in NodePortRule.ports(of: object) { owners[port] = key }
        }
        self.owners = owners
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        let namespace = key.namespace.map(rule.transforms.target(ofNamespace:))
        return NodePortRule.ports(of: wanted).compactMap { port in
            guard let owner = owners[port],
                (owner.namespace, owner.name) != (namespace, key.name)
            else { return nil }
            return Finding(
                check: "node-port-taken",
                severity: .blocker,
                objects: ["\(key)"],
                reason: "it wants node port \(port), which \(owner) has at the target",
                remedy: "Give one of them another node port, or leave this one out of the copy."
            )
        }
    }

    private static func ports(of object: JSON) -> [String] {
        guard object.groupKind == "Service" else { return [] }
        let ports = (object.at("spec", "ports")?.array ?? []).compactMap { port -> String? in
            guard let number = port["nodePort"]?.int, number > 0 else { return nil }
            return "\(number)/\(port["protocol"]?.string ?? "TCP")"
        }
        // Nodes are asked for their health on a port out of the same range.
        let health = object.at("spec", "healthCheckNodePort")?.int ?? 0
        return health > 0 ? ports + ["\(health)/TCP"] : ports
    }
}
