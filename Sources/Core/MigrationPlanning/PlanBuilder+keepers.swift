import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Whether something in the clusters follows the pods that bridges lead to.
    var isKept: Bool { file.bridgeRule.keeper != nil }

    /// What leads the bridges of a site to the pods or nodes of the other one; nil where nothing does.
    private func keeper(at site: SiteRole) -> BridgeKeeper? {
        guard let rule = file.bridgeRule.keeper, let way = estate.ways[site.counterpart],
            [.nodePorts, .podAddresses].contains(way),
            let home = file.namespaces.first,
            let api = rule.apis[site.counterpart]
        else { return nil }
        // What stays at the source has a bridge at the target only.
        let names = estate.names.filter { site == .target || !$0.staysAtSource }.map(\.name)
        guard !names.isEmpty else { return nil }
        return BridgeKeeper(
            home: home,
            names: names.sorted(),
            follows: way.reach,
            image: rule.image,
            api: api
        )
    }

    /// Puts up what follows pods or nodes, before any bridge is depended on; gives what is to be waited for.
    mutating func runKeepers(_ namespaces: [String: StepID]) -> [StepID] {
        SiteRole.allCases.compactMap { site in
            guard let keeper = keeper(at: site) else { return nil }
            let far = site.counterpart
            let (before, beforeFar) =
                site == .target
                ? (namespaces.values.sorted(), []) : ([], namespaces.values.sorted())
            let admitted = add(
                "keepers/read-\(far.rawValue)",
                .prepare,
                .foundation,
                after: beforeFar,
                .change(site: far, change: .admitKeeper(keeper: keeper)),
                timeout: file.timeouts.change,
                "Let the keeper of the \(site.rawValue)'s bridges read "
                    + (keeper.follows == .pods ? "slices of endpoints" : "nodes")
                    + " at the \(far.rawValue)",
                undo: "Delete its account there, with its token"
            )
            return add(
                "keepers/run-at-\(site.rawValue)",
                .prepare,
                .foundation,
                after: before + [admitted],
                .change(site: site, change: .runKeeper(keeper: keeper)),
                gates: [
                    .ready(site: site, workload: keeper.workload, replicas: .atLeast(count: 1))
                ],
                timeout: file.timeouts.ready,
                "Run \(keeper.workload) at the \(site.rawValue), which leads its bridges to the "
                    + "\(keeper.follows.rawValue) of the \(far.rawValue) as these come and go",
                undo: "Delete it with its account"
            )
        }
    }

    /// Where bridges stay, what follows those behind them stays with them, and the plan says so.
    mutating func deleteKeepers(after: [StepID]) {
        guard !estate.keepsBridges else { return }
        for site in SiteRole.allCases {
            guard let keeper = keeper(at: site) else { continue }
            let ended = addFinish(
                "\(site.rawValue)/keeper",
                site,
                .delete(objects: keeper.objects.reversed().map(\.asDoomed)),
                after: after,
                "Delete \(keeper.workload) at the \(site.rawValue), whose bridges are gone"
            )
            _ = addFinish(
                "\(site.counterpart.rawValue)/keeper-reader",
                site.counterpart,
                .delete(objects: keeper.readerObjects.reversed().map(\.asDoomed)),
                after: [ended],
                "Delete its account and its token at the \(site.counterpart.rawValue)"
            )
        }
    }
}

extension ObjectReference {
    /// What the run made.
    fileprivate var asDoomed: DoomedObject { DoomedObject(reference: self, uid: nil) }
}
