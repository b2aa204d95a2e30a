import JSONValues
import KubernetesObjects
import MigrationModel

/// A Service of type LoadBalancer would have a second balancer made, and addresses from outside might
/// be taken from the source: neither happens unasked.
struct BalancerRule: DetailRule {
    let choice: LoadBalancerChoice

    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        guard isBalanced(object), choice == .leave else { return nil }
        return Staying(reason: "Services of type LoadBalancer are left")
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        var findings: [Finding] = []
        if wanted.groupKind == "Service", wanted.at("spec", "externalIPs") != nil {
            wanted.remove(at: "spec", "externalIPs")
            findings.append(
                Finding(
                    check: "external-addresses",
                    severity: .decide,
                    objects: ["\(key)"],
                    reason: "it takes addresses from outside, which the source uses now; "
                        + "its copy has none",
                    remedy: "Give the addresses to the target's Service when the traffic moves."
                )
            )
        }
        guard isBalanced(wanted), choice != .keep else { return findings }
        makeInternal(&wanted)
        guard choice == .undecided else { return findings }
        findings.append(
            Finding(
                check: "load-balancer",
                severity: .decide,
                objects: ["\(key)"],
                reason: "type LoadBalancer would have another balancer made, with another address; "
                    + "its copy is of type ClusterIP",
                remedy:
                    "Say with --load-balancers whether they stay internal, keep their type or are "
                    + "left out."
            )
        )
        return findings
    }

    private func isBalanced(_ object: JSON) -> Bool {
        object.groupKind == "Service" && object.at("spec", "type") == "LoadBalancer"
    }

    /// What only a balancer needs goes; a server refuses most of it on other types.
    private func makeInternal(_ service: inout JSON) {
        service.set("ClusterIP", at: "spec", "type")
        for field in [
            "allocateLoadBalancerNodePorts", "externalTrafficPolicy", "healthCheckNodePort",
            "loadBalancerClass", "loadBalancerIP", "loadBalancerSourceRanges",
        ] {
            service.remove(at: "spec", field)
        }
        let ports = (service.at("spec", "ports")?.array ?? []).map { port in
            var port = port
            port["nodePort"] = nil
            return port
        }
        service.set(.array(ports), at: "spec", "ports")
    }
}
