import Clocks
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Synchronization

/// What a site holds of some kinds, kept up to date by watches.
///
/// What is served without watches, or may not be watched, is read anew from time to time.
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

    private let client: KubernetesClient
    private let discovery: Discovery
    private let time: any TimeSource
    private let parts: [Part]
    /// Whether objects are held as a copy looks at those of its source.
    private let isSlim: Bool
    /// How long before a collection that cannot be watched is read again.
    private let pollPause: Duration
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
        pollPause: Duration,
        onChange: @escaping @Sendable () -> Void
    ) {
        self.client = client
        self.discovery = discovery
        self.time = time
        self.isSlim = isSlim
        self.pollPause = pollPause
        self.onChange = onChange
        parts = kinds.filter { $0.verbs.contains("list") }.flatMap { kind -> [Part] in
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
            site.unreadable =
                (discovery.failures.map(\.description)
                + state.unreadable.map { "\($0.key.kind.groupResource): \($0.value)" }).sorted()
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
            if let version = try await readWhole(part), try await watch(part, from: version) {
                continue
            }
            try await time.sleep(for: pollPause)
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

    /// Returns when the list has to be read anew; answers whether that is at once, as there are
    /// watches.
    private func watch(_ part: Part, from version: String) async throws -> Bool {
        guard part.kind.verbs.contains("watch") else { return false }
        do {
            try await takeEvents(of: part, from: version)
            return true
        } catch let error as KubernetesError where error.isUnlistable {
            return false
        }
    }

    /// Returns when the version is gone.
    private func takeEvents(of part: Part, from version: String) async throws {
        let watch = try client.watch(part.kind, namespace: part.namespace, from: version)
        for try await event in watch {
            switch event {
            case .added(let object), .modified(let object): set(part, object, isGone: false)
            case .deleted(let object): set(part, object, isGone: true)
            case .expired: return
            }
        }
    }

    /// What is read anew and is as it was before is no change.
    private func set(_ part: Part, _ objects: [JSON]) {
        var form = HeldForm(isSlim: isSlim)
        let keyed = objects.compactMap { object in CopyKey(object).map { ($0, form.held(object)) } }
        let found = Dictionary(keyed) { _, new in new }
        let isChanged = state.withLock { state in
            state.unreadable[part] = nil
            defer { state.parts[part] = found }
            return state.parts[part] != found
        }
        if isChanged { onChange() }
    }

    private func set(_ part: Part, unreadable reason: String) {
        let isChanged = state.withLock { state in
            state.parts[part] = nil
            return state.unreadable.updateValue(reason, forKey: part) != reason
        }
        if isChanged { onChange() }
    }

    private func set(_ part: Part, _ object: JSON, isGone: Bool) {
        guard let key = CopyKey(object) else { return }
        state.withLock { state in
            if isGone {
                state.parts[part]?.removeValue(forKey: key)
            } else {
                var form = HeldForm(isSlim: isSlim)
                state.parts[part]?[key] = form.held(object)
            }
        }
        onChange()
    }
}
