import HTTPTransport
import JSONValues
import KubernetesObjects

extension APICall {
    func get(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        if let asked = request.query["resourceVersion"], !asked.isEmpty {
            try checkNotInFuture(try revision(asked))
        }
        let key = ObjectKey(namespace: route.namespace ?? "", name: name)
        let storage = route.definition.storage
        guard let object = cluster.reading({ $0.store.object(storage, key) }) else {
            throw .notFound(resource, name)
        }
        return .document(encoding.document(of: object))
    }

    func list() throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let filter = try ObjectFilter(request.query, route.definition)
        let options = try ListOptions(request.query)
        let page = try page(options, filter, isTable: encoding.table != nil)
        return .document(encoding.list(page.objects, metadata: page.metadata))
    }

    /// Part of a list, and what the list says of itself.
    private struct Page {
        let objects: [StoredObject]
        let metadata: JSON
    }

    private func page(
        _ options: ListOptions,
        _ filter: ObjectFilter,
        isTable: Bool
    ) throws(APIStatusError) -> Page {
        let storage = route.definition.storage
        let (current, snapshot) = cluster.reading { state -> (Int, [StoredObject]?) in
            let current = state.store.revision
            let wanted = options.snapshotRevision ?? current
            guard wanted < current else {
                return (current, state.store.objects(storage, namespace: route.namespace))
            }
            let past = state.store[storage].snapshot(at: wanted, namespace: route.namespace)
            return (current, past)
        }
        if let wanted = options.revisionMin, wanted > current {
            throw .tooLargeResourceVersion(wanted, current: current, isExact: options.isExact)
        }
        guard let everything = snapshot else { throw expired(options, current: current) }
        let revision = options.snapshotRevision ?? current
        let objects =
            options.start.map { start in everything.filter { $0.key.path > start } } ?? everything
        var metadata: JSON = ["resourceVersion": .string(String(revision))]
        // Lists of custom resources come from a type that writes the empty token too.
        if route.definition.isCustom, !isTable { metadata["continue"] = "" }
        var taken: [StoredObject] = []
        for (index, object) in objects.enumerated() {
            if options.limit > 0, taken.count == options.limit {
                // Invariant: `index` is above 0, for the limit is.
                let token = ContinueToken(revision: revision, start: objects[index - 1].key.path)
                metadata["continue"] = .string(token.text)
                if filter.isEmpty { metadata["remainingItemCount"] = .int(objects.count - index) }
                break
            }
            if filter.matches(object) { taken.append(object) }
        }
        return Page(objects: taken, metadata: metadata)
    }

    private func expired(_ options: ListOptions, current: Int) -> APIStatusError {
        guard let start = options.start else {
            return .expired("The resourceVersion for the provided list is too old.")
        }
        return .expired(
            "The provided continue parameter is too old to display a consistent list result. "
                + "You can start a new list without the continue parameter, or use the continue "
                + "token in this response to retrieve the remainder of the results. Continuing "
                + "with the provided token results in an inconsistent list - objects that were "
                + "created, modified, or deleted between the time the first chunk was returned "
                + "and now may show up in the list.",
            continueToken: ContinueToken(revision: -1, start: start).text
        )
    }

    func checkNotInFuture(_ wanted: Int) throws(APIStatusError) {
        let current = cluster.revision
        if wanted > current { throw .tooLargeResourceVersion(wanted, current: current) }
    }

    func revision(_ text: String) throws(APIStatusError) -> Int {
        guard let revision = Int(text), revision >= 0 else {
            throw .unreadableResourceVersion(text)
        }
        return revision
    }
}
