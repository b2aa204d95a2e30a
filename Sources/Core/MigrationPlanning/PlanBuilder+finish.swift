import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// What a person asks for when the way back is no longer wanted.
    ///
    /// The engine begins it only when everything has crossed, so edges are needed within it only.
    mutating func finish() {
        finishApproved = approvedFinish()
        lookBeforeFinish()
        awaitJobs()
        let entries = directEntries()
        deleteWorkloads()
        let unbridged = takeDownBridges(after: awaitConnections())
        for namespace in file.namespaces {
            deleteEntries(namespace)
            deleteServices(namespace, after: unbridged[namespace] ?? [])
            deleteLocalNames(
                namespace,
                after: (entries[namespace] ?? []) + (unbridged[namespace] ?? [])
            )
        }
        deleteTrials()
        deleteAdmissions(after: unbridged.values.flatMap { $0 })
        deleteKeepers(after: unbridged.values.flatMap { $0 }.sorted())
        for namespace in file.namespaces { _ = allowDeploys(in: namespace, at: .target) }
        removeMarks(after: entries)
    }

    /// Names that crossed and that nobody at the source needs any more.
    private func namesDone(in namespace: String) -> [CrossingName] {
        estate.names.filter {
            !$0.staysAtSource && !$0.isCalledByStayers && $0.name.namespace == namespace
        }
    }

    mutating func addFinish(
        _ id: String,
        _ site: SiteRole,
        _ change: SiteChange,
        gates: [Condition] = [],
        after: [StepID] = [],
        _ summary: String
    ) -> StepID {
        add(
            "finish/\(id)",
            .finish,
            .finish,
            after: finishApproved + jobsEnded + after,
            .change(site: site, change: change),
            gates: gates,
            timeout: file.timeouts.change,
            summary,
            undo: "Cannot be undone: it is made only when a person says finish"
        )
    }

    /// What has begun at the source needs its names and bridges until it has ended.
    private mutating func awaitJobs() {
        guard estate.hasJobs else { return }
        let ended = add(
            "finish/source/jobs",
            .finish,
            .finish,
            after: [],
            .await,
            gates: [.jobsEnded(site: .source, namespaces: file.namespaces)],
            timeout: file.timeouts.drain,
            "Wait until the Jobs at the source have ended",
            undo: "Nothing to undo"
        )
        jobsEnded = [ended]
    }

    private mutating func directEntries() -> [String: [StepID]] {
        var made: [String: [StepID]] = [:]
        for entry in estate.entries {
            let namespace = entry.reference.namespace ?? ""
            let kept = Set(
                estate.names.filter { $0.isCalledByStayers && $0.name.namespace == namespace }
                    .map(\.name.name)
            )
            let services = entry.services.filter { !kept.contains($0) }
            guard !services.isEmpty else { continue }
            let id = addFinish(
                "entries/\(namespace)/\(entry.reference.name)/to-names",
                .target,
                .pointEntryToNames(entry: entry.reference, services: services),
                gates: [settled],
                "Lead \(entry.reference) at the target to names again"
            )
            made[namespace, default: []].append(id)
        }
        return made
    }

    private mutating func deleteWorkloads() {
        let left = leaveStores()
        for namespace in file.namespaces {
            let workloads = estate.groups.flatMap(\.workloads)
                .filter { $0.id.namespace == namespace }.sorted { $0.id < $1.id }
            let objects = workloads.flatMap { workload in
                (workload.autoscalers + workload.create.reversed()).map(\.asDoomed)
            }
            guard !objects.isEmpty else { continue }
            _ = addFinish(
                "source/\(namespace)/workloads",
                .source,
                .delete(objects: objects),
                after: allowDeploys(in: namespace, at: .source)
                    + workloads.compactMap { left[$0.id] },
                "Delete \(workloads.count.counted("workload")) of \(namespace) at the source, whose "
                    + "work is done at the target by now"
            )
        }
    }

    private mutating func takeDownBridges(after ended: [StepID]) -> [String: [StepID]] {
        var made: [String: [StepID]] = [:]
        for namespace in file.namespaces {
            for name in namesDone(in: namespace) {
                let id = addFinish(
                    "names/\(name.name)/unbridge-at-source",
                    .source,
                    .removeBridge(service: planned(name, at: .target)),
                    after: ended,
                    "Take down the bridge of \(name.name) at the source"
                )
                made[namespace, default: []].append(id)
            }
        }
        return made
    }

    private mutating func deleteEntries(_ namespace: String) {
        let entries = estate.entries
            .filter { $0.reference.namespace == namespace && $0.crossesWhole }.map(\.copy.asDoomed)
        guard !entries.isEmpty else { return }
        _ = addFinish(
            "source/\(namespace)/ingresses",
            .source,
            .delete(objects: entries),
            "Delete \(entries.count.counted("Ingress")) of \(namespace) at the source"
        )
    }

    private mutating func deleteServices(_ namespace: String, after: [StepID]) {
        let names = namesDone(in: namespace)
        let others = estate.podServicesDone.filter { $0.reference.namespace == namespace }
        guard !names.isEmpty || !others.isEmpty else { return }
        _ = addFinish(
            "source/\(namespace)/services",
            .source,
            .delete(
                objects: names.flatMap {
                    [$0.copy.asDoomed] + farEnd(of: $0, at: .source)
                } + others
            ),
            after: after,
            "Delete \((names.count + others.count).counted("Service")) of \(namespace) at the source"
                + (names.isEmpty ? "" : ", and local names")
        )
    }

    /// What bridges of the other site lead to: the local name, and where they lead to the site's entry,
    /// what tells the entry of it.
    private func farEnd(of name: CrossingName, at site: SiteRole) -> [DoomedObject] {
        let service = planned(name, at: site)
        let entry = service.entryReference.map { [DoomedObject(reference: $0, uid: nil)] } ?? []
        return entry + [name.name.localName.asDoomed]
    }

    /// Where bridges stay, what lets them through stays with them, and the plan says so.
    private mutating func deleteAdmissions(after: [StepID]) {
        guard !estate.keepsBridges else { return }
        for site in SiteRole.allCases {
            let policies = (estate.admissions[site] ?? []).map(\.reference).sorted()
            guard !policies.isEmpty else { continue }
            _ = addFinish(
                "\(site.rawValue)/policies",
                site,
                .delete(objects: policies.map { DoomedObject(reference: $0, uid: nil) }),
                after: after,
                "Delete what let bridges through policies at the \(site.rawValue)"
            )
        }
    }

    private mutating func deleteTrials() {
        var jobs: [SiteRole: [ObjectReference]] = [:]
        for case .change(let site, let change) in steps.map(\.operation) {
            switch change {
            case .tryBridges(let trial): jobs[site, default: []].append(trial.reference)
            case .tryTransfer(let transfer): jobs[site, default: []].append(transfer.reference)
            default: continue
            }
        }
        for (site, jobs) in jobs.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            _ = addFinish(
                "\(site.rawValue)/trials",
                site,
                .delete(objects: jobs.sorted().map { DoomedObject(reference: $0, uid: nil) }),
                "Delete \(jobs.count.counted("Job")) at the \(site.rawValue) that tried bridges"
            )
        }
    }

    /// What was created or taken over at the target is the user's from now on, and bears no sign of
    /// the run, or of a copy.
    ///
    /// The last change to an Ingress stamps it once more, so it comes before.
    private mutating func removeMarks(after entries: [String: [StepID]]) {
        let created = steps.flatMap { step -> [PlannedObject] in
            guard case .change(.target, .create(let objects)) = step.operation else { return [] }
            return objects
        }
        let byNamespace = Dictionary(grouping: created.map(\.reference)) { reference in
            reference.namespace ?? (reference.kind == "Namespace" ? reference.name : "")
        }
        for (namespace, objects) in byNamespace.sorted(by: { $0.key < $1.key }) {
            let place = namespace.isEmpty ? "of no namespace" : "of \(namespace)"
            _ = addFinish(
                "target/\(namespace.isEmpty ? "" : "\(namespace)/")marks",
                .target,
                .removeMarks(objects: objects.sorted()),
                after: entries[namespace] ?? [],
                "Take the marks of the run off \(objects.count.counted("object")) \(place) at the "
                    + "target"
            )
        }
    }

    private mutating func deleteLocalNames(_ namespace: String, after: [StepID]) {
        let names = namesDone(in: namespace)
        guard !names.isEmpty else { return }
        _ = addFinish(
            "target/\(namespace)/local-names",
            .target,
            .delete(objects: names.flatMap { farEnd(of: $0, at: .target) }),
            after: after,
            "Delete the local names of \(namespace) at the target, which nothing leads to any more"
        )
    }
}

extension PlannedObject {
    /// Its original, as the plan saw it.
    fileprivate var asDoomed: DoomedObject {
        DoomedObject(reference: reference, uid: original.uid)
    }
}

extension ServiceName {
    /// The Service of this name that the run made.
    fileprivate var asDoomed: DoomedObject { DoomedObject(reference: reference, uid: nil) }

    /// The Service of this name.
    var reference: ObjectReference {
        ObjectReference(apiVersion: "v1", kind: "Service", namespace: namespace, name: name)
    }
}
