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

    /// A kubelet may be up to three minor versions older than its server, and never newer
    /// (kubernetes.io/releases/version-skew-policy).
    private func kubelets(_ site: SiteFacts) -> [Finding] {
        guard let server = site.version else { return [] }
        let wrong = site.all("Node").map(NodeFacts.init).filter { node in
            guard let kubelet = node.kubelet else { return false }
            return kubelet > server || kubelet.minor < server.minor - 3
        }
        return finding(
            .decide,
            wrong.map { "Node \($0.name)" },
            "their kubelets do not go with the server's version \(server) (newer, or more than three "
                + "minor versions older)",
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
        }.count
        return machines(nodes) + zones(nodes) + etcd(members, estate.target)
    }

    private func machines(_ nodes: [NodeFacts]) -> [Finding] {
        finding(
            .decide,
            nodes.count < 3 ? nodes.map { "Node \($0.name)" } : [],
            "the target's control plane has \(nodes.count) machine(s): it survives the loss of none",
            remedy: "Run three, or accept that changes stop while one is away (pods go on)."
        )
    }

    private func zones(_ nodes: [NodeFacts]) -> [Finding] {
        let zones = Set(nodes.compactMap(\.zone))
        let isOneZone = nodes.count >= 3 && zones.count < 3
        return finding(
            .note,
            isOneZone ? nodes.map { "Node \($0.name)" } : [],
            "the target's control plane stands in \(max(zones.count, 1)) zone(s): the loss of one may "
                + "take its majority",
            remedy: "Spread its machines over three zones."
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
