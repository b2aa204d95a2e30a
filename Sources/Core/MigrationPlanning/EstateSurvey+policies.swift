import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// Tells of policies in the way of bridges, and lets them through where the file wants that.
    mutating func surveyPolicies(_ estate: inout Estate) {
        guard !estate.names.isEmpty else { return }
        for (role, inventory) in [(SiteRole.source, source), (.target, target)] {
            var admissions: [ObjectReference: BridgeAdmission] = [:]
            for obstacle in inventory.obstacles.sorted() where isInTheWay(obstacle, role, estate) {
                let way = way(past: obstacle, role, estate)
                guard let admission = obstacle.admission, mayAdd(obstacle, role, way) else {
                    notes.find(obstacle.sentence(at: inventory, way: way))
                    continue
                }
                // One policy may keep several from coming in, each at ports of its own.
                var known = admissions[admission.reference] ?? admission
                known.ports = Set(known.ports + admission.ports).sorted()
                admissions[admission.reference] = known
            }
            estate.admissions[role] = admissions.sorted { $0.key < $1.key }.map(\.value)
        }
        if estate.keepsBridges, estate.admissions.values.contains(where: { !$0.isEmpty }) {
            notes.find(
                "The policies that let bridges through stay after the finish, as some bridges do."
            )
        }
    }

    /// Whether bridges, or what tries them, would come that way.
    private func isInTheWay(
        _ obstacle: BridgeObstacle,
        _ role: SiteRole,
        _ estate: Estate
    ) -> Bool {
        guard obstacle.reason == nil else { return true }
        guard obstacle.reach == way(past: obstacle, role, estate).reach else { return false }
        guard obstacle.barrier == .intoListener else { return true }
        return obstacle.policy.namespace == namespaceToListen(in: estate)
    }

    /// The addresses of nodes are known, and those of pods where nodes tell them; other ways lead elsewhere.
    private func mayAdd(_ obstacle: BridgeObstacle, _ role: SiteRole, _ way: BridgeWay) -> Bool {
        guard file.bridgeRule.policies == .add else { return false }
        let other = role == .source ? target : source
        return way == .nodePorts || (way == .podAddresses && !other.ranges.pods.isEmpty)
    }

    /// The way of the bridges that an obstacle of this site stands before.
    private func way(
        past obstacle: BridgeObstacle,
        _ role: SiteRole,
        _ estate: Estate
    ) -> BridgeWay {
        estate.ways[obstacle.barrier.isInward ? role : role.counterpart] ?? .nodePorts
    }
}

extension BridgeObstacle.Barrier {
    /// Whether it keeps out who comes from the other site.
    fileprivate var isInward: Bool { self == .intoPods || self == .intoListener }
}

extension BridgeObstacle {
    /// The policy that would help; nil where none would.
    fileprivate var admission: BridgeAdmission? {
        guard reason == nil else { return nil }
        return BridgeAdmission(
            beside: policy,
            letsIn: barrier.isInward,
            reach: reach,
            ports: ports
        )
    }

    /// What a person should know of it.
    fileprivate func sentence(at site: SiteInventory, way: BridgeWay) -> String {
        let what = "\(policy) at \(site.site.context) may stop bridges: "
        if let reason, let remedy { return "\(what)\(reason); \(remedy)." }
        let whom = concerns.joined(separator: ", ")
        let whose = way == .podAddresses ? "pods of the other site" : "nodes of both sites"
        let adding =
            [.nodePorts, .podAddresses].contains(way)
            ? ", or write spec.bridges.policies: add, and the run does so while it lasts" : ""
        switch barrier {
        case .intoPods, .intoListener:
            let destination = barrier == .intoPods ? "the pods behind \(whom)" : whom
            return "\(what)it does not let \(whose) in to \(destination) at "
                + "\(ports.joined(separator: ", ")); let them in by a NetworkPolicy with ipBlocks"
                + "\(adding)."
        case .outOfPods, .outOfTrials:
            return
                "\(what)it does not let \(whom) out to \(way.destination) of the other site; let "
                + "them out by a NetworkPolicy with ipBlocks\(adding)."
        }
    }
}

extension BridgeWay {
    /// Where callers of the other site go.
    fileprivate var destination: String {
        switch self {
        case .nodePorts: "node ports (30000 to 32767) of nodes"
        case .podAddresses: "the pods"
        case .loadBalancer: "load balancers"
        case .entry(let address, let port, _): "the entry at \(address):\(port)"
        }
    }
}
