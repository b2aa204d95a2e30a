import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// Tells of policies in the way of bridges, and lets them through where the file wants that.
    mutating func surveyPolicies(_ estate: inout Estate) {
        guard !estate.names.isEmpty else { return }
        for (role, inventory) in [(SiteRole.source, source), (.target, target)] {
            var admissions: [BridgeAdmission] = []
            for obstacle in inventory.obstacles.sorted() {
                if let admission = obstacle.admission, mayAdd(obstacle, role, estate) {
                    if !admissions.contains(admission) { admissions.append(admission) }
                } else {
                    notes.find(
                        obstacle.sentence(at: inventory, way: way(past: obstacle, role, estate))
                    )
                }
            }
            estate.admissions[role] = admissions
        }
        if estate.keepsBridges, estate.admissions.values.contains(where: { !$0.isEmpty }) {
            notes.find(
                "The policies that let bridges through stay after the finish, as some bridges do."
            )
        }
    }

    /// What goes to node ports goes to nodes, which are known; other ways lead elsewhere.
    private func mayAdd(
        _ obstacle: BridgeObstacle,
        _ role: SiteRole,
        _ estate: Estate
    ) -> Bool {
        guard file.bridgeRule.policies == .add else { return false }
        return way(past: obstacle, role, estate) == .nodePorts
    }

    /// The way of the bridges that an obstacle of this site stands before.
    private func way(
        past obstacle: BridgeObstacle,
        _ role: SiteRole,
        _ estate: Estate
    ) -> BridgeWay {
        estate.ways[obstacle.barrier == .intoPods ? role : role.counterpart] ?? .nodePorts
    }
}

extension BridgeObstacle {
    /// The policy that would help; nil where none would.
    fileprivate var admission: BridgeAdmission? {
        guard reason == nil else { return nil }
        return BridgeAdmission(beside: policy, letsIn: barrier == .intoPods, ports: ports)
    }

    /// What a person should know of it.
    fileprivate func sentence(at site: SiteInventory, way: BridgeWay) -> String {
        let what = "\(policy) at \(site.site.context) may stop bridges: "
        if let reason, let remedy { return "\(what)\(reason); \(remedy)." }
        let whom = concerns.joined(separator: ", ")
        let whose = way == .podAddresses ? "pods of the other site" : "nodes of both sites"
        let adding =
            way == .nodePorts
            ? ", or write spec.bridges.policies: add, and the run does so while it lasts" : ""
        switch barrier {
        case .intoPods:
            return "\(what)it does not let \(whose) in to the pods behind \(whom) at "
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
