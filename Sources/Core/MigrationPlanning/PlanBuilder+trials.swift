import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Tries every name at the target while nobody there depends on it; gives what is to be waited for.
    ///
    /// So a firewall between the sites, or an address that only the other site can reach, is found
    /// before anything has moved.
    mutating func tryBridgesFromTarget() -> [StepID] {
        let tried = file.namespaces.compactMap { namespace -> StepID? in
            let names = estate.names.filter { $0.name.namespace == namespace && $0.mayAnswer }
            let trial = trial(of: names, at: .source, called: "diolkos-try", callsNames: true)
            guard let trial else { return nil }
            return add(
                "bridges/\(namespace)/try-from-target",
                .prepare,
                .foundation,
                after: [PlanBuilder.foundationSettled],
                .change(site: .target, change: .tryBridges(trial: trial)),
                gates: [.bridgesAnswer(site: .target, trial: trial)],
                timeout: file.timeouts.ready,
                "Try from the target to reach \(names.count.counted("name")) of \(namespace) across "
                    + "the bridge",
                undo: "Delete the Job that tried"
            )
        }
        let both = tried + [tryLinkFromSource()].compactMap { $0 }
        return both.isEmpty ? [PlanBuilder.foundationSettled] : both
    }

    /// Tries the way that nobody can use before pods are up at the target: whether packets come and go.
    ///
    /// One name is enough, since all lead to the same places.
    private mutating func tryLinkFromSource() -> StepID? {
        guard file.bridgeRule.link == .first else { return nil }
        // What a load balancer does with nobody behind it is its own affair, and there are no pods yet.
        switch estate.ways[.target] {
        case .loadBalancer, .podAddresses: return nil
        default: break
        }
        let names = estate.names.filter { !$0.staysAtSource }
        guard
            let first = names.first(where: { $0.service.ports.contains { $0.transport == "TCP" } }),
            var trial = trial(
                of: [first],
                at: .target,
                called: "diolkos-try-link",
                callsNames: false
            )
        else { return nil }
        trial.isOfLink = true
        return add(
            "bridges/link/try-from-source",
            .prepare,
            .foundation,
            after: [PlanBuilder.foundationSettled],
            .change(site: .source, change: .tryBridges(trial: trial)),
            gates: [.bridgesAnswer(site: .source, trial: trial)],
            timeout: file.timeouts.ready,
            "Try from the source whether the target can be reached, before anybody is there",
            undo: "Delete the Job that tried"
        )
    }

    /// Tries from the source to reach what is ready at the target, before its names are turned.
    ///
    /// The local names are called at the nodes that the bridge will lead to: behind the names
    /// themselves there are still the source's own pods.
    mutating func tryBridgesFromSource(_ group: CrossingGroup, after: [StepID]) -> [StepID] {
        let answering = group.names.filter { !$0.isIdle }
        let namespaces = Set(answering.map(\.name.namespace)).sorted()
        let tried = namespaces.compactMap { namespace -> StepID? in
            let names = answering.filter { $0.name.namespace == namespace }
            let job = "diolkos-try-\(group.lead.name.prefix(40))-\(steps.count)"
            guard let trial = trial(of: names, at: .target, called: job, callsNames: false) else {
                return nil
            }
            return add(
                "bridges/\(namespace)/\(group.lead.nameAmongKinds)/try-from-source",
                .cross,
                group.lane,
                after: after,
                .change(site: .source, change: .tryBridges(trial: trial)),
                gates: [.bridgesAnswer(site: .source, trial: trial)],
                timeout: file.timeouts.ready,
                "Try from the source to reach \(names.map(\.name.name).joined(separator: ", ")) of "
                    + "\(namespace) at the target",
                undo: "Delete the Job that tried"
            )
        }
        return tried.isEmpty ? after : tried
    }

    /// Nil where nothing can be tried, or somebody vouches for the bridges.
    private func trial(
        of names: [CrossingName],
        at site: SiteRole,
        called job: String,
        callsNames: Bool
    ) -> BridgeTrial? {
        guard case .job(let image) = file.bridges else { return nil }
        let services = names.map { planned($0, at: site) }.filter { service in
            service.ports.contains { $0.transport == "TCP" }
        }
        guard !services.isEmpty else { return nil }
        return BridgeTrial(job: job, services: services, callsNames: callsNames, image: image)
    }
}

extension EstateSurvey {
    /// Says which bridges are not tried ahead.
    mutating func noteProof(of names: [CrossingName]) {
        if case .stated(let text) = file.bridges, !names.isEmpty {
            notes.find("That bridges carry is not tried; the migration file states: \(text)")
            return
        }
        for name in names {
            let ports = name.service.ports.filter { $0.transport != "TCP" }
                .map { "\($0.port)/\($0.transport)" }
            guard !ports.isEmpty else { continue }
            notes.find(
                "Port \(ports.joined(separator: ", ")) of Service \(name.name) is not tried across "
                    + "the bridge: only TCP tells whether it arrived."
            )
        }
    }
}

extension CrossingName {
    /// Whether somebody at the source may answer: what stays there is asked if it is ready.
    fileprivate var mayAnswer: Bool { staysAtSource || !isIdle }
}
