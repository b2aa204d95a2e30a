import JSONValues
import MigrationModel

/// Versions that do not go together.
struct VersionSkewCheck: AssessmentCheck {
    let name = "version-skew"

    func findings(in estate: AssessedEstate) -> [Finding] {
        older(estate) + kubelets(estate.target)
    }

    private func older(_ estate: AssessedEstate) -> [Finding] {
        guard let source = estate.source.version, let target = estate.target.version,
            target < source
        else { return [] }
        return finding(
            .decide,
            [estate.target.name],
            "the target runs Kubernetes \(target), older than the source's \(source): fields that the "
                + "source knows are dropped there without a word",
            remedy: "Bring the target to \(source) first, or look through `--dry-run-all`."
        )
    }

    /// A kubelet may be up to three minor versions older than its server, two if it is older than 1.25,
    /// and never newer (kubernetes.io/releases/version-skew-policy).
    private func kubelets(_ site: SiteFacts) -> [Finding] {
        guard let server = site.version else { return [] }
        let wrong = site.all("Node").map(NodeFacts.init).filter { node in
            guard let kubelet = node.kubelet else { return false }
            return kubelet > server
                || kubelet.minor < server.minor - (kubelet.minor < 25 ? 2 : 3)
        }
        return finding(
            .decide,
            wrong.map { "Node \($0.name)" },
            "their kubelets do not go with the server's version \(server) (newer, or too many minor "
                + "versions older)",
            remedy: "Upgrade these nodes of the target before it carries traffic."
        )
    }
}

/// How many failures the target's control plane survives.
struct ControlPlaneCheck: AssessmentCheck {
    let name = "control-plane"

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard estate.target.isLive else { return [] }
        let nodes = estate.target.all("Node").map(NodeFacts.init).filter(\.isControlPlane)
        // A managed cluster shows none of its control plane's machines.
        guard !nodes.isEmpty else {
            return finding(
                .note,
                [estate.target.name],
                "the target shows no node of its control plane: it is managed by somebody, or its "
                    + "machines run no kubelet",
                remedy: "Find out elsewhere how many machines and zones it survives."
            )
        }
        let members = estate.target.all("Pod").filter {
            $0.namespace == "kube-system" && $0.labels["component"] == "etcd"
        }
        return [survival(nodes, members)] + etcd(members.count, estate.target)
    }

    /// What may be lost while changes go on: a majority of etcd's members must stay.
    private func survival(_ nodes: [NodeFacts], _ members: [SlimObject]) -> Finding {
        let zones = Dictionary(
            nodes.map { ($0.name, $0.zone ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
        // Where no member is seen, there is one on each machine, or etcd is somewhere else.
        let places =
            members.isEmpty
            ? nodes.map(\.name) : members.map { $0.pods?.spec["nodeName"]?.string ?? "" }
        let majority = places.count / 2 + 1
        let machines = min(places.count - majority, nodes.count - 1)
        let byZone = Dictionary(grouping: places) { zones[$0] ?? "" }.map(\.value.count)
            .sorted(by: >)
        let lost = byZone.reduce(into: (zones: 0, left: places.count)) { sum, count in
            sum.left -= count
            if sum.left >= majority { sum.zones += 1 }
        }.zones
        let known = members.isEmpty ? "etcd is not seen" : "\(members.count) etcd member(s)"
        return Finding(
            check: name,
            severity: machines == 0 ? .decide : .note,
            objects: nodes.map { "Node \($0.name)" },
            reason: "the target's control plane has \(nodes.count) machine(s) in "
                + "\(Set(nodes.compactMap(\.zone)).count) zone(s), \(known): it survives the loss of "
                + "\(machines == 0 ? "no" : "\(machines)") machine(s) and of "
                + "\(lost == 0 ? "no" : "\(lost)") zone(s)",
            remedy: machines == 0
                ? "Run three machines, or accept that changes stop while one is away (pods go on)."
                : lost == 0
                    ? "Spread its machines over three zones, or accept that the loss of one stops changes."
                    : "Decide whether that is enough for what moves there."
        )
    }

    private func etcd(_ members: Int, _ site: SiteFacts) -> [Finding] {
        finding(
            .decide,
            members > 0 && members % 2 == 0 ? [site.name] : [],
            "the target's etcd has \(members) members: an even number survives no more failures than "
                + "one fewer",
            remedy: "Run three or five."
        )
    }
}

/// Whether the loss of one zone takes all nodes.
struct ZoneCheck: AssessmentCheck {
    let name = "zones"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let before = Set(estate.source.readyNodes.compactMap(\.zone))
        let nodes = estate.target.readyNodes.filter { !$0.isControlPlane }
        let after = Set(nodes.compactMap(\.zone))
        guard !nodes.isEmpty, after.count < 2 else { return [] }
        let reason =
            nodes.count == 1
            ? "one machine carries everything at the target"
            : "the target's nodes stand in one zone"
        return finding(
            before.count > 1 ? .decide : .note,
            nodes.map { "Node \($0.name)" },
            before.count > 1
                ? "\(reason); the source's stand in \(before.count) zones" : reason,
            remedy: "Add nodes in other zones (topology.kubernetes.io/zone), or accept it."
        )
    }
}
