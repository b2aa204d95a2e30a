import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Sealing

/// Reads what planning needs of some namespaces, and changes nothing.
struct SiteReader: Sendable {
    /// Kinds that tell of what happens, not of what somebody wants.
    private static let kindsLeft: Set<String> = ["Event", "PodMetrics"]
    /// Cluster roles are read because bindings name them.
    private static let clusterKinds: [(group: String, kind: String)] = [
        ("rbac.authorization.k8s.io", "ClusterRole")
    ]

    let access: SiteAccess
    let namespaces: [String]

    func read() async throws(ProviderError) -> SiteInventory {
        var inventory = SiteInventory(site: try await identity())
        let nodes = try await NodeAddresses(access: access).nodes()
        inventory.nodeAddresses = NodeAddresses.ready(of: nodes)
        inventory.runsUnderWay = try await KubernetesRunLease.runs(at: access)
        let discovery = try await access.asProvider { () async throws(KubernetesError) in
            try await access.client.refreshDiscovery()
        }
        let (found, unreadable) = try await everything(of: discovery)
        let wide = found.filter { WidePolicyKinds.isOne($0, outside: namespaces) }
        let objects = found.filter { !WidePolicyKinds.isOne($0, outside: namespaces) }
        inventory.unreadable = unreadable.sorted()
        let owners = OwnerChain(objects)
        inventory.objects = objects.compactMap { record($0, owners) }
            .sorted { $0.reference < $1.reference }
        let services = objects.filter { $0.isKind("Service", in: "") }
        inventory.ranges = try await RangeReader(access: access, nodes: nodes, services: services)
            .read()
        let others = try await NodeAddresses(access: access.other).nodes()
        inventory.obstacles =
            PolicyReader(
                namespaces: namespaces,
                objects: objects,
                wide: wide,
                nodes: inventory.nodeAddresses.compactMap { AddressRange($0) },
                nodesOfOther: NodeAddresses.ready(of: others).compactMap { AddressRange($0) },
                podsOfOther: others.flatMap(RangeReader.podRanges)
            ).read()
        inventory.services = services.compactMap(service)
            .sorted { $0.name < $1.name }
        inventory.entries = objects.filter { $0.isKind("Ingress", in: "networking.k8s.io") }
            .compactMap(entry)
            .sorted { $0.reference < $1.reference }
        let workloads = WorkloadReader(
            objects: objects,
            owners: owners,
            services: inventory.services.map(\.name)
        )
        inventory.workloads = workloads.read()
        inventory.refusesDeploys = discovery.preferredKinds.contains {
            $0.kind == "ValidatingAdmissionPolicy" && $0.version == "v1"
        }
        if access.site == .target {
            inventory.room = try await RoomReader(access: access, nodes: nodes).read()
        }
        if access.site == .source {
            let outside = CallerReader(
                access: access,
                namespaces: Set(namespaces),
                objects: objects,
                owners: owners,
                services: inventory.services.map(\.name)
            )
            let found = try await outside.read()
            inventory.callers = found.callers
            inventory.callersUnread = found.unread
            inventory.jobsUnderWay = jobsUnderWay(among: objects, owners)
        }
        return inventory
    }

    private func jobsUnderWay(among objects: [JSON], _ owners: OwnerChain) -> [ObjectReference] {
        objects.filter { $0.isKind("Job", in: "batch") }
            .filter { owners.reason($0) == nil && $0.isJobUnderWay && Marks.run(of: $0) == nil }
            .compactMap { ObjectReference($0) }.sorted()
    }

    /// The uid of `kube-system` is what tells clusters apart: it lives as long as the cluster.
    private func identity() async throws(ProviderError) -> PlannedSite {
        let system = try await access.get(.namespace("kube-system"))
        let answer = try await access.asProvider { () async throws(KubernetesError) in
            try await access.client.request("GET", path: "/version")
        }
        let version: String
        do {
            version = try answer.document()["gitVersion"]?.string ?? ""
        } catch {
            throw .rejected(reason: "\(access.context) states no version: \(error)")
        }
        return PlannedSite(
            context: access.context,
            identity: system.uid ?? "",
            version: version
        )
    }

