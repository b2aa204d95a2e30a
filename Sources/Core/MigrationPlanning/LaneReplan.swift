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
            step.gatesBefore = step.gatesBefore.map { $0.renewed(source) }
            steps.append(step)
        }
        problems += changedFoundation(plan, originals)
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

    private static func changedFoundation(
        _ plan: Plan,
        _ originals: [ObjectKey: ObjectSeen]
    ) -> [PlanProblem] {
        plan.steps.flatMap { step -> [PlanProblem] in
            guard step.lane == .foundation,
                case .change(.target, .create(let objects)) = step.operation
            else { return [] }
            return objects.filter { $0.form == .asItIs && $0.reference.namespace != nil }
                .compactMap { object in
                    let now = originals[ObjectKey(object.reference)]
                    guard now?.isChanged(from: object.original) ?? true else { return nil }
                    return PlanProblem(
                        "\(object.reference)",
                        "it has changed at the source since it was copied, and is shared by lanes "
                            + "that have crossed",
                        remedy: "give it back as it was, or roll back and plan anew"
                    )
                }
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
        guard case .deployedAsPlanned(let site, let workload, _) = self,
            let record = source.workloads.first(where: { $0.id == workload }),
            let digest = record.templateDigest
        else { return self }
        return .deployedAsPlanned(site: site, workload: workload, template: digest)
    }
}
