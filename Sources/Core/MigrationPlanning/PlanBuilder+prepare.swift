import MigrationFile
import MigrationModel

extension PlanBuilder {
    /// The foundation: afterwards every name answers at both sites, and nothing has moved.
    mutating func prepare() {
        let created = createNamespaces()
        let admitted = admitBridges()
        let namespaces = measureLink(before: created, admitted: admitted)
        copyFoundation(namespaces)
        prepareDaemons(namespaces)
        let services = createServices(namespaces)
        var ready: [StepID] = admitted + runKeepers(namespaces)
        var localNames: [ServiceName: (source: StepID, target: StepID?)] = [:]
        for name in estate.names {
            let local = addLocalNames(name, namespaces)
            localNames[name.name] = local
            // Bridges of the source lead there once names are turned, whether or not an entry does.
            ready += [local.target].compactMap { $0 }
            ready.append(addBridgeAtTarget(name, local.source, services))
        }
        let copies = copyEntries(namespaces, localNames)
        ready += copies.values.sorted()
        add(
            PlanBuilder.foundationSettled.text,
            .prepare,
            .foundation,
            after: ready,
            .await,
            gates: [settled],
            gatesBack: connectionsEnded,
            timeout: file.timeouts.change + timeToEnd,
            "Let the proxies and entries of both sites follow",
            undo: leadsToEntries
                ? "Give callers \(timeToEnd.wholeMilliseconds / 1_000) s to end connections to entries"
                : "Nothing to undo"
        )
        let tried = tryBridgesFromTarget()
        joinStores(after: tried)
        prepared = tried + turnEntries(localNames, copies, after: tried)
    }

    /// Lets bridges through before anything leads over them.
    private mutating func admitBridges() -> [StepID] {
        SiteRole.allCases.flatMap { site in
            (estate.admissions[site] ?? []).map { admission in
                let policy = admission.reference
                let words = admission.letsIn ? "in to" : "out of"
                return add(
                    "policies/\(policy.namespace ?? "")/\(policy.name)-at-\(site.rawValue)",
                    .prepare,
                    .foundation,
                    after: [],
                    .change(site: site, change: .admitBridges(admission: admission)),
                    timeout: file.timeouts.change,
                    "Let bridges \(words) the pods of \(admission.beside) at the \(site.rawValue)",
                    undo: "Delete the policy that does so"
                )
            }
        }
    }

    private mutating func createNamespaces() -> [String: StepID] {
        var created: [String: StepID] = [:]
        for object in estate.namespacesMissing {
            created[object.reference.name] = add(
                "foundation/\(object.reference.name)/namespace",
                .prepare,
                .foundation,
                after: [],
                .change(site: .target, change: .create(objects: [object])),
                timeout: file.timeouts.change,
                "Create the namespace \(object.reference.name) at the target",
                undo: "Delete it, if it is the one that was created; it stays around volume claims"
            )
        }
        return created
    }

    private mutating func copyFoundation(_ namespaces: [String: StepID]) {
        // A binding needs its role, and a token's Secret its account: without it the token
        // controller deletes the Secret at once.
        let needs = ["RoleBinding": "Role", "Secret": "ServiceAccount"]
        var made: [String: [String: StepID]] = [:]
        for copy in estate.copies {
            let needed = needs[copy.kind].flatMap { made[copy.namespace]?[$0] }
            made[copy.namespace, default: [:]][copy.kind] = create(
                copy.objects,
                "foundation/\(copy.namespace)",
                copy.kind,
                after: [namespaces[copy.namespace], needed].compactMap { $0 }
            )
        }
    }

    /// What runs at every node runs at both sites from here on, and nothing depends on it yet.
    private mutating func prepareDaemons(_ namespaces: [String: StepID]) {
        let daemons = estate.groups.flatMap(\.workloads).filter(\.id.isDaemonSet)
        for namespace in file.namespaces {
            let own = daemons.filter { $0.id.namespace == namespace }.sorted { $0.id < $1.id }
            guard !own.isEmpty else { continue }
            let copied = steps.map(\.id).filter { id in
                EstateSurvey.kindsCopied.contains {
                    id.text == "foundation/\(namespace)/\($0.lowercased())s"
                }
            }
            _ = create(
                own.flatMap(\.create),
                "foundation/\(namespace)",
                "DaemonSet",
                after: copied + [namespaces[namespace]].compactMap { $0 }
            )
        }
    }

    private mutating func create(
        _ objects: [PlannedObject],
        _ place: String,
        _ kind: String,
        after: [StepID]
    ) -> StepID {
        let namespace = objects.first?.reference.namespace ?? ""
        return add(
            "\(place)/\(kind.lowercased())s",
            .prepare,
            .foundation,
            after: after,
            .change(site: .target, change: .create(objects: objects)),
            timeout: file.timeouts.change,
            objects.summary(
                ofNew: { "Copy \($0.counted(kind)) of \(namespace) to the target" },
                ofTaken: { "Take over \($0.counted(kind)) of \(namespace) at the target" }
            ),
            undo: objects.undoSummary
        )
    }

