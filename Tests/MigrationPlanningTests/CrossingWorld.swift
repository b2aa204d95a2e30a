import MigrationModel

/// The least of a world in which a plan can be seen to keep its promises.
///
/// A step counts as done when its gates hold, so its effect is applied at once.
struct CrossingWorld: Equatable {
    struct Name: Equatable {
        var exists: Bool
        var selects: Bool
        var isBridged: Bool
    }

    struct Site: Equatable {
        var names: [ServiceName: Name] = [:]
        var localNames: Set<ServiceName> = []
        var replicas: [WorkloadID: Int] = [:]
        /// Ingresses, and whether each leads to local names.
        var entries: [String: Bool] = [:]
    }

    var sites: [SiteRole: Site] = [.source: Site(), .target: Site()]
    var weights: [RouteID: Weight] = [:]
    /// Routes of which the source was seen to serve nothing right before it was emptied.
    var drained: Set<RouteID> = []

    init(_ estate: EstateFixture) {
        for service in estate.source.services {
            sites[.source]?.names[service.name] = Name(
                exists: true,
                selects: true,
                isBridged: false
            )
        }
        for record in estate.source.workloads {
            sites[.source]?.replicas[record.id] = record.replicas
        }
        for entry in estate.source.entries {
            sites[.source]?.entries[entry.reference.name] = false
        }
        weights = estate.requested
    }

    mutating func perform(_ step: Step) {
        for case .share(let route, .exactly(.all), _) in step.gatesBefore { drained.insert(route) }
        switch step.operation {
        case .setWeight(let route, let weight): weights[route] = weight
        case .store, .await, .approval: break
        case .change(let site, let change): apply(change, at: site, isForward: true)
        }
    }

    /// Gives back what `before` was when the step was made.
    mutating func undo(_ step: Step, to before: CrossingWorld) {
        switch step.operation {
        case .setWeight(let route, _):
            weights[route] = before.weights[route]
            drained.remove(route)
        case .store, .await, .approval: break
        case .change(let site, .scale(let id, _)), .change(let site, .runOrdinals(let id, _)),
            .change(let site, .suspend(let id)), .change(let site, .resume(let id)):
            sites[site]?.replicas[id] = before.sites[site]?.replicas[id]
        case .change(let site, let change): apply(change, at: site, isForward: false)
        }
    }

    private mutating func apply(_ change: SiteChange, at site: SiteRole, isForward: Bool) {
        switch change {
        case .create(let objects): for object in objects { create(object, at: site, isForward) }
        case .addLocalName(let service):
            if isForward {
                sites[site]?.localNames.insert(service.service)
            } else {
                sites[site]?.localNames.remove(service.service)
            }
        case .pointEntryToLocalNames(let entry, _):
            sites[site]?.entries[entry.name] = isForward
        case .addBridge(let service): sites[site]?.names[service.service]?.isBridged = isForward
        case .removeBridge(let service):
            sites[site]?.names[service.service]?.isBridged = !isForward
        case .addSelector(let service): sites[site]?.names[service.service]?.selects = isForward
        case .removeSelector(let service):
            sites[site]?.names[service.service]?.selects = !isForward
        case .scale(let id, .exactly(let count)), .scale(let id, .portion(let count)):
            sites[site]?.replicas[id] = count
        case .scale(let id, .asCounterpart(let min)):
            let count = max(min, sites[site.counterpart]?.replicas[id] ?? 0)
            sites[site]?.replicas[id] = count
        case .runOrdinals(let id, let ordinals): sites[site]?.replicas[id] = ordinals.count
        case .suspend(let id): sites[site]?.replicas[id] = 0
        case .resume(let id): sites[site]?.replicas[id] = 1
        case .admitBridges, .refuseDeploys, .refuseChanges, .admitKeeper, .runKeeper,
            .refreshBridges,
            .tryBridges, .listen, .tryTransfer, .stopListening, .runProbe, .removeProbe,
            .pointEntryToNames, .delete, .removeMarks:
            break
        }
    }

