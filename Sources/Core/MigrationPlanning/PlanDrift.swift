import MigrationModel

/// What has changed at the sites since a plan was made, for which it must be made anew.
package enum PlanDrift {
    /// One sentence each, sorted; none when the plan still fits.
    ///
    /// For a plan that has not begun: a run changes what it moves, and minds its own drift.
    package static func between(
        _ plan: Plan,
        source: SiteInventory,
        target: SiteInventory
    ) -> [String] {
        var drift: Set<String> = []
        drift.formUnion(sites(plan.source, source.site, "source"))
        drift.formUnion(sites(plan.target, target.site, "target"))
        let originals = seen(source)
        let present = seen(target)
        for object in plan.plannedObjects {
            let key = ObjectKey(object.reference)
            if let now = originals[key] {
                if now.uid != object.original.uid {
                    drift.insert("\(object.reference) was deleted and made anew at the source.")
                } else if now.isChanged(from: object.original) {
                    drift.insert("\(object.reference) was changed at the source.")
                }
            } else {
                drift.insert("\(object.reference) is no longer at the source.")
            }
            if let change = object.change(to: present[key]) { drift.insert(change) }
        }
        drift.formUnion(configuration(plan, originals))
        drift.formUnion(services(plan, source))
        drift.formUnion(newcomers(plan, source))
        return drift.sorted()
    }

    private static func sites(
        _ planned: PlannedSite,
        _ now: PlannedSite,
        _ role: String
    ) -> [String] {
        var drift: [String] = []
        if planned.identity != now.identity {
            drift.append("The \(role) is another cluster than the plan was made for.")
        } else if planned.version != now.version {
            drift.append("The \(role) has gone from \(planned.version) to \(now.version).")
        }
        return drift
    }

    private static func services(_ plan: Plan, _ source: SiteInventory) -> [String] {
        let now = Dictionary(
            source.services.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return plan.plannedServices.compactMap { planned in
            guard let service = now[planned.service] else { return nil }
            return service.selector == planned.selector && service.ports == planned.ports
                ? nil : "Service \(planned.service) has another selector or other ports."
        }
    }

    /// What pods read and a copy has made at the target already, so that no step does.
    private static func configuration(
        _ plan: Plan,
        _ originals: [ObjectKey: ObjectSeen]
    ) -> [String] {
        let planned = Set(plan.plannedObjects.map { ObjectKey($0.reference) })
        return plan.configuration.compactMap { copied in
            let key = ObjectKey(copied.reference)
            guard !planned.contains(key) else { return nil }
            guard let now = originals[key] else {
                return "\(copied.reference) is no longer at the source."
            }
            return now.uid == copied.original.uid && !now.isChanged(from: copied.original)
                ? nil : "\(copied.reference) was changed at the source."
        }
    }

    /// Workloads that the plan neither moves nor leaves, in namespaces that cross.
    private static func newcomers(_ plan: Plan, _ source: SiteInventory) -> [String] {
        let moved = plan.plannedObjects.filter(\.isWorkload).map(\.reference)
        let known = Set(moved.map(ObjectKey.init) + plan.staying.map { ObjectKey($0.reference) })
        let namespaces = Set((moved.compactMap(\.namespace)) + plan.staying.map(\.namespace))
        return source.workloads.compactMap { record in
            guard namespaces.contains(record.id.namespace),
                !known.contains(ObjectKey(record.id.reference))
            else { return nil }
            return "\(record.id) is new at the source."
        }
    }

    private static func seen(_ inventory: SiteInventory) -> [ObjectKey: ObjectSeen] {
        Dictionary(
            inventory.objects.map { (ObjectKey($0.reference), $0.seen) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

extension ObjectSeen {
    /// Whether what people decided may have changed; status alone does not move a generation.
    func isChanged(from earlier: ObjectSeen) -> Bool {
        if let generation, let before = earlier.generation { return generation != before }
        return resourceVersion != earlier.resourceVersion
    }
}

extension PlannedObject {
    /// What has become at the target of what the plan saw there, or of what it saw nothing of.
    fileprivate func change(to now: ObjectSeen?) -> String? {
        switch (present, now) {
        case (nil, nil): nil
        case (nil, _): "\(reference) is at the target now."
        case (_, nil): "\(reference) is no longer at the target."
        case (let seen?, let now?):
            if now.uid != seen.uid {
                "\(reference) was deleted and made anew at the target."
            } else if form != .asItIs, now.isChanged(from: seen) {
                "\(reference) was changed at the target."
            } else {
                nil
            }
        }
    }
}

extension Plan {
    fileprivate var plannedObjects: [PlannedObject] {
        steps.flatMap { step -> [PlannedObject] in
            if case .change(_, .create(let objects)) = step.operation { objects } else { [] }
        }
    }

    fileprivate var configuration: [CopiedConfiguration] {
        steps.flatMap(\.gatesBefore).flatMap { condition in
            if case .configuredAsCopied(_, _, let configuration) = condition {
                configuration
            } else {
                [CopiedConfiguration]()
            }
        }
    }

    fileprivate var plannedServices: [PlannedService] {
        steps.compactMap { step in
            if case .change(_, .addLocalName(let service)) = step.operation { service } else { nil }
        }
    }
}
