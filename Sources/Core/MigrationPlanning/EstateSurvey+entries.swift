import MigrationFile
import MigrationModel

/// A route and all that is behind it.
struct RouteSurvey {
    let id: RouteID
    var services: Set<ServiceName> = []
    var workloads: Set<WorkloadID> = []
    var probes: Set<EntryProbe> = []
}

extension EstateSurvey {
    /// Sorts the source's Ingresses by what of them crosses.
    mutating func surveyEntries(_ estate: inout Estate) {
        let crossing = Set(estate.names.filter { !$0.staysAtSource }.map(\.name))
        for record in source.entries.sorted(by: { $0.reference < $1.reference }) {
            guard let namespace = record.reference.namespace, namespaces.contains(namespace) else {
                continue
            }
            let services = Set(record.rules.map(\.service))
            let moving = services.filter {
                crossing.contains(ServiceName(namespace: namespace, name: $0))
            }
            guard !moving.isEmpty else {
                notes.find("\(record.reference) leads to nothing that crosses; it is not copied.")
                continue
            }
            guard
                let copy = copy(
                    record.reference,
                    .toLocalNames,
                    seen: record.seen,
                    mayBePresent: false
                )
            else { continue }
            estate.entries.append(
                CrossingEntry(
                    copy: copy,
                    services: moving.sorted(),
                    crossesWhole: moving.count == services.count
                )
            )
        }
    }

    /// Which routes move, and what is behind each.
    mutating func surveyRoutes(_ estate: Estate) -> [RouteSurvey] {
        var routes: [RouteID: RouteSurvey] = [:]
        for rule in file.routes { routes[rule.route] = stated(rule, estate) }
        let routeOfHost = Dictionary(
            file.routes.compactMap { rule in rule.host.map { ($0, rule.route) } },
            uniquingKeysWith: { first, _ in first }
        )
        for record in source.entries.sorted(by: { $0.reference < $1.reference }) {
            guard let namespace = record.reference.namespace, namespaces.contains(namespace) else {
                continue
            }
            for rule in record.rules {
                let service = ServiceName(namespace: namespace, name: rule.service)
                guard let host = rule.host, !host.isEmpty else {
                    noteHostless(record, service, estate, routes)
                    continue
                }
                guard !file.ignoredHosts.contains(host) else {
                    notes.find("The host \(host) of \(record.reference) is ignored, as stated.")
                    continue
                }
                let id = routeOfHost[host] ?? RouteID(host)
                var route = routes[id] ?? RouteSurvey(id: id)
                route.services.insert(service)
                if !host.hasPrefix("*") {
                    let stated = file.routes.first { $0.route == id }?.probePath
                    route.probes.insert(EntryProbe(host: host, path: stated ?? rule.path))
                }
                routes[id] = route
            }
        }
        let sorted = routes.values.sorted { $0.id < $1.id }
        return sorted.filter { checked($0, estate) }
    }

    private func stated(_ rule: RouteRule, _ estate: Estate) -> RouteSurvey {
        var route = RouteSurvey(id: rule.route)
        if let service = rule.service { route.services.insert(service) }
        if let workload = rule.workload { route.workloads.insert(workload) }
        return route
    }

    private mutating func noteHostless(
        _ record: EntryRecord,
        _ service: ServiceName,
        _ estate: Estate,
        _ routes: [RouteID: RouteSurvey]
    ) {
        guard estate.names.contains(where: { $0.name == service && !$0.staysAtSource }) else {
            return
        }
        if routes.values.contains(where: { $0.services.contains(service) }) {
            notes.find(
                "\(record.reference) leads to \(service) without a host; the route stated for it "
                    + "moves its requests."
            )
        } else if file.ignoredHosts.contains("*") {
            notes.find("What \(record.reference) serves without a host is ignored, as stated.")
        } else {
            notes.problem(
                "\(record.reference)",
                "it leads to \(service) without a host, so no route tells its requests",
                remedy: "state a route with service: \(service), or add \"*\" to "
                    + "spec.traffic.ignoredHosts"
            )
        }
    }

    /// Whether the route moves; notes why it cannot.
    private mutating func checked(_ route: RouteSurvey, _ estate: Estate) -> Bool {
        let moving = Set(estate.names.filter { !$0.staysAtSource }.map(\.name))
        let known = Set(source.services.map(\.name))
        for service in route.services.sorted() where !known.contains(service) {
            notes.problem(
                "route \(route.id)",
                "it leads to Service \(service), which is not at the source",
                remedy: "correct the Ingress or the route"
            )
        }
        for workload in route.workloads.sorted()
        where !crossing.contains(where: { $0.id == workload }) {
            notes.problem(
                "route \(route.id)",
                "it leads to \(workload), which does not cross",
                remedy: "correct the route, or leave it out"
            )
        }
        let crosses = !route.workloads.isEmpty || route.services.contains(where: moving.contains)
        guard crosses else {
            notes.find("The route \(route.id) leads to nothing that crosses; its weight stays.")
            return false
        }
        for service in route.services.sorted() {
            if known.contains(service), !moving.contains(service) {
                notes.problem(
                    "route \(route.id)",
                    "it leads to Service \(service), which stays, and to others that cross, and a "
                        + "route has one weight",
                    remedy: "give them hosts of their own, or exclude what is behind it"
                )
            }
            if estate.names.contains(where: { $0.name == service && $0.isIdle && !$0.staysAtSource }
            ) {
                notes.problem(
                    "route \(route.id)",
                    "it leads to Service \(service), behind which nothing has a replica",
                    remedy: "scale it up, exclude it, or add the host to spec.traffic.ignoredHosts"
                )
            }
        }
        checkBalancer(route)
        return true
    }

    private mutating func checkBalancer(_ route: RouteSurvey) {
        guard let weight = requested[route.id] else {
            let known = requested.keys.sorted().map(\.text)
            notes.problem(
                "route \(route.id)",
                "the balancer has no route of this name"
                    + (known.isEmpty ? "" : " (it has \(EstateSurvey.listing(known)))"),
                remedy: "add it to the balancer, state in spec.traffic.routes what it is called "
                    + "there, or add its host to spec.traffic.ignoredHosts"
            )
            return
        }
        guard weight != .none else { return }
        notes.problem(
            "route \(route.id)",
            "it sends \(weight) to the target before anything has crossed",
            remedy: "give the target the weight 0 first"
        )
    }
}
