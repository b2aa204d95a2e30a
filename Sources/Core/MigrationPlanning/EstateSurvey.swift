import MigrationFile
import MigrationModel

/// Works out what crosses from what was seen, and notes what stands in the way.
struct EstateSurvey {
    let file: MigrationFile
    let source: SiteInventory
    let target: SiteInventory
    let requested: [RouteID: Weight]
    let namespaces: Set<String>
    /// What crosses by itself; sorted.
    let crossing: [WorkloadRecord]
    /// What could, and stays at the source; sorted.
    let staying: [WorkloadRecord]
    let sourceObjects: [ObjectKey: ObjectRecord]
    let targetObjects: [ObjectKey: ObjectRecord]
    /// Runs that have begun at either site and not ended.
    let runsUnderWay: Set<RunID>
    /// HPAs and PDBs that come with a workload already.
    var attendantsTaken: Set<ObjectKey> = []
    var notes = PlanNotes()

    init(
        _ file: MigrationFile,
        source: SiteInventory,
        target: SiteInventory,
        requested: [RouteID: Weight]
    ) {
        let file = file.resolved(among: source.workloads.map(\.id))
        self.file = file
        self.source = source
        self.target = target
        self.requested = requested
        let namespaces = Set(file.namespaces)
        self.namespaces = namespaces
        let excluded = Set(file.workloads.filter(\.isExcluded).map(\.workload))
        let workloads = source.workloads
            .filter { namespaces.contains($0.id.namespace) }
            .sorted { $0.id < $1.id }
        crossing = workloads.filter { !excluded.contains($0.id) }
        staying = workloads.filter { excluded.contains($0.id) }
        sourceObjects = source.objectsByKey
        targetObjects = target.objectsByKey
        runsUnderWay = Set(source.runsUnderWay + target.runsUnderWay)
    }

    mutating func estate() -> Estate {
        checkSites()
        checkNamespaces()
        checkWorkloads()
        var estate = Estate()
        surveyObjects(&estate)
        surveyServices(&estate)
        surveyEntries(&estate)
        let routes = surveyRoutes(estate)
        surveyGroups(&estate, routes)
        surveyWays(&estate)
        surveyPolicies(&estate)
        noteProof(of: estate.names)
        noteMeasuring(of: estate.names)
        noteCopies()
        noteFreeze()
        noteRuns()
        return estate
    }

    /// In the middle of a run much looks wrong that is only under way: then the run is all there is
    /// to say.
    private mutating func noteRuns() {
        let underWay = notes.leftovers.filter { runsUnderWay.contains($0.key) }
        if !underWay.isEmpty {
            notes.problems = underWay.map { $1.problem(of: $0, isUnderWay: true) }
            return
        }
        for (run, leftovers) in notes.leftovers {
            notes.problems.append(leftovers.problem(of: run, isUnderWay: false))
        }
    }

    private mutating func checkSites() {
        if source.site.identity == target.site.identity {
            notes.problem(
                "context \(target.site.context)",
                "it is the same cluster as \(source.site.context)",
                remedy: "name two different clusters in spec.source and spec.target"
            )
        }
        for inventory in [source, target] {
            for text in inventory.unreadable {
                notes.problem(
                    "context \(inventory.site.context)",
                    "something could not be read: \(text)",
                    remedy: "grant what is missing and plan again"
                )
            }
            if inventory.nodeAddresses.isEmpty {
                notes.problem(
                    "context \(inventory.site.context)",
                    "no node with an address was seen, so no bridge can lead there",
                    remedy: "see that its nodes are registered and plan again"
                )
            }
        }
    }

    private mutating func checkWorkloads() {
        noteUnknownStores()
        let known = Set((crossing + staying).map(\.id))
        for id in file.workloads.flatMap({ [$0.workload] + $0.after }) + file.calls.map(\.caller)
        where !known.contains(id) {
            notes.problem(
                "\(id)",
                "the migration file names it, and it is not at the source",
                remedy: "correct its name, or leave it out of the file"
            )
        }
        if crossing.isEmpty {
            notes.problem(
                "context \(source.site.context)",
                "nothing crosses from \(file.namespaces.joined(separator: ", "))",
                remedy: "correct spec.namespaces, or exclude less"
            )
        }
        for record in crossing {
            noteTies(record)
            noteGrace(of: record)
            noteAttendants(record)
            if record.id.isCronJob {
                noteSchedule(record)
            } else if record.id.isDaemonSet {
                noteDaemons(record)
            } else if record.replicas == 0 {
                notes.find("\(record.id) has 0 replicas; it is copied and stays at 0.")
            } else if record.readyReplicas == 0 {
                notes.problem(
                    "\(record.id)",
                    "none of its \(record.replicas) replicas is ready at the source",
                    remedy: "mend it first, or exclude it"
                )
            } else if record.readyReplicas < record.replicas {
                notes.find(
                    "\(record.id) has only \(record.readyReplicas) of \(record.replicas) replicas "
                        + "ready at the source."
                )
            }
        }
        for record in staying {
            notes.find("\(record.id) is excluded and stays at the source.")
        }
    }

    /// The copy of an object of the source, or nil with a note when something is in its place.
    ///
    /// What is at the target already and means the same is left alone when `mayBePresent`, also what
    /// an earlier run made that is over; what a run has in its hands may be taken away by it. Anything
    /// else may only be what a copy of this migration made, which is taken over.
    mutating func copy(
        _ reference: ObjectReference,
        _ form: PlannedObject.Form,
        seen: ObjectSeen,
        mayBePresent: Bool
    ) -> PlannedObject? {
        guard let present = targetObjects[ObjectKey(reference)] else {
            return PlannedObject(
                reference: reference,
                form: form,
                original: seen,
                present: nil
            )
        }
        if let run = present.markedBy, runsUnderWay.contains(run) {
            notes.leftover(reference, at: target.site, of: run)
            return nil
        }
        let digest = sourceObjects[ObjectKey(reference)]?.contentDigest
        let isOfCopy = present.copied?.copy == file.name
        if mayBePresent, let digest, digest == present.contentDigest {
            if isOfCopy {
                notes.copiesKept.insert(reference)
            } else {
                notes.find("\(reference) is at the target already and the same; it is left alone.")
            }
            return nil
        }
        if let trace = present.copied, present.markedBy == nil {
            guard isUsable(trace, reference, form) else { return nil }
            if mayBePresent {
                notes.copiesKept.insert(reference)
                return nil
            }
            notes.copiesTaken.insert(reference)
            return PlannedObject(
                reference: reference,
                form: form,
                original: seen,
                present: present.seen
            )
        }
        if let run = present.markedBy {
            notes.leftover(reference, at: target.site, of: run)
        } else {
            notes.problem(
                "\(reference)",
                mayBePresent
                    ? "it is at the target already and differs from the source's"
                    : "it is at the target already, and nobody says that it may be taken over",
                remedy: "delete or rename it at the target, or make both the same"
            )
        }
        return nil
    }
}

/// Tells objects apart whatever version of their group they were read in.
struct ObjectKey: Hashable {
    let group: String
    let kind: String
    let namespace: String?
    let name: String

    init(_ reference: ObjectReference) {
        let parts = reference.apiVersion.split(separator: "/")
        group = parts.count > 1 ? String(parts[0]) : ""
        kind = reference.kind
        namespace = reference.namespace
        name = reference.name
    }
}

extension SiteInventory {
    fileprivate var objectsByKey: [ObjectKey: ObjectRecord] {
        Dictionary(
            objects.map { (ObjectKey($0.reference), $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
