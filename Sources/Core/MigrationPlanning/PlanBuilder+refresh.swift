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
                undo: leadsToPods(at: site.counterpart)
                    ? "Lead them anew to where the other site is reached by then"
                    : "Nothing to undo: where they led before may be gone"
            )
        ]
    }

    /// Whether bridges lead to the pods of a site themselves.
    func leadsToPods(at site: SiteRole) -> Bool { estate.ways[site] == .podAddresses }

    /// Leads the bridges of the source anew before the pods of a group come back there, however long after
    /// they went: nobody needs them in between.
    ///
    /// It stands last in its lane, so that it is undone first.
    mutating func refreshForWayBack(_ group: CrossingGroup, after: [StepID]) -> [StepID] {
        guard leadsToPods(at: .target), !isKept else { return after }
        return refreshBridges(group, at: .source, "last", after: after)
    }

    /// That a name leads across its bridge at a site; nothing where nobody is to be ready over there, to
    /// whom a bridge to pods could lead.
    func bridged(_ name: CrossingName, at site: SiteRole, isEmpty: Bool = false) -> [Condition] {
        if leadsToPods(at: site.counterpart), name.isIdle || isEmpty { return [] }
        return [.endpoints(site: site, service: name.name, kind: .bridge)]
    }
}

extension BridgeWay {
    /// Whether it names addresses that something in the other cluster may replace.
    fileprivate var goesStale: Bool {
        switch self {
        case .nodePorts, .podAddresses, .loadBalancer: true
        case .entry: false
        }
    }
}
