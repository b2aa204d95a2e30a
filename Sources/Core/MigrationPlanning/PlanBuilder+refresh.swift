import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Leads the bridges of a site anew to where the other site is reached now.
    ///
    /// Done before each group crosses, and once more at the source before it is emptied: nodes come and
    /// go meanwhile, and nothing in a cluster follows those of another one.
    mutating func refreshBridges(
        _ group: CrossingGroup,
        at site: SiteRole,
        _ moment: String,
        after: [StepID]
    ) -> [StepID] {
        guard !estate.names.isEmpty, estate.ways[site.counterpart]?.goesStale ?? true else {
            return after
        }
        let place = "bridges/\(group.lead.namespace)/\(group.lead.nameAmongKinds)"
        return [
            add(
                "\(place)/refresh-at-\(site.rawValue)-\(moment)",
                .cross,
                group.lane,
                after: after,
                .change(
                    site: site,
                    change: .refreshBridges(
                        namespaces: Set(estate.names.map(\.name.namespace)).sorted()
                    )
                ),
                timeout: file.timeouts.change,
                "Lead the bridges at the \(site.rawValue) to where the other site is reached now",
                undo: "Nothing to undo: where they led before may be gone"
            )
        ]
    }
}

extension BridgeWay {
    /// Whether it names addresses that something in the other cluster may replace.
    fileprivate var goesStale: Bool {
        switch self {
        case .nodePorts, .loadBalancer: true
        case .entry: false
        }
    }
}
