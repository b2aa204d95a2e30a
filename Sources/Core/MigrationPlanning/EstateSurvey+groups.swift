import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// Puts together the workloads that can only cross together.
    mutating func surveyGroups(_ estate: inout Estate, _ routes: [RouteSurvey]) {
        noteUnusedRoutes(routes)
        let names = estate.names.filter { !$0.staysAtSource }
        var union = GroupUnion(crossing.map(\.id))
        for name in names { union.join(name.workloads) }
        var workloadsOfRoute: [RouteID: [WorkloadID]] = [:]
        for route in routes {
            let behind =
                names.filter { route.services.contains($0.name) }.flatMap(\.workloads)
                + route.workloads
            workloadsOfRoute[route.id] = behind
            union.join(behind)
        }
        let switched = file.strategy == .wholeSite ? crossing.map(\.id).filter(isSwitched) : []
        union.join(switched)
        var groups: [WorkloadID: CrossingGroup] = [:]
        for record in crossing {
            let workload = workload(record, names, routes)
            let lead = union.lead(of: record.id)
            if groups[lead] == nil {
                groups[lead] = CrossingGroup(
                    workloads: [],
                    names: [],
                    routes: [],
                    activation: .shared,
                    wave: 1,
                    after: [],
                    calls: []
                )
            }
            groups[lead]?.workloads.append(workload)
        }
        for name in names {
            guard let first = name.workloads.first else { continue }
            groups[union.lead(of: first)]?.names.append(name)
        }
        for route in routes {
            guard let first = workloadsOfRoute[route.id]?.first(where: union.contains) else {
                continue
            }
            groups[union.lead(of: first)]?.routes.append(
                crossing(route)
            )
        }
        estate.groups = groups.values.sorted { $0.lead < $1.lead }
            .map { completed($0, names, union) }
            .map(placedByActivation)
        if let first = switched.first {
            goBehindSwitch(&estate.groups, lead: union.lead(of: first))
        }
    }

    /// Whether it goes with the whole site: what never runs at both sites cannot be switched, a schedule
    /// only between two ticks, and a store's writer when the target's copy has everything.
    private func isSwitched(_ workload: WorkloadID) -> Bool {
        let activation = file.rule(of: workload)?.activation
        return !workload.isCronJob && activation != .exclusive && activation != .ordinals
            && file.store(of: workload) == nil
    }

    /// What is not switched with the site crosses by itself behind it.
    private mutating func goBehindSwitch(_ groups: inout [CrossingGroup], lead: WorkloadID) {
        for index in groups.indices {
            if groups[index].lead == lead {
                groups[index].isWholeSite = true
                continue
            }
            groups[index].after = [lead]
            let reason =
                groups[index].store != nil
                ? "has a writer that changes sides"
                : groups[index].activation == .ordinals
                    ? "crosses pod by pod" : "never runs at both sites"
            notes.find(
                "\(groups[index].lead) \(reason), so it is not switched with the site: it crosses by "
                    + "itself behind the switch."
            )
        }
        if file.target.entry == nil {
            notes.find(
                "The whole site is switched, and spec.target.entry does not say where its own entry "
                    + "is, so nothing asks the target as users will before they come."
            )
        }
    }

    /// What crosses by ordinals is copied so that its pods come from the highest number downwards.
    private func placedByActivation(_ group: CrossingGroup) -> CrossingGroup {
        guard group.activation == .ordinals else { return group }
        var group = group
        for index in group.workloads.indices where group.workloads[index].id.isStatefulSet {
            group.workloads[index].create = group.workloads[index].create.map { object in
                var object = object
                if object.form == .scaledToZero { object.form = .behindOrdinals }
                return object
            }
        }
        return group
    }

    private func crossing(_ route: RouteSurvey) -> CrossingRoute {
        let probes = route.probes.sorted()
        let stated = file.routes.first { $0.route == route.id }?.probePath
        return CrossingRoute(
            id: route.id,
            probes: probes,
            probePath: stated ?? probes.first?.path ?? "/"
        )
    }

    private mutating func noteUnusedRoutes(_ routes: [RouteSurvey]) {
        for id in requested.keys.sorted() where !routes.contains(where: { $0.id == id }) {
            notes.find("The balancer's route \(id) is not part of this migration.")
        }
    }

    /// A workload with the objects that exist for it and what its names can be asked.
    private mutating func workload(
        _ record: WorkloadRecord,
        _ names: [CrossingName],
        _ routes: [RouteSurvey]
    ) -> CrossingWorkload {
        let own = names.filter { $0.workloads.contains(record.id) }
        var create = [
            copy(record.id.reference, record.formAtFirst, seen: record.seen, mayBePresent: false)
        ].compactMap { $0 }
        var autoscalers: [PlannedObject] = []
        for reference in record.attendants.sorted() {
            // A budget may be for several workloads; it comes with the first of them.
            guard attendantsTaken.insert(ObjectKey(reference)).inserted,
                let object = sourceObjects[ObjectKey(reference)],
                let copy = copy(
                    object.reference,
                    .asItIs,
                    seen: object.seen,
                    mayBePresent: false
                )
            else { continue }
            if reference.kind == "HorizontalPodAutoscaler" {
                autoscalers.append(copy)
            } else {
                create.append(copy)
            }
        }
        return CrossingWorkload(
            record: record,
            create: create,
            autoscalers: autoscalers,
            names: own.map(\.name),
            probes: probes(record, own, routes),
            configuration: configuration(of: record)
        )
    }

    /// The names of a workload that speak HTTP, as far as anything says so.
    private mutating func probes(
        _ record: WorkloadRecord,
        _ names: [CrossingName],
        _ routes: [RouteSurvey]
    ) -> [NameProbe] {
        guard record.replicas > 0 else { return [] }
        let stated = file.rule(of: record.id)?.probePath
        return names.compactMap { name in
            let rule = source.entries.lazy
                .filter { $0.reference.namespace == name.name.namespace }
                .flatMap(\.rules)
                .first { $0.service == name.name.name }
            let isRouted = routes.contains { $0.services.contains(name.name) }
            if stated != nil || isRouted || name.service.ports.contains(where: \.speaksHTTP) {
                return NameProbe(name: name.name, path: stated ?? rule?.path ?? "/")
            }
            notes.find(
                "Service \(name.name) is not probed before its turn: nothing says that it speaks "
                    + "HTTP (a port name or appProtocol http, or a stated probe)."
            )
            return nil
        }
    }

    private mutating func completed(
        _ group: CrossingGroup,
        _ names: [CrossingName],
        _ union: GroupUnion
    ) -> CrossingGroup {
        var group = group
        let members = group.workloads.map(\.id)
        let rules = members.compactMap(file.rule(of:))
        group.store = store(of: group)
        group.activation = group.store == nil ? sharedActivation(of: group) : .shared
        group.wave = rules.map(\.wave).max() ?? 1
        if Set(members.map { file.rule(of: $0)?.wave ?? 1 }).count > 1 {
            notes.find(
                "\(EstateSurvey.listing(members.map(\.description))) share a route or a Service and "
                    + "cross together, in wave \(group.wave)."
            )
        } else if members.count > 1, file.strategy == .workloads {
            notes.find(
                "\(EstateSurvey.listing(members.map(\.description))) share a route or a Service and "
                    + "cross together."
            )
        }
        let after = Set(rules.flatMap(\.after).filter(union.contains).map(union.lead(of:)))
        group.after = after.subtracting([group.lead]).sorted()
        let called = Set(group.workloads.flatMap { callees(of: $0.record) })
        let behind = names.filter { called.contains($0.name) }.flatMap(\.workloads)
        group.calls = Set(behind.map(union.lead(of:))).subtracting([group.lead]).sorted()
        return group
    }

    private mutating func sharedActivation(of group: CrossingGroup) -> Activation {
        if let set = group.workloads.first(where: { file.rule(of: $0.id)?.activation == .ordinals })
        {
            return ordinalActivation(of: group, set)
        }
        var stated: [Activation: WorkloadID] = [:]
        for workload in group.workloads {
            let said = file.rule(of: workload.id)?.activation
            if workload.id.isCronJob { return said ?? .exclusive }
            if workload.id.isDaemonSet {
                stated[.shared] = stated[.shared] ?? workload.id
                continue
            }
            if said == nil, workload.id.isStatefulSet, !workload.isIdle {
                notes.problem(
                    "\(workload.id)",
                    "its pods have names of their own, and whether both sites may run the same ones "
                        + "at once is not known",
                    remedy:
                        "state activation: shared, exclusive or ordinals for it in spec.workloads"
                )
            } else if said == nil, workload.names.isEmpty, !workload.isIdle, group.routes.isEmpty {
                notes.problem(
                    "\(workload.id)",
                    "no Service leads to it, so it works by itself, and whether both sites may run "
                        + "it at once is not known",
                    remedy: "state activation: shared or exclusive for it in spec.workloads"
                )
            }
            let activation = said ?? .shared
            if stated[activation] == nil { stated[activation] = workload.id }
        }
        if let one = stated[.exclusive], let other = stated[.shared] {
            notes.problem(
                "\(one)",
                "it is exclusive, and \(other), with which it shares a route or a Service, is not",
                remedy: "state the same activation for both, or give them routes of their own"
            )
        }
        guard stated[.exclusive] != nil else { return .shared }
        for workload in group.workloads where !workload.isIdle {
            notes.find(
                "\(workload.id) is exclusive: from its last pod at the source to its first ready one "
                    + "at the target it does not answer."
            )
        }
        return .exclusive
    }
}

extension WorkloadRecord {
    /// How its copy is made: so that it runs nothing before its turn.
    fileprivate var formAtFirst: PlannedObject.Form {
        if id.isDaemonSet { return .asItIs }
        return id.isCronJob ? .suspended : .scaledToZero
    }
}

extension ServicePort {
    /// Whether anything says that HTTP/1.1 is spoken here.
    fileprivate var speaksHTTP: Bool {
        guard transport == "TCP" else { return false }
        if let appProtocol { return appProtocol == "http" }
        return name == "http" || name.hasPrefix("http-") || name == "web"
    }
}
