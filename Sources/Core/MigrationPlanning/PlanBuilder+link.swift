import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// Sends bytes over the link both ways, before anything else is made but what lets them through; gives what
    /// is to be waited for in
    /// each namespace.
    ///
    /// A connection comes about with small packets. Only large ones show that a link has a narrower place
    /// than its ends know of, and how fast it is. Whoever finds that out has nothing to take back yet but
    /// namespaces.
    mutating func measureLink(
        before namespaces: [String: StepID],
        admitted: [StepID]
    ) -> [String: StepID] {
        guard let namespace = file.namespaceToListen(in: estate),
            case .job(let image) = file.bridges
        else { return namespaces }
        // One after the other, so that the ways do not slow each other.
        var last = namespaces.values.sorted() + admitted
        for far in [SiteRole.target, .source] {
            let way = estate.ways[far] ?? .nodePorts
            let listener = LinkListener(namespace: namespace, way: way, image: image)
            last = [measureLink(to: far, listener, after: last)]
        }
        return Dictionary(
            file.namespaces.flatMap { namespace in last.map { (namespace, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private mutating func measureLink(
        to far: SiteRole,
        _ listener: LinkListener,
        after: [StepID]
    ) -> StepID {
        let near = far.counterpart
        let transfer = LinkTransfer(
            job: "diolkos-try-transfer",
            listener: listener,
            throughputMin: file.bridgeRule.throughputMin
        )
        let listening = add(
            "bridges/link/listen-at-\(far.rawValue)",
            .prepare,
            .foundation,
            after: after,
            .change(site: far, change: .listen(listener: listener)),
            gates: [.listens(site: far, listener: listener)],
            timeout: file.timeouts.ready,
            "Let a Job listen at the \(far.rawValue), by the name \(listener.service.service.localName)",
            undo: "Delete the Job and its name"
        )
        let measured = add(
            "bridges/link/transfer-from-\(near.rawValue)",
            .prepare,
            .foundation,
            after: [listening],
            .change(site: near, change: .tryTransfer(transfer: transfer)),
            gates: [.linkCarries(site: near, transfer: transfer)],
            timeout: file.timeouts.ready,
            "Send bytes from the \(near.rawValue) to the \(far.rawValue) and fetch some, to see how fast "
                + "the link is and whether it loses large packets",
            undo: "Delete the Job that sent"
        )
        return add(
            "bridges/link/stop-listening-at-\(far.rawValue)",
            .prepare,
            .foundation,
            after: [measured],
            .change(site: far, change: .stopListening(listener: listener)),
            timeout: file.timeouts.change,
            "Remove the Job that listened at the \(far.rawValue), and its name",
            undo: "Nothing to undo"
        )
    }
}

extension MigrationFile {
    /// Where the Jobs listen and send that try the link; nil where nobody does.
    fileprivate func namespaceToListen(in estate: Estate) -> String? {
        guard case .job = bridges, bridgeRule.transfer == .measure else { return nil }
        return estate.names.first { name in
            !name.staysAtSource && name.service.ports.contains { $0.transport == "TCP" }
        }?.name.namespace
    }
}

extension EstateSurvey {
    /// Where the Jobs listen and send that try the link; nil where nobody does.
    func namespaceToListen(in estate: Estate) -> String? { file.namespaceToListen(in: estate) }

    /// Says what nobody will know of the link.
    mutating func noteMeasuring(of names: [CrossingName]) {
        let isUnmeasured =
            switch file.bridges {
            case .stated: true
            case .job: file.bridgeRule.transfer == .skip
            }
        guard isUnmeasured, !names.isEmpty else { return }
        notes.find(
            "How fast the link is, and whether it loses large packets, is not measured: the migration "
                + "file wants no Job that listens."
        )
    }
}