    private mutating func create(_ object: PlannedObject, at site: SiteRole, _ isForward: Bool) {
        let name = ServiceName(
            namespace: object.reference.namespace ?? "",
            name: object.reference.name
        )
        switch object.form {
        case .withoutSelector:
            sites[site]?.names[name] =
                isForward ? Name(exists: true, selects: false, isBridged: false) : nil
        case .scaledToZero, .behindOrdinals:
            let id = WorkloadID(
                kind: object.reference.kind,
                namespace: name.namespace,
                name: name.name
            )
            sites[site]?.replicas[id] = isForward ? 0 : nil
        case .suspended:
            let id = WorkloadID(kind: "CronJob", namespace: name.namespace, name: name.name)
            sites[site]?.replicas[id] = isForward ? 0 : nil
        case .toLocalNames: sites[site]?.entries[name.name] = isForward ? true : nil
        case .asItIs: break
        }
    }
}

/// What must hold of a world at every moment of a crossing.
struct CrossingPromises {
    let estate: EstateFixture
    let exclusive: Set<WorkloadID>
    let isPrepared: Bool

    func breaches(in world: CrossingWorld) -> [String] {
        SiteRole.allCases.flatMap { names(at: $0, in: world) } + routes(in: world)
            + singletons(in: world)
    }

    private func pods(behind name: ServiceName, at site: SiteRole, in world: CrossingWorld) -> Int {
        // What no Deployment is behind stays at the source and is up there.
        let behind = workloads(behind: name)
        guard !behind.isEmpty else { return site == .source ? 1 : 0 }
        return behind.map { world.sites[site]?.replicas[$0] ?? 0 }.min() ?? 0
    }

    private func workloads(behind name: ServiceName) -> [WorkloadID] {
        guard let service = estate.source.services.first(where: { $0.name == name }) else {
            return []
        }
        return estate.source.workloads.filter { record in
            record.id.namespace == name.namespace
                && service.selector.allSatisfy { record.podLabels[$0.key] == $0.value }
        }.map(\.id)
    }

    private func names(at site: SiteRole, in world: CrossingWorld) -> [String] {
        estate.source.services.compactMap { service -> String? in
            let name = service.name
            let behind = workloads(behind: name)
            let isIdle =
                !behind.isEmpty && pods(behind: name, at: .source, in: CrossingWorld(estate)) == 0
            guard !isIdle, exclusive.isDisjoint(with: behind) else { return nil }
            guard let state = world.sites[site]?.names[name] else {
                return isPrepared ? "\(name) does not exist at \(site)" : nil
            }
            let far = world.sites[site.counterpart]?.localNames.contains(name) ?? false
            let farPods = pods(behind: name, at: site.counterpart, in: world)
            if state.isBridged, !far || farPods == 0 {
                return "\(name) at \(site) leads across the bridge to nobody"
            }
            let answers = state.selects && pods(behind: name, at: site, in: world) > 0
            if site == .source || isPrepared, !answers, !state.isBridged {
                return "\(name) does not answer at \(site)"
            }
            return nil
        }
    }

    private func routes(in world: CrossingWorld) -> [String] {
        estate.source.entries.flatMap { entry in
            entry.rules.flatMap { rule -> [String] in
                guard let host = rule.host, let weight = world.weights[RouteID(host)] else {
                    return []
                }
                let name = ServiceName(
                    namespace: entry.reference.namespace ?? "",
                    name: rule.service
                )
                var breaches: [String] = []
                for site in SiteRole.allCases {
                    let isServed = site == .source ? weight < .all : weight > .none
                    guard isServed, exclusive.isDisjoint(with: workloads(behind: name)) else {
                        continue
                    }
                    if pods(behind: name, at: site, in: world) == 0 {
                        breaches.append("\(host) reaches \(site), where \(name) has no pod")
                    }
                    guard let isLocal = world.sites[site]?.entries[entry.reference.name] else {
                        breaches.append("\(host) reaches \(site), where no entry knows it")
                        continue
                    }
                    if isLocal, world.sites[site]?.localNames.contains(name) != true {
                        breaches.append("\(host) reaches \(site), where \(name) has no local name")
                    }
                }
                if pods(behind: name, at: .source, in: world) == 0,
                    exclusive.isDisjoint(with: workloads(behind: name)),
                    !world.drained.contains(RouteID(host))
                {
                    breaches.append("\(name) left the source before \(host) was seen to be gone")
                }
                return breaches
            }
        }
    }

    private func singletons(in world: CrossingWorld) -> [String] {
        exclusive.sorted().compactMap { id in
            let both = SiteRole.allCases.allSatisfy { (world.sites[$0]?.replicas[id] ?? 0) > 0 }
            return both ? "\(id) runs at both sites" : nil
        }
    }
}