    private func everything(
        of discovery: Discovery
    ) async throws(ProviderError) -> ([JSON], [String]) {
        var unreadable = discovery.failures.map {
            "the API group \($0.groupVersion): \($0.reason)"
        }
        let wanted = discovery.preferredKinds.filter { kind in
            kind.verbs.contains("list") && !SiteReader.kindsLeft.contains(kind.kind)
                && (kind.isNamespaced
                    || SiteReader.clusterKinds.contains {
                        $0.group == kind.group && $0.kind == kind.kind
                    })
        }
        var objects: [JSON] = []
        for namespace in namespaces {
            if let found = try await access.find(.namespace(namespace)) { objects.append(found) }
        }
        var reads = wanted.flatMap { kind -> [(ResourceKind, String?)] in
            kind.isNamespaced ? namespaces.map { (kind, $0) } : [(kind, nil)]
        }
        let roots = try await access.asProvider { () async throws(KubernetesError) in
            try await MeshRoots.read(access.client, discovery.preferredKinds)
        }
        unreadable += roots.unreadable
        let wide = WidePolicyKinds.reads(among: discovery.preferredKinds, roots: roots.namespaces)
        for (kind, namespace) in wide where namespace.map(namespaces.contains) != true {
            reads.append((kind, namespace))
        }
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for (kind, namespace) in reads {
                group.addTask { await self.read(kind, in: namespace) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for outcome in outcomes {
            switch outcome {
            case .objects(let found): objects += found
            case .unreadable(let what): unreadable.append(what)
            case .failed(let error): throw error
            }
        }
        return (objects, unreadable)
    }

    private enum Outcome: Sendable {
        case objects([JSON])
        case unreadable(String)
        case failed(ProviderError)
    }

    private func read(_ kind: ResourceKind, in namespace: String?) async -> Outcome {
        do {
            return .objects(try await access.client.list(kind, namespace: namespace).items)
        } catch {
            if error.isForbidden || error.isNotFound {
                let place = namespace.map { " in \($0)" } ?? ""
                return .unreadable("\(kind.groupResource)\(place): \(error)")
            }
            return .failed(access.providerError(error, isWrite: false))
        }
    }

    /// What kubectl notes in an annotation is how somebody wrote the object, not what it means.
    private static let content = ObjectHygiene.Options(keepsLastApplied: false)

    private static let templates = [
        ["spec", "template"], ["spec", "jobTemplate"],
        ["spec", "jobTemplate", "spec", "template"],
    ]

    private func record(_ object: JSON, _ owners: OwnerChain) -> ObjectRecord? {
        guard let reference = ObjectReference(object), let seen = ObjectSeen(object) else {
            return nil
        }
        var content = Marks.portable(object, options: SiteReader.content)
        if let workload = WorkloadID(object) {
            content.remove(at: "spec", workload.isCronJob ? "suspend" : "replicas")
            // Older servers write a null there.
            for path in SiteReader.templates {
                content.set(nil, at: path + ["metadata", "creationTimestamp"])
            }
        }
        return ObjectRecord(
            reference: reference,
            seen: seen,
            generatedBy: owners.reason(object),
            contentDigest: Digest(of: content.encoded()).hex,
            keyDigests: ConfiguredValues(of: object).digests,
            keyDigestsCopied: access.copiedForm.digests(of: object),
            markedBy: Marks.run(of: object),
            copied: CopyTrace(object),
            refersTo: roleNamed(by: object),
            isBeingDeleted: object.at("metadata", "deletionTimestamp")?.string != nil
        )
    }

    private func roleNamed(by object: JSON) -> [ObjectReference] {
        guard let role = object["roleRef"], let kind = role["kind"]?.string,
            let name = role["name"]?.string
        else { return [] }
        return [
            ObjectReference(
                apiVersion: "rbac.authorization.k8s.io/v1",
                kind: kind,
                namespace: kind == "Role" ? object.namespace : nil,
                name: name
            )
        ]
    }

    private func service(_ object: JSON) -> ServiceRecord? {
        guard let namespace = object.namespace, let name = object.name,
            let seen = ObjectSeen(object)
        else { return nil }
        return ServiceRecord(
            name: ServiceName(namespace: namespace, name: name),
            seen: seen,
            type: object.at("spec", "type")?.string ?? "ClusterIP",
            isHeadless: object.at("spec", "clusterIP") == "None",
            keepsToNode: object.at("spec", "internalTrafficPolicy") == "Local",
            selector: object.at("spec", "selector")?.stringMap ?? [:],
            ports: ServicePort.all(in: object),
            lastingPorts: LastingPorts.all(in: object)
        )
    }

    private func entry(_ object: JSON) -> EntryRecord? {
        guard let reference = ObjectReference(object), let seen = ObjectSeen(object) else {
            return nil
        }
        var rules: [EntryRule] = []
        if let service = object.at("spec", "defaultBackend", "service", "name")?.string {
            rules.append(EntryRule(host: nil, path: "/", service: service))
        }
        for rule in object.at("spec", "rules")?.array ?? [] {
            for path in rule.at("http", "paths")?.array ?? [] {
                guard let service = path.at("backend", "service", "name")?.string else { continue }
                rules.append(
                    EntryRule(
                        host: rule["host"]?.string,
                        path: path["path"]?.string ?? "/",
                        service: service
                    )
                )
            }
        }
        return EntryRecord(reference: reference, seen: seen, rules: rules)
    }
}

extension JSON {
    /// Whether it is of this kind in this group: others use the same words for kinds of their own.
    func isKind(_ kind: String, in group: String) -> Bool {
        groupVersionKind.map { $0.kind == kind && $0.group == group } ?? false
    }
}
