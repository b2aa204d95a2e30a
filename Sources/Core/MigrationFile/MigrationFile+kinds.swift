import MigrationModel

extension MigrationFile {
    /// The file with the kinds that its short names stand for.
    ///
    /// A name without a kind means the Deployment of that name, or whatever else alone has it.
    package func resolved(among workloads: [WorkloadID]) -> MigrationFile {
        let known = Set(workloads)
        let byName = Dictionary(grouping: known.sorted()) { "\($0.namespace)/\($0.name)" }
        func resolved(_ id: WorkloadID) -> WorkloadID {
            guard !known.contains(id), id.kind == WorkloadID.kindUsual,
                let others = byName["\(id.namespace)/\(id.name)"], others.count == 1
            else { return id }
            return others[0]
        }
        var file = self
        file.workloads = file.workloads.map { rule in
            var rule = rule
            rule.workload = resolved(rule.workload)
            rule.after = rule.after.map(resolved).sorted()
            return rule
        }.sorted { $0.workload < $1.workload }
        file.calls = file.calls.map {
            StatedCall(caller: resolved($0.caller), service: $0.service)
        }.sorted()
        file.traffic?.routes = routes.map { route in
            var route = route
            route.workload = route.workload.map(resolved)
            return route
        }
        file.stores = stores.map { rule in
            var rule = rule
            rule.store.workload = resolved(rule.store.workload)
            return rule
        }
        file.probes = probes.map { rule in
            var rule = rule
            if case .workload(let id) = rule.subject { rule.subject = .workload(resolved(id)) }
            return rule
        }
        file.approvals.workloads = approvals.workloads.map(resolved).sorted()
        file.gates = gates.map { gate in
            var gate = gate
            gate.workloads = gate.workloads.map(resolved).sorted()
            return gate
        }
        return file
    }
}
