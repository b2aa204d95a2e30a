import JSONValues
import MigrationModel

/// Services for which a cloud makes a load balancer of its own at each cluster.
struct LoadBalancerCheck: AssessmentCheck {
    let name = "load-balancer"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("Service").filter { $0.body.at("spec", "type") == "LoadBalancer" },
            "a copied Service of type LoadBalancer makes a second, costly load balancer with an "
                + "address and a name of its own",
            remedy: "Say whether to keep the type (a new address), or to copy it as ClusterIP and "
                + "lead traffic there by the balancer that stands before both sites."
        )
    }
}

/// Addresses that lead to one place only.
struct ExternalAddressCheck: AssessmentCheck {
    let name = "external-address"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("Service").filter {
                $0.body.at("spec", "externalIPs")?.array?.isEmpty == false
                    || $0.body.at("spec", "loadBalancerIP")?.string?.isEmpty == false
            },
            "they claim fixed addresses (externalIPs, loadBalancerIP): copied, both sites claim them",
            remedy:
                "Take the addresses out of the copy, or move them at the moment of the crossing."
        )
    }
}

/// Addresses of the source's own Services and nodes that configuration holds.
struct OwnAddressCheck: AssessmentCheck {
    let name = "own-address"

    func findings(in estate: AssessedEstate) -> [Finding] {
        OutsideCallReader(estate).readOwn().flatMap { call, owner in
            finding(
                .decide,
                call.callers,
                "\(call.address) (\(AssessmentText.shortened(call.evidence, to: 3))) is the address of "
                    + "\(owner) at the source: at the target it leads nowhere, or to somebody else",
                remedy: "Name the Service in its place."
            )
        }
    }
}

/// Node ports that are in use at the target.
struct NodePortCheck: AssessmentCheck {
    let name = "node-port-taken"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var holders: [Int: SlimObject] = [:]
        for service in estate.target.all("Service") {
            for port in NodePortCheck.ports(of: service) { holders[port] = service }
        }
        return estate.moving("Service").flatMap { service in
            NodePortCheck.ports(of: service).flatMap { port -> [Finding] in
                guard let holder = holders[port], holder.key != service.key else { return [] }
                return finding(
                    .decide,
                    [service],
                    "its node port \(port) belongs to \(holder.key) at the target; if somebody "
                        + "chose the port, creating the Service there is refused",
                    remedy: "Free the port at the target, or let the copy draw another one."
                )
            }
        }
    }

    private static func ports(of service: SlimObject) -> [Int] {
        (service.body.at("spec", "ports")?.array ?? []).compactMap { $0["nodePort"]?.int }
            .filter { $0 > 0 }
    }
}

/// Names that external-dns would publish for a copy before any traffic was decided about.
struct ExternalDNSCheck: AssessmentCheck {
    let name = "external-dns"
    private static let hostname = "external-dns.alpha.kubernetes.io/hostname"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let isAtTarget = estate.target.workloads.contains { workload in
            (workload.pods?.containers ?? []).contains {
                $0["image"]?.string?.contains("external-dns") == true
            }
        }
        let named = (estate.moving("Service") + estate.moving("Ingress.networking.k8s.io"))
            .filter { $0.annotations[Self.hostname] != nil }
        let entries = estate.moving("Ingress.networking.k8s.io").filter { ingress in
            ingress.annotations[Self.hostname] == nil
                && (ingress.body.at("spec", "rules")?.array ?? []).contains {
                    $0["host"]?.string?.isEmpty == false
                }
        }
        let remedy =
            "A copy carries external-dns.alpha.kubernetes.io/controller: diolkos, so that external-dns "
            + "leaves its names alone: take that off when they shall move, and give the two external-dns "
            + "different owner ids."
        guard isAtTarget else {
            return finding(
                .note,
                named,
                "external-dns publishes their names; none was seen at the target yet",
                remedy: remedy
            )
        }
        return finding(
            .decide,
            named + entries,
            "external-dns runs at the target and would take over their live names as soon as they "
                + "are copied",
            remedy: remedy
        )
    }
}

/// Bindings that own a cloud's target group alone.
struct TargetGroupBindingCheck: AssessmentCheck {
    let name = "target-group-binding"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("TargetGroupBinding.elbv2.k8s.aws").filter {
                $0.body.at("spec", "multiClusterTargetGroup") != true
            },
            "a copy leaves them out: the target's controller would deregister the source's pods from "
                + "the same target group, which is owned alone unless multiClusterTargetGroup is set",
            remedy:
                "Make new ones at the target with target groups of their own, or with "
                + "multiClusterTargetGroup on both sides from the beginning."
        )
    }
}
