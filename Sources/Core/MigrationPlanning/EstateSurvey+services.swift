import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// Sorts the source's Services into names that are bridged, what is copied as it is, and what is
    /// left.
    mutating func surveyServices(_ estate: inout Estate) {
        let calledByStayers = Set(staying.flatMap { callees(of: $0) })
        var unanswered: Set<ServiceName> = []
        for record in source.services.sorted(by: { $0.name < $1.name })
        where namespaces.contains(record.name.namespace) {
            let reference = record.reference
            if let object = sourceObjects[ObjectKey(reference)] {
                if object.generatedBy != nil { continue }
                // What an earlier migration brought here moves on like anything else.
                if let run = object.markedBy,
                    runsUnderWay.contains(run) || record.name.isLocalName
                {
                    notes.leftover(reference, at: source.site, of: run)
                    continue
                }
            }
            if record.type == "ExternalName" {
                notes.find("\(reference) names a host outside; it is copied as it is.")
                let copy = copy(reference, .asItIs, seen: record.seen, mayBePresent: true)
                if let copy { estate.plainServices.append(copy) }
            } else if let reason = record.reasonAgainstBridge {
                if notePodService(record, reason) {
                    surveyPodService(record, &estate)
                    continue
                }
                unanswered.insert(record.name)
                noteUnbridged(record, reason)
            } else {
                var name = bridgedName(record)
                name.patience = patience(with: record)
                let isNamedOutside = name.staysAtSource ? false : noteCallers(of: record)
                name.isCalledByStayers =
                    calledByStayers.contains(record.name) || isNamedOutside
                    || !source.callersUnread.isEmpty
                estate.names.append(name)
            }
        }
        if !source.callersUnread.isEmpty {
            notes.find(
                "Who in other namespaces of the source names a Service could not be read ("
                    + source.callersUnread.joined(separator: ", ")
                    + "); so every name and its bridge stay there after the finish."
            )
        }
        for record in crossing {
            for name in callees(of: record) where unanswered.contains(name) {
                notes.problem(
                    "\(record.id)",
                    "it calls \(name), which would not answer at the target",
                    remedy:
                        "give Service \(name) an address and a selector, or exclude the workload"
                )
            }
        }
    }

    /// Copies what leads to pods as it is.
    private mutating func surveyPodService(_ record: ServiceRecord, _ estate: inout Estate) {
        let reference = record.reference
        let copy = copy(reference, .asItIs, seen: record.seen, mayBePresent: true)
        if let copy { estate.plainServices.append(copy) }
        guard isDone(record) else { return }
        estate.podServicesDone.append(DoomedObject(reference: reference, uid: record.seen.uid))
    }

    /// Whether anybody who cannot cross names the Service; notes who does.
    private mutating func noteCallers(of record: ServiceRecord) -> Bool {
        let callers = callersOutside(of: record)
        guard !callers.isEmpty else { return false }
        notes.find(
            "\(record.reference) and its bridge stay at the source after the finish for who names "
                + "it there: \(callers.joined(separator: ", "))."
        )
        return true
    }

    /// Who cannot cross and names the Service, with where; sorted.
    private func callersOutside(of record: ServiceRecord) -> [String] {
        source.callers.compactMap { found -> String? in
            guard let call = found.calls.first(where: { $0.service == record.name }) else {
                return nil
            }
            return "\(found.caller) (\(call.evidence))"
        }.sorted()
    }

    /// Whether nobody needs at the source what led to pods there, once these have crossed; notes who does.
    ///
    /// No bridge can stand in for them, so whoever still names it meets nobody.
    private mutating func isDone(_ record: ServiceRecord) -> Bool {
        let stayers = staying.filter { callees(of: $0).contains(record.name) }
            .map { "\($0.id), which is excluded" }
        let callers = callersOutside(of: record) + stayers
        if !callers.isEmpty {
            notes.find(
                "\(record.reference) stays at the source after the finish for who names it there, and "
                    + "leads to no pod any more: \(callers.joined(separator: ", "))."
            )
        }
        return callers.isEmpty && source.callersUnread.isEmpty
    }

    /// What this workload is seen or said to call.
    func callees(of record: WorkloadRecord) -> Set<ServiceName> {
        Set(record.calls.map(\.service))
            .union(file.calls.filter { $0.caller == record.id }.map(\.service))
    }

    func workloads(
        _ records: [WorkloadRecord],
        behind service: ServiceRecord
    )
        -> [WorkloadRecord]
    {
        records.filter { record in
            record.id.namespace == service.name.namespace && !record.id.isCronJob
                && service.selector.allSatisfy { record.podLabels[$0.key] == $0.value }
        }
    }

    private mutating func noteUnbridged(_ record: ServiceRecord, _ reason: String) {
        guard workloads(crossing, behind: record).isEmpty || record.selector.isEmpty else {
            notes.problem(
                "\(record.reference)",
                "\(reason), and what is behind it crosses",
                remedy: record.isHeadless
                    ? "if nobody needs to reach a pod of the other site by its own name, say who "
                        + "knows that and why in podNames of each workload behind it; or give it "
                        + "an address (a Service of type ClusterIP), or exclude what is behind it"
                    : "give it an address (a Service of type ClusterIP), or exclude what is "
                        + "behind it"
            )
            return
        }
        notes.find(
            "\(record.reference) stays at the source and does not answer at the target: \(reason)."
        )
    }

    private mutating func bridgedName(_ record: ServiceRecord) -> CrossingName {
        checkLocalName(of: record)
        let behind = workloads(crossing, behind: record)
        if let stayer = workloads(staying, behind: record).first, let mover = behind.first {
            notes.problem(
                "\(record.reference)",
                "it leads to \(mover.id), which crosses, and to \(stayer.id), which is excluded",
                remedy: "exclude both or none"
            )
        }
        if behind.isEmpty {
            notes.find(
                "\(record.reference) leads to nothing that crosses; at the target it answers across "
                    + "the bridge, also after the finish."
            )
        } else if record.type != "ClusterIP" {
            notes.find(
                "\(record.reference) is of type \(record.type) and becomes ClusterIP at the target: "
                    + "what reaches it from outside by the source's addresses is not moved."
            )
        }
        let copy = copy(
            record.reference,
            .withoutSelector,
            seen: record.seen,
            mayBePresent: false
        )
        return CrossingName(
            service: PlannedService(
                service: record.name,
                selector: record.selector,
                ports: record.ports
            ),
            // Where something is in its place, that was noted, and the name still is one: what is
            // behind it has no problem of its own.
            copy: copy
                ?? PlannedObject(
                    reference: record.reference,
                    form: .withoutSelector,
                    original: record.seen,
                    present: nil
                ),
            workloads: behind.map(\.id),
            isIdle: behind.allSatisfy { $0.replicas == 0 },
            isCalledByStayers: false
        )
    }

    /// The local name must be free at both sites and short enough.
    private mutating func checkLocalName(of record: ServiceRecord) {
        let local = record.name.localName
        if local.name.utf8.count > 63 {
            notes.problem(
                "\(record.reference)",
                "its local name \(local.name) would have more than 63 letters",
                remedy: "exclude what is behind it, or give it a shorter name"
            )
        }
        for (inventory, objects) in [(source, sourceObjects), (target, targetObjects)]
        where inventory.services.contains(where: { $0.name == local }) {
            if let run = objects[ObjectKey(local.reference)]?.markedBy {
                notes.leftover(local.reference, at: inventory.site, of: run)
                continue
            }
            notes.problem(
                "Service \(local)",
                "it is in the way of the local name of \(record.name) at \(inventory.site.context)",
                remedy: "rename it"
            )
        }
    }
}

extension ServiceRecord {
    var reference: ObjectReference {
        ObjectReference(
            apiVersion: "v1",
            kind: "Service",
            namespace: name.namespace,
            name: name.name
        )
    }

    /// Why its name cannot be led across a bridge; nil when it can.
    fileprivate var reasonAgainstBridge: String? {
        if isHeadless { return "it is headless, so its callers dial pods and not a name" }
        if keepsToNode {
            return "its internalTrafficPolicy is Local, and a bridge has an endpoint on no node"
        }
        if selector.isEmpty { return "it has no selector, its endpoints are somebody's own" }
        if ports.isEmpty { return "it has no ports" }
        return nil
    }
}
