import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Puts a NetworkPolicy beside another one that lets bridges in, or out, for the same pods.
///
/// Repeated: what bears this step's mark is left alone. Undone: it is deleted, by uid. Where the other
/// policy has gone, its pods are open and nothing is made.
struct PolicyAddition: ChangeMaker {
    let access: SiteAccess
    let admission: BridgeAdmission

    private var reference: ObjectReference { admission.reference }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        guard let beside = try await access.find(admission.beside) else { return Receipt() }
        let own = OwnObject(access: access, reference: reference, mark: mark)
        let present = try await own.ensure(try await object(for: beside))
        return Receipt(details: ["uid": present.uid.map(JSON.string) ?? .null])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        try await OwnObject(access: access, reference: reference, mark: mark).remove()
    }

    private func object(for beside: JSON) async throws(ProviderError) -> JSON {
        let peers = try await peers()
        var spec: JSON = ["podSelector": beside.at("spec", "podSelector") ?? .emptyObject]
        if admission.letsIn {
            spec["policyTypes"] = ["Ingress"]
            spec["ingress"] = [["from": .array(peers), "ports": .array(admission.ports.map(port))]]
        } else {
            spec["policyTypes"] = ["Egress"]
            var rule: JSON = ["to": .array(peers)]
            // Pods are reached at ports of their own, nodes at node ports.
            if admission.reach == .nodes { rule["ports"] = PolicyAddition.nodePorts }
            spec["egress"] = [rule]
        }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": [
                "name": .string(reference.name),
                "namespace": reference.namespace.map(JSON.string) ?? .null,
            ],
            "spec": spec,
        ]
    }

    private static let nodePorts: JSON = .array(
        ["TCP", "UDP"].map { transport in
            [
                "protocol": .string(transport), "port": .int(PolicyReader.nodePorts.lowerBound),
                "endPort": .int(PolicyReader.nodePorts.upperBound),
            ]
        }
    )

    /// Who is let in, or to whom others are let out; sorted.
    private func peers() async throws(ProviderError) -> [JSON] {
        let others = try await NodeAddresses(access: access.other).nodes()
        var ranges = NodeAddresses.ready(of: others).map(PolicyAddition.single)
        switch admission.reach {
        case .nodes:
            // A node port is answered through a node of this site, or with the caller's own address.
            if admission.letsIn {
                ranges += try await NodeAddresses(access: access).ready()
                    .map(PolicyAddition.single)
            }
        case .pods:
            let pods = others.flatMap(RangeReader.podRanges).map(\.text)
            guard !pods.isEmpty else {
                throw .rejected(
                    reason:
                        "the nodes of \(access.other.context) no longer tell from which ranges its "
                        + "pods have addresses; admit them yourself, and plan with "
                        + "spec.bridges.policies: find"
                )
            }
            // On their way some networks give packets of pods the address of their node.
            ranges = admission.letsIn ? ranges + pods : pods
        }
        return Set(ranges).sorted().map { ["ipBlock": ["cidr": .string($0)]] }
    }

    private static func single(_ address: String) -> String {
        "\(address)/\(address.contains(":") ? 128 : 32)"
    }

    /// A port of pods as an obstacle has it: `http`, `8080`, `53/UDP`.
    private func port(_ text: String) -> JSON {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        let name = parts.first ?? ""
        return [
            "protocol": .string(parts.count > 1 ? parts[1] : "TCP"),
            "port": Int(name).map { .int($0) } ?? .string(name),
        ]
    }
}
