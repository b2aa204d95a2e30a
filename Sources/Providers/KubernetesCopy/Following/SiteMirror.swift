import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Synchronization

/// What a site holds of some kinds, kept up to date by watches.
final class SiteMirror: Sendable {
    private struct State {
        var parts: [Part: [CopyKey: JSON]] = [:]
        var unreadable: [Part: String] = [:]
    }

    /// One collection.
    private struct Part: Sendable, Hashable {
        let kind: ResourceKind
        let namespace: String?
    }

    /// How long before a collection that may not be read is tried again.
    private static let pauseOfUnreadable = Duration.seconds(30)

    private let client: KubernetesClient
    private let discovery: Discovery
    private let time: any TimeSource
    private let parts: [Part]
    /// Whether objects are held as a copy looks at those of its source.
    private let isSlim: Bool
    private let state = Mutex(State())
    private let onChange: @Sendable () -> Void

    /// `onChange` is called after every change, from many tasks.
    init(
        of kinds: [ResourceKind],
        in namespaces: [String],
        client: KubernetesClient,
        discovery: Discovery,
        time: any TimeSource,
        isSlim: Bool,
        onChange: @escaping @Sendable () -> Void
    ) {
        self.client = client
        self.discovery = discovery
        self.time = time
        self.isSlim = isSlim
        self.onChange = onChange
        parts = kinds.filter { $0.verbs.contains("watch") }.flatMap { kind -> [Part] in
            kind.isNamespaced && !namespaces.isEmpty
                ? namespaces.map { Part(kind: kind, namespace: $0) }
                : [Part(kind: kind, namespace: nil)]
        }
    }

    /// What is held now; nil until every collection has been read whole.
    var objects: SiteObjects? {
        state.withLock { state in
            guard state.parts.count + state.unreadable.count >= parts.count else { return nil }
            var site = SiteObjects(discovery: discovery)
            for part in state.parts.values { site.objects.merge(part) { _, new in new } }
            site.unreadable = state.unreadable.map { "\($0.key.kind.groupResource): \($0.value)" }
                .sorted()
            return site
        }
    }

    /// Follows until it is cancelled; throws when the site stops answering for good.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for part in parts { group.addTask { try await self.follow(part) } }
        }
    }

    private func follow(_ part: Part) async throws {
        while true {
            if let version = try await readWhole(part) {
                try await watch(part, from: version)
            } else {
                try await time.sleep(for: SiteMirror.pauseOfUnreadable)
            }
        }
    }

    /// Answers where a watch goes on from; nil for a collection that may not be read.
    private func readWhole(_ part: Part) async throws(KubernetesError) -> String? {
        do {
            let list = try await client.list(part.kind, namespace: part.namespace)
            set(part, list.items)
            return list.resourceVersion
        } catch {
            guard error.isUnlistable else { throw error }
            set(part, unreadable: "\(error)")
            return nil
        }
    }

    /// Returns when the list has to be read anew.
    private func watch(_ part: Part, from version: String) async throws {
        let watch = try client.watch(part.kind, namespace: part.namespace, from: version)
        for try await event in watch {
            switch event {
            case .added(let object), .modified(let object): set(part, object, isGone: false)
            case .deleted(let object): set(part, object, isGone: true)
            case .expired: return
            }
        }
    }

    private func set(_ part: Part, _ objects: [JSON]) {
        let keyed = objects.compactMap { object in CopyKey(object).map { ($0, held(object)) } }
        state.withLock { state in
            state.unreadable[part] = nil
            state.parts[part] = Dictionary(keyed) { _, new in new }
        }
        onChange()
    }

    private func set(_ part: Part, unreadable reason: String) {
        state.withLock { state in
            state.parts[part] = nil
            state.unreadable[part] = reason
        }
        onChange()
    }

    private func set(_ part: Part, _ object: JSON, isGone: Bool) {
        guard let key = CopyKey(object) else { return }
        state.withLock { state in
            if isGone {
                state.parts[part]?.removeValue(forKey: key)
            } else {
                state.parts[part]?[key] = held(object)
            }
        }
        onChange()
    }

    private func held(_ object: JSON) -> JSON { isSlim ? SiteObjects.slim(object) : object }
}
