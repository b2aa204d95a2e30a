import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Turns the bridges of every name of the group: target first, then source.
    ///
    /// At no moment a name is without ready endpoints: what is to come is there, and proxies had time
    /// to see it, before what was goes. A bridge leads to a local name only, and a local name to pods
    /// only, so however the two sites stand, no request can go in a circle.
    mutating func turnNames(of group: CrossingGroup, after: [StepID]) -> [StepID] {
        guard !group.names.isEmpty else { return after }
        let sourceIsEmpty = group.activation == .exclusive
        return group.names.map { name in
            let turned = turnAtTarget(
                name,
                group,
                sourceIsEmpty: sourceIsEmpty,
                after: after
            )
            return turnAtSource(name, group.lane, sourceIsEmpty: sourceIsEmpty, after: [turned])
        }
    }

    /// Turns them at the target alone: for a site that is to work by itself before its routes move.
    mutating func turnNamesAtTarget(of group: CrossingGroup, after: [StepID]) -> [StepID] {
        let turned = group.names.map {
            turnAtTarget($0, group, sourceIsEmpty: false, after: after)
        }
        return turned.isEmpty ? after : turned
    }

    /// Turns them at the source, behind the routes of a site that was turned before.
    mutating func turnNamesAtSource(of group: CrossingGroup, after: [StepID]) -> [StepID] {
        let turned = group.names.map {
            turnAtSource($0, group.lane, sourceIsEmpty: false, after: after)
        }
        return turned.isEmpty ? after : turned
    }

    private mutating func turnAtTarget(
        _ name: CrossingName,
        _ group: CrossingGroup,
        sourceIsEmpty: Bool,
        after: [StepID]
    ) -> StepID {
        let lane = group.lane
        let local: [Condition] =
            name.isIdle ? [] : [.endpoints(site: .target, service: name.name, kind: .local)]
        let back = bridged(name, at: .target, isEmpty: sourceIsEmpty)
        // On the way back the target's pods are let go soon after.
        let left = name.patience.map { max($0, file.settle) } ?? file.settle
        let selected = add(
            "names/\(name.name)/select-at-target",
            .cross,
            lane,
            after: after,
            .change(site: .target, change: .addSelector(service: name.service)),
            gatesBefore: asCopied(group),
            gates: local + [settled],
            gatesBack: back + [.settled(milliseconds: left.wholeMilliseconds)],
            timeout: file.timeouts.change + left,
            "Let \(name.name) at the target select its own pods too",
            undo: "Take the selector and what it left behind away"
        )
        return add(
            "names/\(name.name)/unbridge-at-target",
            .cross,
            lane,
            after: [selected],
            .change(site: .target, change: .removeBridge(service: planned(name, at: .source))),
            gates: local,
            gatesBack: back + [settled],
            timeout: file.timeouts.change,
            "Lead \(name.name) at the target to its own pods only",
            undo: "Put the slice back that leads to the source"
        )
    }

    private mutating func turnAtSource(
        _ name: CrossingName,
        _ lane: Lane,
        sourceIsEmpty: Bool,
        after turned: [StepID]
    ) -> StepID {
        let local: [Condition] =
            name.isIdle || sourceIsEmpty
            ? [] : [.endpoints(site: .source, service: name.name, kind: .local)]
        let bridge = bridged(name, at: .source) + [settled]
        let bridged = add(
            "names/\(name.name)/bridge-at-source",
            .cross,
            lane,
            after: turned,
            .change(site: .source, change: .addBridge(service: planned(name, at: .target))),
            gates: bridge,
            gatesBack: local + [settled],
            timeout: bridgeTimeout(to: .target),
            "Lead \(name.name) at the source to the target's \(name.name.localName.name) too",
            undo: "Delete the slice that leads there"
        )
        let unselected = add(
            "names/\(name.name)/unselect-at-source",
            .cross,
            lane,
            after: [bridged],
            .change(site: .source, change: .removeSelector(service: name.service)),
            gates: bridge,
            gatesBack: local + [settled],
            timeout: file.timeouts.change,
            "Stop \(name.name) at the source from selecting its own pods",
            undo: "Give it its selector back and wait for its endpoints"
        )
        guard let patience = name.patience, !sourceIsEmpty else { return unselected }
        let seconds = patience.wholeMilliseconds / 1_000
        return add(
            "names/\(name.name)/drain-at-source",
            .cross,
            lane,
            after: [unselected],
            .await,
            gates: [.settled(milliseconds: patience.wholeMilliseconds)],
            timeout: patience + file.timeouts.change,
            "Give callers at both sites \(seconds) s to end what they keep open to \(name.name) at the "
                + "source, which nobody counts",
            undo: "Nothing to undo"
        )
    }
}
