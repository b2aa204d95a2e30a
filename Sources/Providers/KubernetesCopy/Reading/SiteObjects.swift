import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// What was read of one site: every object of the kinds that were asked for.
package struct SiteObjects: Sendable {
    /// What the site serves, and what of it could not be told.
    package let discovery: Discovery
    /// As the site stores them.
    package var objects: [CopyKey: JSON]
    /// What could not be read, each with its reason, sorted: nothing missing may pass for absent.
    ///
    /// Groups behind which nothing answers are among them.
    package var unreadable: [String]

    /// Takes what was read; what is neither in `objects` nor in `unreadable` is absent.
    package init(discovery: Discovery, objects: [CopyKey: JSON] = [:], unreadable: [String] = []) {
        self.discovery = discovery
        self.objects = objects
        self.unreadable = unreadable
    }

    /// Reads `kinds` of `source`, several at once; of those that have namespaces only what is in
    /// `namespaces`, or everything if that is empty.
    ///
    /// A kind that may not be read is no error, but is named in `unreadable`; a site that does not
    /// answer is one. With `isSlim` objects come as a copy looks at those of its source.
    package static func read(
        _ kinds: [ResourceKind],
        in namespaces: [String],
        of source: any ObjectSource,
        discovery: Discovery,
        isSlim: Bool = false
    ) async throws(KubernetesError) -> SiteObjects {
        let parts = kinds.filter { $0.verbs.contains("list") }.flatMap { kind -> [Part] in
            kind.isNamespaced && !namespaces.isEmpty
                ? namespaces.map { Part(kind: kind, namespace: $0) }
                : [Part(kind: kind, namespace: nil)]
        }
        let outcomes = await BoundedWork.results(of: parts, width: 16) { part in
            await part.read(source, isSlim: isSlim)
        }
        var site = SiteObjects(discovery: discovery)
        site.unreadable = discovery.failures.map(\.description)
        for outcome in outcomes {
            switch outcome {
            case .success(let objects):
                for object in objects {
                    if let key = CopyKey(object) { site.objects[key] = object }
                }
            case .failure(.unreadable(let what)): site.unreadable.append(what)
            case .failure(.failed(let error)): throw error
            }
        }
        site.unreadable.sort()
        return site
    }

    private enum ReadFailure: Error {
        case unreadable(String)
        case failed(KubernetesError)
    }

    /// One list.
    private struct Part: Sendable {
        let kind: ResourceKind
        let namespace: String?

        func read(
            _ source: any ObjectSource,
            isSlim: Bool
        ) async -> Result<[JSON], ReadFailure> {
            var objects: [JSON] = []
            var form = HeldForm(isSlim: isSlim)
            do {
                try await source.read(kind, namespace: namespace) { page in
                    if page.isFirst { objects = [] }
                    for item in page.items { objects.append(form.held(item)) }
                }
                return .success(objects)
            } catch {
                guard error.isUnlistable else { return .failure(.failed(error)) }
                let place = namespace.map { " in \($0)" } ?? ""
                return .failure(.unreadable("\(kind.groupResource)\(place): \(error)"))
            }
        }
    }
}

extension SiteObjects {
    /// Services whose name a migration leads across a bridge: their selectors are its business, also
    /// when it has ended, where what is behind them has stayed at the other site.
    var bridgedServices: Set<CopyKey> {
        Set(
            objects.values.compactMap { slice in
                guard slice.groupKind == "EndpointSlice.discovery.k8s.io",
                    slice.labels["endpointslice.kubernetes.io/managed-by"]
                        == MarkNames.sliceManager,
                    let name = slice.labels["kubernetes.io/service-name"]
                else { return nil }
                return CopyKey(
                    group: "",
                    kind: "Service",
                    namespace: slice.namespace,
                    name: name
                )
            }
        )
    }
}
