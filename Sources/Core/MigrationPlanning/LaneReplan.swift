import MigrationModel

/// The steps of one lane, made anew after somebody has deployed a workload of it.
///
/// The lane keeps its shape: what is to be created is taken from the originals as they are now.
package enum LaneReplan {
    /// The lane's steps as they are to be, or all that stands in the way.
    ///
    /// What lanes share has been copied before and is not copied again, so nothing of it may have
    /// changed with the deployment.
    package static func steps(
        of lane: Lane,
        in plan: Plan,
        source: SiteInventory,
        target: SiteInventory
    ) throws(PlanningError) -> [Step] {
        let originals = seen(source)
        let present = seen(target)
        var problems: [PlanProblem] = []
        var configured: [PlanProblem] = []
        var steps: [Step] = []
        for var step in plan.steps where step.lane == lane {
            if case .change(let site, .create(let objects)) = step.operation {
                var renewed: [PlannedObject] = []
                for var object in objects {
                    guard let original = originals[ObjectKey(object.reference)] else {
                        problems.append(gone(object.reference))
                        continue
                    }
                    object.original = original
                    if object.present != nil {
                        object.present = present[ObjectKey(object.reference)]
                    }
                    renewed.append(object)
                }
                step.operation = .change(site: site, change: .create(objects: renewed))
            }
            configured += step.gatesBefore.flatMap { changedConfiguration($0, source, target) }
            step.gatesBefore = step.gatesBefore.map { $0.renewed(source) }
            steps.append(step)
        }
        let shared = changedFoundation(plan, source, target)
        let told = Set(shared.map(\.subject))
        problems += shared + Set(configured.filter { !told.contains($0.subject) }).sorted()
        problems += changedServices(of: steps, source) + changedOrdinals(of: steps, source)
        guard problems.isEmpty else { throw PlanningError(problems: problems) }
        return steps
    }

    private static func gone(_ reference: ObjectReference) -> PlanProblem {
        PlanProblem(
            "\(reference)",
            "it is no longer at the source",
            remedy: "roll back and plan anew"
        )
    }

    /// What was given back as it was, or changed at both sites alike, is in nobody's way.
    private static func changedFoundation(
        _ plan: Plan,
        _ source: SiteInventory,
        _ target: SiteInventory
    ) -> [PlanProblem] {
        let (originals, copies) = (records(source), records(target))
        return plan.steps.flatMap { step -> [PlanProblem] in
            guard step.lane == .foundation,
                case .change(.target, .create(let objects)) = step.operation
            else { return [] }
            return objects.filter { $0.form == .asItIs && $0.reference.namespace != nil }
                .compactMap { object in
                    let now = originals[ObjectKey(object.reference)]
                    guard now?.seen.isChanged(from: object.original) ?? true else { return nil }
                    if let digest = now?.contentDigest,
                        digest == copies[ObjectKey(object.reference)]?.contentDigest
                    {
                        return nil
                    }
                    return PlanProblem(
                        "\(object.reference)",
                        "it has changed at the source since it was copied, and is shared by lanes "
                            + "that have crossed",
                        remedy: "give it back as it was, or roll back and plan anew"
                    )
                }
        }
    }

    /// What a lane's pods read and no step of the run copies, because a copy had made it before.
    private static func changedConfiguration(
        _ condition: Condition,
        _ source: SiteInventory,
        _ target: SiteInventory
    ) -> [PlanProblem] {
        guard case .configuredAsCopied(_, let workload, let configuration) = condition else {
            return []
        }
        let (originals, copies) = (records(source), records(target))
        return configuration.compactMap { copied in
            let key = ObjectKey(copied.reference)
            guard let now = originals[key] else { return gone(copied.reference) }
            guard now.seen.isChanged(from: copied.original) else { return nil }
            let keys = now.keysApart(from: copies[key]).filter { !copied.keysApart.contains($0) }
            guard !keys.isEmpty else { return nil }
            return PlanProblem(
                "\(copied.reference)",
                "\(workload) reads it, and its \(keys.joined(separator: ", ")) changed at the source "
                    + "since it was copied",
                remedy: "copy it again, or give it back as it was"
            )
        }
    }

    private static func changedServices(
        of steps: [Step],
        _ source: SiteInventory
    ) -> [PlanProblem] {
        steps.compactMap { step in
            guard case .change(.source, .removeSelector(let planned)) = step.operation,
                let now = source.services.first(where: { $0.name == planned.service }),
                now.selector != planned.selector || now.ports != planned.ports
            else { return nil }
            return PlanProblem(
                "Service \(planned.service)",
                "it has another selector or other ports than its local names",
                remedy: "give it back as it was, or roll back and plan anew"
            )
        }
    }

    /// The steps of what crosses by ordinals are counted out for the pods that it had.
    private static func changedOrdinals(
        of steps: [Step],
        _ source: SiteInventory
    ) -> [PlanProblem] {
        var last: [WorkloadID: OrdinalRange] = [:]
        for case .change(.target, .runOrdinals(let id, let ordinals)) in steps.map(\.operation) {
            last[id] = ordinals
        }
        return last.sorted { $0.key < $1.key }.compactMap { id, ordinals in
            let now = source.workloads.first { $0.id == id }
            guard now?.replicas != ordinals.count || now?.ordinalStart != ordinals.start else {
                return nil
            }
            return PlanProblem(
                "\(id)",
                "it crosses by ordinals, and has other ones than when the plan was made",
                remedy: "give it back the pods that it had, or roll back and plan anew"
            )
        }
    }

    private static func records(_ inventory: SiteInventory) -> [ObjectKey: ObjectRecord] {
        Dictionary(
            inventory.objects.map { (ObjectKey($0.reference), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func seen(_ inventory: SiteInventory) -> [ObjectKey: ObjectSeen] {
        Dictionary(
            inventory.objects.map { (ObjectKey($0.reference), $0.seen) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

extension Condition {
    /// Asks for what is deployed now.
    fileprivate func renewed(_ source: SiteInventory) -> Condition {
        switch self {
        case .deployedAsPlanned(let site, let workload, _):
            guard let record = source.workloads.first(where: { $0.id == workload }),
                let digest = record.templateDigest
            else { return self }
            return .deployedAsPlanned(site: site, workload: workload, template: digest)
        case .configuredAsCopied(let site, let workload, let configuration):
            let now = configuration.map { copied in
                let record = source.objects.first { $0.reference == copied.reference }
                var copied = copied
                copied.original = record?.seen ?? copied.original
                return copied
            }
            return .configuredAsCopied(site: site, workload: workload, configuration: now)
        default: return self
        }
    }
}
