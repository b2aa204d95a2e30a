import Clocks
import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Synchronization

/// A real cluster to which the twin's nodes are attached, so that its pods run and answer.
///
/// What they follow is held here and kept up to date by watches; what they write is sent in its order,
/// one write after another, and seen here at once. Their Events are not sent.
package final class AttachedCluster: FollowedCluster {
    private enum Write: Sendable {
        case create(JSON)
        case merge(ResourceName, namespace: String?, name: String, subresource: String?, JSON)
        case bind(namespace: String, pod: String, JSON)
        case delete(ResourceName, namespace: String?, name: String, EmbeddedAPI.DeleteOptions)
    }

    private struct Key: Hashable, Comparable {
        let namespace: String
        let name: String

        static func < (left: Key, right: Key) -> Bool {
            (left.namespace, left.name) < (right.namespace, right.name)
        }
    }

    private struct Reader {
        let resources: Set<ResourceName>
        let changes: AsyncStream<ObjectChange>.Continuation
    }

    private struct State {
        var objects: [ResourceName: [Key: JSON]] = [:]
        var readers: [Int: Reader] = [:]
        var readerNext = 0
        var revision = 0
        var problems: [String] = []
    }

    private static let kinds: [(ResourceName, GroupVersionKind)] = [
        (.pods, GroupVersionKind(group: "", version: "v1", kind: "Pod")),
        (.nodes, GroupVersionKind(group: "", version: "v1", kind: "Node")),
        (.services, GroupVersionKind(group: "", version: "v1", kind: "Service")),
        (
            .endpointSlices,
            GroupVersionKind(group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice")
        ),
        (
            .ingresses,
            GroupVersionKind(group: "networking.k8s.io", version: "v1", kind: "Ingress")
        ),
    ]

    private let client: KubernetesClient
    private let state = Mutex(State())
    private let writes: AsyncStream<Write>
    private let input: AsyncStream<Write>.Continuation

    /// Nothing is known before `run`.
    package init(_ client: KubernetesClient) {
        self.client = client
        (writes, input) = AsyncStream.makeStream(of: Write.self)
    }

    /// What the server refused, but for objects that were gone or had changed.
    package var problems: [String] { state.withLock { $0.problems } }

    /// Follows and writes until it is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (resource, kind) in Self.kinds {
                group.addTask { try await self.follow(resource, kind) }
            }
            group.addTask { await self.send() }
            try await group.next()
            group.cancelAll()
        }
    }

    // MARK: - Reading

    package var revision: Int { state.withLock { $0.revision } }

    package func get(_ resource: ResourceName, namespace: String?, name: String) -> JSON? {
        state.withLock { $0.objects[resource]?[Key(namespace: namespace ?? "", name: name)] }
    }

    package func list(_ resource: ResourceName, namespace: String?) -> [JSON] {
        let objects = state.withLock { $0.objects[resource] ?? [:] }
        return objects.sorted { $0.key < $1.key }
            .filter { namespace == nil || $0.key.namespace == namespace }.map(\.value)
    }

    package func changes(
        of resources: Set<ResourceName>,
        includingCurrent: Bool
    ) -> AsyncStream<ObjectChange> {
        let (stream, changes) = AsyncStream.makeStream(of: ObjectChange.self)
        let id = state.withLock { state in
            for resource in resources.sorted() where includingCurrent {
                for object in (state.objects[resource] ?? [:]).sorted(by: { $0.key < $1.key }) {
                    changes.yield(Self.change(.added, resource, object.value, previous: nil))
                }
            }
            state.readerNext += 1
            state.readers[state.readerNext] = Reader(resources: resources, changes: changes)
            return state.readerNext
        }
        changes.onTermination = { _ in self.state.withLock { $0.readers[id] = nil } }
        return stream
    }

    private func follow(_ resource: ResourceName, _ kind: GroupVersionKind) async throws {
        let kind = try await client.resource(for: kind)
        while true {
            let list = try await client.list(kind)
            replace(resource, list.items)
            for try await event in try client.watch(kind, from: list.resourceVersion) {
                switch event {
                case .added(let object), .modified(let object): note(resource, object)
                case .deleted(let object): note(resource, object, isGone: true)
                case .expired: break
                }
            }
        }
    }

    private func replace(_ resource: ResourceName, _ objects: [JSON]) {
        let present = Set(objects.compactMap(\.uid))
        for object in list(resource, namespace: nil) where !present.contains(object.uid ?? "") {
            note(resource, object, isGone: true)
        }
        for object in objects { note(resource, object) }
    }

    private func note(_ resource: ResourceName, _ object: JSON, isGone: Bool = false) {
        let key = Key(namespace: object.namespace ?? "", name: object.name ?? "")
        state.withLock { state in
            let previous = state.objects[resource]?[key]
            // A watch may tell late of a pod that was written as ended meanwhile.
            let isStale =
                previous?.uid == object.uid && previous?.isPodFinished == true
                && !object.isPodFinished
            if isStale, !isGone { return }
            state.objects[resource, default: [:]][key] = isGone ? nil : .some(object)
            let kind: ChangeKind = isGone ? .deleted : previous == nil ? .added : .modified
            let change = Self.change(kind, resource, object, previous: previous)
            state.revision = max(state.revision, change.revision)
            for reader in state.readers.values where reader.resources.contains(resource) {
                reader.changes.yield(change)
            }
        }
    }

    private static func change(
        _ kind: ChangeKind,
        _ resource: ResourceName,
        _ object: JSON,
        previous: JSON?
    ) -> ObjectChange {
        ObjectChange(
            kind: kind,
            resource: resource,
            object: object,
            previous: previous,
            revision: object.resourceVersion.flatMap { Int($0) } ?? 0
        )
    }

    // MARK: - Writing

    package func create(
        _ object: JSON,
        manager: String,
        isDryRun: Bool
    ) throws(APIStatusError) -> JSON {
        if let (resource, _) = Self.kinds.first(where: { $0.1 == object.groupVersionKind }) {
            hold(resource, object)
        }
        input.yield(.create(object))
        return object
    }

    package func mutate(
        _ resource: ResourceName,
        namespace: String?,
        name: String,
        subresource: Subresource?,
        manager: String,
        _ body: (inout JSON) -> Void
    ) throws(APIStatusError) -> JSON {
        guard let old = get(resource, namespace: namespace, name: name) else { return nil }
        var new = old
        body(&new)
        guard new != old else { return old }
        hold(resource, new)
        if subresource == .binding {
            let node = new.at("spec", "nodeName") ?? ""
            let target: JSON = ["apiVersion": "v1", "kind": "Node", "name": node]
            input.yield(.bind(namespace: namespace ?? "", pod: name, target))
        } else {
            let part = subresource == .status ? "status" : "spec"
            let change: JSON = [part: new[part] ?? [:]]
            input.yield(
                .merge(
                    resource,
                    namespace: namespace,
                    name: name,
                    subresource: subresource?.rawValue,
                    change
                )
            )
        }
        return new
    }

    package func delete(
        _ resource: ResourceName,
        namespace: String?,
        name: String,
        options: EmbeddedAPI.DeleteOptions
    ) throws(APIStatusError) -> JSON? {
        input.yield(.delete(resource, namespace: namespace, name: name, options))
        return nil
    }

    package func record(_ note: EventNote) {}

    package func forgetOldEvents() {}

    /// What was written is seen at once; the server's answer comes by the watch.
    private func hold(_ resource: ResourceName, _ object: JSON) {
        let key = Key(namespace: object.namespace ?? "", name: object.name ?? "")
        state.withLock { $0.objects[resource, default: [:]][key] = object }
    }

    private func send() async {
        for await write in writes {
            do { try await send(write) } catch {
                if error.status?.code == 404 || error.status?.code == 409 { continue }
                state.withLock { $0.problems.append("\(error)") }
            }
        }
    }

    private func send(_ write: Write) async throws(KubernetesError) {
        switch write {
        case .create(let object):
            guard let kind = object.groupVersionKind else { return }
            _ = try await client.create(try await client.resource(for: kind), object)
        case .merge(let resource, let namespace, let name, let subresource, let change):
            _ = try await client.patch(
                try await kind(of: resource),
                namespace: namespace,
                name: name,
                .merge(change),
                subresource: subresource
            )
        case .bind(let namespace, let pod, let target):
            _ = try await client.create(
                "binding",
                of: try await kind(of: .pods),
                namespace: namespace,
                name: pod,
                [
                    "apiVersion": "v1", "kind": "Binding",
                    "metadata": ["name": .string(pod), "namespace": .string(namespace)],
                    "target": target,
                ]
            )
        case .delete(let resource, let namespace, let name, let options):
            _ = try await client.delete(
                try await kind(of: resource),
                namespace: namespace,
                name: name,
                options: KubernetesAPI.DeleteOptions(
                    uid: options.uid,
                    gracePeriodSeconds: options.gracePeriodSeconds
                )
            )
        }
    }

    private func kind(of resource: ResourceName) async throws(KubernetesError) -> ResourceKind {
        guard let known = Self.kinds.first(where: { $0.0 == resource }) else {
            throw .invalid(problem: "\(resource) is not followed")
        }
        return try await client.resource(for: known.1)
    }
}
