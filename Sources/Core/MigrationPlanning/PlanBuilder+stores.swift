import MigrationFile
import MigrationModel

/// A store whose writer changes sides: its copies run at both sites, and one of them accepts writes.
extension PlanBuilder {
    /// The target's copy follows the source's until nothing is missing; then the source refuses writes, the
    /// target gets the last of them and accepts new ones, and names lead there.
    ///
    /// The source's copy runs on and follows the target's until the finish: on the way back it has
    /// everything that was written meanwhile.
    mutating func switchStore(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after created: [StepID]
    ) -> [StepID] {
        let store = rule.store
        let proven = tryBridgesFromSource(
            group,
            after: leadEntryToPods(group, after: activate(group, created))
        )
        let joined = join(rule, group, after: proven)
        let fenced = fence(rule, group, after: approvedSwitch(rule, group, after: joined))
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

    private mutating func join(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after proven: [StepID]
    ) -> StepID {
        let store = rule.store
        return addSwitch(
            store,
            group,
            .follow,
            at: .target,
            after: proven,
            gatesBefore: [
                .store(site: .source, store: store, goal: .acceptsWrites),
                .store(site: .target, store: store, goal: .refusesWrites),
            ],
            gates: [follows(store, at: .target)],
            timeout: rule.joinMax,
            "Let the target's copy of \(store.name) follow the source's",
            undo: "Let it follow nobody, and let the source's copy know nothing of it"
        )
    }

    private mutating func approvedSwitch(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after joined: StepID
    ) -> StepID {
        guard rule.isApproved else { return joined }
        return addApproval(
            "stores/\(rule.store.name)/approval",
            group.lane,
            after: [joined],
            "Wait until somebody approves that the writer of \(rule.store.name) changes sides"
        )
    }

    private mutating func fence(
        _ rule: StoreRule,
        _ group: CrossingGroup,
        after joined: StepID
    ) -> StepID {
        let store = rule.store
        return addSwitch(
            store,
            group,
            .fence,
            at: .source,
            after: [joined],
            gatesBefore: asCopied(group) + [follows(store, at: .target)],
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