    private mutating func createServices(_ namespaces: [String: StepID]) -> [String: StepID] {
        var created: [String: StepID] = [:]
        let objects = (estate.plainServices + estate.names.map(\.copy))
            .sorted { $0.reference < $1.reference }
        for namespace in file.namespaces {
            let own = objects.filter { $0.reference.namespace == namespace }
            guard !own.isEmpty else { continue }
            created[namespace] = create(
                own,
                "foundation/\(namespace)",
                "Service",
                after: [namespaces[namespace]].compactMap { $0 }
            )
        }
        return created
    }

    private mutating func addLocalNames(
        _ name: CrossingName,
        _ namespaces: [String: StepID]
    ) -> (source: StepID, target: StepID?) {
        let local = name.name.localName
        let mustAnswer = !name.staysAtSource && !name.isIdle
        let source = add(
            "names/\(name.name)/local-at-source",
            .prepare,
            .foundation,
            after: [],
            .change(
                site: .source,
                change: .addLocalName(service: planned(name, at: .source))
            ),
            gates: (mustAnswer
                ? [.endpoints(site: .source, service: local, kind: .local)] : []) + [settled],
            timeout: file.timeouts.change,
            "Create Service \(local) at the source, which selects its pods",
            undo: "Delete it"
        )
        guard !name.staysAtSource else { return (source, nil) }
        let target = add(
            "names/\(name.name)/local-at-target",
            .prepare,
            .foundation,
            after: [namespaces[name.name.namespace]].compactMap { $0 },
            .change(
                site: .target,
                change: .addLocalName(service: planned(name, at: .target))
            ),
            timeout: file.timeouts.change,
            "Create Service \(local) at the target, which selects its pods",
            undo: "Delete it"
        )
        return (source, target)
    }

    private mutating func addBridgeAtTarget(
        _ name: CrossingName,
        _ localAtSource: StepID,
        _ services: [String: StepID]
    ) -> StepID {
        add(
            "names/\(name.name)/bridge-at-target",
            .prepare,
            .foundation,
            after: [localAtSource] + [services[name.name.namespace]].compactMap { $0 },
            .change(site: .target, change: .addBridge(service: planned(name, at: .source))),
            gates: bridged(name, at: .target),
            timeout: bridgeTimeout(to: .source),
            "Lead \(name.name) at the target to the source's \(name.name.localName.name)",
            undo: "Delete the slice that leads there"
        )
    }

    /// A load balancer may take as long to come up as pods do.
    func bridgeTimeout(to site: SiteRole) -> Duration {
        if case .loadBalancer = estate.ways[site] {
            file.timeouts.ready
        } else {
            file.timeouts.change
        }
    }

    /// Makes the target's entries, by namespace: of the originals as the plan saw them.
    private mutating func copyEntries(
        _ namespaces: [String: StepID],
        _ localNames: [ServiceName: (source: StepID, target: StepID?)]
    ) -> [String: StepID] {
        var copies: [String: StepID] = [:]
        for namespace in file.namespaces {
            let own = estate.entries.filter { $0.reference.namespace == namespace }
            guard !own.isEmpty else { continue }
            let names = Set(own.flatMap(\.services)).sorted()
                .map { ServiceName(namespace: namespace, name: $0) }
            copies[namespace] = add(
                "foundation/\(namespace)/ingresses",
                .prepare,
                .foundation,
                after: names.compactMap { localNames[$0]?.target }
                    + [namespaces[namespace]].compactMap { $0 },
                .change(site: .target, change: .create(objects: own.map(\.copy))),
                timeout: file.timeouts.change,
                own.map(\.copy).summary(
                    ofNew: { "Create \($0.counted("Ingress")) of \(namespace) at the target" },
                    ofTaken: { "Take over \($0.counted("Ingress")) of \(namespace) there" }
                ) + ", leading to local names",
                undo: own.map(\.copy).undoSummary
            )
        }
        return copies
    }

    /// Entries reach pods of their own site only, so that a request crosses the link at most once.
    ///
    /// This comes last: giving an entry back makes another version of it, of which no copy is made, so
    /// whatever may fail and be mended fails before.
    private mutating func turnEntries(
        _ localNames: [ServiceName: (source: StepID, target: StepID?)],
        _ copies: [String: StepID],
        after tried: [StepID]
    ) -> [StepID] {
        estate.entries.map { entry in
            let namespace = entry.reference.namespace ?? ""
            let names = entry.services.map { ServiceName(namespace: namespace, name: $0) }
            return add(
                "entries/\(namespace)/\(entry.reference.name)/to-local-names",
                .prepare,
                .foundation,
                after: names.compactMap { localNames[$0]?.source }
                    + [copies[namespace]].compactMap { $0 } + tried,
                .change(
                    site: .source,
                    change: .pointEntryToLocalNames(
                        entry: entry.reference,
                        services: entry.services
                    )
                ),
                gates: [settled],
                gatesBack: [settled],
                timeout: file.timeouts.change,
                "Lead \(entry.reference) at the source to local names",
                undo: "Give it its Services back"
            )
        }
    }
}
