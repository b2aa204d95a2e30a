import JSONValues
import KubernetesObjects

extension KubernetesClient {
    /// Pages of one list, at most: what a server that never ends a list is held to.
    package static let pagesMax = 10_000
    /// How often a list begins again because its version expired while it was read.
    package static let restartsMax = 3

    /// One object, or one of its subresources (`status`, `scale`), as it is now; `NotFound` when it
    /// is not there.
    package func get(
        _ kind: ResourceKind,
        namespace: String? = nil,
        name: String,
        subresource: String? = nil
    ) async throws(KubernetesError) -> JSON {
        try await performForJSON(
            Exchange(.get, kind, namespace: namespace, name: name, subresource: subresource)
        )
    }

    /// The same, with nil for an object that is not there.
    package func find(
        _ kind: ResourceKind,
        namespace: String? = nil,
        name: String
    ) async throws(KubernetesError) -> JSON? {
        do {
            return try await get(kind, namespace: namespace, name: name)
        } catch  where error.isNotFound {
            return nil
        }
    }

    /// A whole collection, of one namespace or of all, as of one version.
    package func list(
        _ kind: ResourceKind,
        namespace: String? = nil,
        options: ListOptions = ListOptions()
    ) async throws(KubernetesError) -> ObjectList {
        var items: [JSON] = []
        var resourceVersion = ""
        try await list(kind, namespace: namespace, options: options) { page in
            if page.isFirst { items = [] }
            items += page.items
            resourceVersion = page.resourceVersion
        }
        return ObjectList(items: items, resourceVersion: resourceVersion)
    }

    /// A collection, page by page: only one page is held at a time.
    ///
    /// When the server no longer keeps the version of the first page (410), the list begins again,
    /// and in the end in one piece; a page says so with `isFirst`.
    package func list(
        _ kind: ResourceKind,
        namespace: String? = nil,
        options: ListOptions = ListOptions(),
        onPage: (ObjectPage) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        for _ in 0..<KubernetesClient.restartsMax {
            let expiry = try await listOnce(kind, namespace, options, isWhole: false, onPage)
            if expiry == nil { return }
        }
        if let expiry = try await listOnce(kind, namespace, options, isWhole: true, onPage) {
            throw expiry
        }
    }

    /// Answers the refusal when the version expired behind the first page, nil when the list is
    /// complete.
    private func listOnce(
        _ kind: ResourceKind,
        _ namespace: String?,
        _ options: ListOptions,
        isWhole: Bool,
        _ onPage: (ObjectPage) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> KubernetesError? {
        var first = try Exchange(.list, kind, namespace: namespace)
        first.query = options.query
        var sizing = PageSizing(countMax: options.pageSize)
        func limit() -> [(name: String, value: String)] {
            isWhole ? [] : [("limit", String(sizing.count))]
        }
        var exchange = first
        exchange.query += limit()
        if let version = options.resourceVersion {
            exchange.query.append(("resourceVersion", version))
        }
        var token = ""
        for number in 1...KubernetesClient.pagesMax {
            let raw: RawAnswer
            let answer: JSON
            do {
                raw = try await perform(exchange)
                answer = try json(raw, of: exchange)
            } catch {
                if error.isExpired, number > 1 { return error }
                throw error
            }
            try await onPage(try page(answer, of: kind, isFirst: number == 1, exchange.call))
            let next = answer.at("metadata", "continue")?.string ?? ""
            guard !next.isEmpty else { return nil }
            guard next != token else {
                throw .decode(
                    problem: "the list does not advance: a page names itself as the next",
                    call: exchange.call
                )
            }
            token = next
            sizing.saw(bytes: raw.body.count)
            // A token carries its version; naming one beside it is refused.
            exchange = first
            exchange.query += limit()
            exchange.query.append(("continue", token))
        }
        throw .decode(
            problem: "the list has more than \(KubernetesClient.pagesMax) pages",
            call: exchange.call
        )
    }

    private func page(
        _ answer: JSON,
        of kind: ResourceKind,
        isFirst: Bool,
        _ call: APICall
    ) throws(KubernetesError) -> ObjectPage {
        // A Go server writes null for an empty list.
        guard let items = answer["items"], let objects = items.isNull ? [] : items.array else {
            throw .decode(problem: "the answer is no list: it has no items", call: call)
        }
        let apiVersion = kind.apiVersion
        return ObjectPage(
            items: objects.map { object in
                guard case .object(var members) = object,
                    members["apiVersion"] == nil || members["kind"] == nil
                else { return object }
                if members["apiVersion"] == nil { members["apiVersion"] = .string(apiVersion) }
                if members["kind"] == nil { members["kind"] = .string(kind.kind) }
                return .object(members)
            },
            resourceVersion: answer.at("metadata", "resourceVersion")?.string ?? "",
            isFirst: isFirst
        )
    }
}

extension ListOptions {
    /// The selectors, as both lists and watches name them.
    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let labels, !labels.isEmpty { query.append(("labelSelector", labels.description)) }
        if let fields, !fields.isEmpty { query.append(("fieldSelector", fields.description)) }
        return query
    }
}
