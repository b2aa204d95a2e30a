import MigrationFile
import MigrationModel

/// A store whose writer changes sides: its copies run at both sites, and one of them accepts writes.
extension PlanBuilder {
    /// Lets the target's copies follow while everything is prepared: getting what a store holds may take
    /// hours, and a copy that cannot follow is better known before anything has moved.
    ///
    /// What there may be no room for waits for a person, and for its turn.
    mutating func joinStores(after tried: [StepID]) {
        for group in estate.groups {
            guard let rule = group.store, !waitsForRoom(group) else { continue }
            joined[group.lead] = ahead { $0.join(rule, group, after: tried) }
        }
    }

    /// The source refuses writes, the target gets the last of them and accepts new ones, and names lead there.
    ///
    /// The source's copy runs on and follows the target's until the finish: on the way back it has
    /// everything that was written meanwhile.
    mutating func switchStore(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after earlier: [StepID]
    ) -> [StepID] {
        let store = rule.store
        let fresh = refreshed(group, after: earlier)
        let joined = fresh + (joined[group.lead] ?? join(rule, group, after: fresh))
        let proven = tryBridgesFromSource(group, after: leadEntryToPods(group, after: joined))
        let fenced = fence(rule, group, after: approvedSwitch(rule, group, after: proven))
        let promoted = addSwitch(
            store,
            group,
            .promote,
            at: .target,
            after: [fenced],
            gatesBefore: [.store(site: .source, store: store, goal: .refusesWrites)],
            gates: [.store(site: .target, store: store, goal: .acceptsWrites)],
            gatesBack: [
                .store(site: .target, store: store, goal: .refusesWrites),
                .store(site: .source, store: store, goal: .caughtUp),
            ],
            timeout: rule.pauseMax,
            "Let the target's copy of \(store.name) accept writes",
            undo: "Let it refuse writes, and let the source's copy get what was written there"
        )
        let followed = addSwitch(
            store,
            group,
            .follow,
            at: .source,
            after: [promoted],
            gates: [follows(store, at: .source)],
            timeout: rule.joinMax,
            "Let the source's copy of \(store.name) follow the target's, for the way back",
            undo: "Nothing to undo: it follows until it accepts writes again"
        )
        let turned = turnNames(of: group, after: [promoted])
        return ramp(group, [.all], after: leadEntryToNames(group, after: turned)) + [followed]
    }

    /// Brings the target's copy up and lets it follow the source's.
    private mutating func join(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after earlier: [StepID]
    ) -> [StepID] {
        let store = rule.store
        let created = createAll(of: group, after: refuseDeploys(group, after: earlier))
        let followed = addSwitch(
            store,
            group,
            .follow,
            at: .target,
            after: activate(group, created),
            gatesBefore: [
                .store(site: .source, store: store, goal: .acceptsWrites),
                .store(site: .target, store: store, goal: .refusesWrites),
            ],
            gates: [follows(store, at: .target)],
            timeout: rule.joinMax,
            "Let the target's copy of \(store.name) follow the source's",
            undo: "Let it follow nobody, and let the source's copy know nothing of it"
        )
        return [followed]
    }

    private mutating func approvedSwitch(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after proven: [StepID]
    ) -> [StepID] {
        guard rule.isApproved else { return proven }
        return [
            addApproval(
                "stores/\(rule.store.name)/approval",
                group.lane,
                after: proven,
                "Wait until somebody approves that the writer of \(rule.store.name) changes sides"
            )
        ]
    }

    private mutating func fence(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after proven: [StepID]
    ) -> StepID {
        let store = rule.store
        return addSwitch(
            store,
            group,
            .fence,
            at: .source,
            after: proven,
            gatesBefore: asCopied(group) + [
                .ready(site: .target, workload: store.workload, replicas: .asRequested),
                follows(store, at: .target),
            ],
            gates: [
                .store(site: .source, store: store, goal: .refusesWrites),
                .store(site: .target, store: store, goal: .caughtUp),
            ],
            gatesBack: [.store(site: .source, store: store, goal: .acceptsWrites)],
            timeout: rule.pauseMax,
            "Let the source's copy of \(store.name) refuse writes, and the target's get the last of them",
            undo: "Let it accept writes, once the target's copy is seen to refuse them"
        )
    }

    private func follows(_ store: Store, at site: SiteRole) -> Condition {
        .store(site: site, store: store, goal: .follows(behindMax: store.behindMax))
    }

    private mutating func addSwitch(
        _ store: Store,
        _ group: CrossingGroup,
        _ change: StoreChange,
        at site: SiteRole,
        after: [StepID],
        gatesBefore: [Condition] = [],
        gates: [Condition],
        gatesBack: [Condition] = [],
        timeout: Duration,
        _ summary: String,
        undo: String
    ) -> StepID {
        add(
            "stores/\(store.name)/\(change.rawValue)-at-\(site.rawValue)",
            .cross,
            group.lane,
            after: after,
            .store(site: site, store: store, change: change),
            gatesBefore: gatesBefore,
            gates: gates,
            gatesBack: gatesBack,
            timeout: max(timeout, .milliseconds(2 * store.timeoutMilliseconds)),
            summary,
            undo: undo
        )
    }

    /// Lets the source's copies go before their pods are deleted: finish.
    mutating func leaveStores() -> [WorkloadID: StepID] {
        var left: [WorkloadID: StepID] = [:]
        for group in estate.groups {
            guard let store = group.store?.store else { continue }
            left[store.workload] = add(
                "finish/stores/\(store.name)/leave-at-source",
                .finish,
                .finish,
                after: finishApproved + jobsEnded,
                .store(site: .source, store: store, change: .leave),
                gatesBefore: [.store(site: .target, store: store, goal: .acceptsWrites)],
                gates: [.store(site: .source, store: store, goal: .refusesWrites)],
                timeout: max(file.timeouts.change, .milliseconds(2 * store.timeoutMilliseconds)),
                "Let the source's copy of \(store.name) follow nobody any more",
                undo: "Cannot be undone: it is made only when a person says finish"
            )
        }
        return left
    }
}
