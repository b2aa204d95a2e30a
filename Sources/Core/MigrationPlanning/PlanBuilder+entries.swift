import MigrationFile
import MigrationModel

/// Where bridges lead to entries, callers keep their connections to an entry long after a name has been
/// turned, for an entry does not close them when pods go. So an entry always leads a name to where its pods
/// are, for whoever still asks it: at its own site while they are there, else across the bridge. And it
/// forgets the name only when whoever has not asked anew has had time to (`BridgeRule.connectionsMax`).
extension PlanBuilder {
    /// Once pods are up at the target, its entry leads to them.
    mutating func leadEntryToPods(_ group: CrossingGroup, after: [StepID]) -> [StepID] {
        leadEntry(
            group,
            at: .target,
            "entry-to-pods-at-target",
            after: after,
            { .pointEntryToLocalNames(entry: $0, services: $1) },
            "Lead the target's entry to its own pods for who calls",
            undo: "Lead it across the bridge again"
        )
    }

    /// Once nobody calls the source's pods by name, its entry leads to the name, and so across the bridge.
    mutating func leadEntryToNames(_ group: CrossingGroup, after: [StepID]) -> [StepID] {
        leadEntry(
            group,
            at: .source,
            "entry-to-name-at-source",
            after: after,
            { .pointEntryToNames(entry: $0, services: $1) },
            "Lead the source's entry across the bridge for who still calls",
            undo: "Lead it to its own pods again"
        )
    }

    /// Whether bridges lead to an entry at either site.
    var leadsToEntries: Bool {
        estate.ways.values.contains { if case .entry = $0 { true } else { false } }
    }

    /// For how long entries answer callers whose names lead elsewhere by then.
    var timeToEnd: Duration { leadsToEntries ? file.bridgeRule.connectionsMax : .zero }

    /// What has to pass before entries forget names; nothing where bridges lead to none.
    var connectionsEnded: [Condition] {
        leadsToEntries ? [.settled(milliseconds: timeToEnd.wholeMilliseconds)] : []
    }

    /// Before the source's entry forgets names; nothing where bridges lead to none.
    mutating func awaitConnections() -> [StepID] {
        guard leadsToEntries, !estate.names.isEmpty else { return [] }
        return [
            add(
                "finish/source/connections",
                .finish,
                .finish,
                after: finishApproved + jobsEnded,
                .await,
                gates: connectionsEnded,
                timeout: file.timeouts.change + timeToEnd,
                "Give callers \(timeToEnd.wholeMilliseconds / 1_000) s to end connections to entries",
                undo: "Nothing to undo"
            )
        ]
    }

    private mutating func leadEntry(
        _ group: CrossingGroup,
        at site: SiteRole,
        _ id: String,
        after: [StepID],
        _ change: (ObjectReference, [String]) -> SiteChange,
        _ summary: String,
        undo: String
    ) -> [StepID] {
        let led = group.names.compactMap { name -> StepID? in
            guard let entry = planned(name, at: site).entryReference else { return nil }
            return add(
                "names/\(name.name)/\(id)",
                .cross,
                group.lane,
                after: after,
                .change(site: site, change: change(entry, [name.name.name])),
                gates: [settled],
                gatesBack: [settled],
                timeout: file.timeouts.change,
                "\(summary) \(name.name) through it",
                undo: undo
            )
        }
        return led.isEmpty ? after : led
    }
}
