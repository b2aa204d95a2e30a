import HTTPTransport
import JSONValues
import KubernetesObjects

extension KubernetesClient {
    /// Makes an object that must not be there yet (`AlreadyExists` otherwise); answers it as stored.
    ///
    /// Repeated, it is refused. When its answer was lost (`writeOutcome` is `.unknown`) it may have
    /// been made: a mark in it tells the caller whether what is there is its own.
    package func create(
        _ kind: ResourceKind,
        _ object: JSON,
        options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> JSON {
        var exchange = try Exchange(.create, kind, namespace: object.namespace)
        exchange.query = query(options)
        exchange.setBody(object)
        return try await performForJSON(exchange)
    }

    /// Makes a subresource of an object, such as `pods/eviction` or `serviceaccounts/token`.
    ///
    /// What a repetition does is the subresource's matter: an eviction is refused with 429 as long
    /// as a disruption budget forbids it, and every request for a token makes another one.
    package func create(
        _ subresource: String,
        of kind: ResourceKind,
        namespace: String? = nil,
        name: String,
        _ object: JSON,
        options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> JSON {
        var exchange = try Exchange(
            .create,
            kind,
            namespace: namespace,
            name: name,
            subresource: subresource
        )
        exchange.query = query(options)
        exchange.setBody(object)
        return try await performForJSON(exchange)
    }

    /// Puts `object` in the place of the one of its name; with a resourceVersion in it, only if that
    /// is still the object's.
    ///
    /// Repeated with a resourceVersion, it is a `Conflict`; without one it overwrites whatever came
    /// in between.
    package func replace(
        _ kind: ResourceKind,
        _ object: JSON,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> JSON {
        var exchange = try Exchange(
            .update,
            kind,
            namespace: object.namespace,
            name: try named(object),
            subresource: subresource
        )
        exchange.query = query(options)
        exchange.setBody(object)
        return try await performForJSON(exchange)
    }

    /// Server-side apply: sets the fields of `object` and owns them from then on.
    ///
    /// It merges into an object that is there already, whoever made it; `create` is what must not.
    /// `isForced` takes fields over from other managers, else they are a conflict. Repeating it
    /// changes nothing; a field that it no longer has goes, unless another manager owns it
    /// (kubernetes.io, Server-Side Apply).
    package func apply(
        _ kind: ResourceKind,
        _ object: JSON,
        isForced: Bool = false,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> JSON {
        guard object.managedFields.isEmpty else {
            throw .invalid(
                problem: "\(kind.kind) \(object.namespacedName): managedFields in an apply"
            )
        }
        var exchange = try Exchange(
            .patch,
            kind,
            namespace: object.namespace,
            name: try named(object),
            subresource: subresource
        )
        exchange.query = query(options)
        exchange.query.append(("force", isForced ? "true" : "false"))
        var body = object
        if body["apiVersion"] == nil { body["apiVersion"] = .string(kind.apiVersion) }
        if body["kind"] == nil { body["kind"] = .string(kind.kind) }
        exchange.setBody(body, as: "application/apply-patch+yaml")
        return try await performForJSON(exchange)
    }

    /// Changes an object, or one of its subresources.
    ///
    /// Without a resourceVersion, or a `test` in it, a patch is applied to whatever is there; whether
    /// it may be repeated depends on what it says.
    package func patch(
        _ kind: ResourceKind,
        namespace: String? = nil,
        name: String,
        _ patch: ObjectPatch,
        subresource: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> JSON {
        var exchange = try Exchange(
            .patch,
            kind,
            namespace: namespace,
            name: name,
            subresource: subresource
        )
        exchange.query = query(options)
        exchange.setBody(patch.body, as: patch.contentType)
        return try await performForJSON(exchange)
    }

    /// Asks for `replicas` through `/scale`; with a version, only if it is still the object's.
    ///
    /// Answers the `Scale`, whose status counts the pods that are there. Repeating it changes
    /// nothing.
    package func scale(
        _ kind: ResourceKind,
        namespace: String,
        name: String,
        to replicas: Int,
        resourceVersion: String? = nil,
        options: WriteOptions = WriteOptions()
    ) async throws(KubernetesError) -> JSON {
        var change: JSON = ["spec": ["replicas": .int(replicas)]]
        if let resourceVersion { change.resourceVersion = resourceVersion }
        return try await patch(
            kind,
            namespace: namespace,
            name: name,
            .merge(change),
            subresource: "scale",
            options: options
        )
    }

    /// Deletes an object; answers what the server said, a `Status` or the object on its way out.
    ///
    /// One that is gone is `NotFound`, another incarnation than `options.uid` a `Conflict`: both mean
    /// that there is nothing left to delete. It may wait for finalizers when this returns.
    package func delete(
        _ kind: ResourceKind,
        namespace: String? = nil,
        name: String,
        options: DeleteOptions = DeleteOptions()
    ) async throws(KubernetesError) -> JSON {
        var exchange = try Exchange(.delete, kind, namespace: namespace, name: name)
        exchange.setBody(options.body)
        return try await performForJSON(exchange)
    }

    /// Deletes every object of a collection that the selectors mean; one by one, so that a failure
    /// may leave some of them.
    package func deleteCollection(
        _ kind: ResourceKind,
        namespace: String? = nil,
        selecting selection: ListOptions,
        options: DeleteOptions = DeleteOptions()
    ) async throws(KubernetesError) -> JSON {
        var exchange = try Exchange(.deletecollection, kind, namespace: namespace)
        exchange.query = selection.query
        exchange.setBody(options.body)
        return try await performForJSON(exchange)
    }

    /// A request by its path, without a query: about no resource, as `GET /version` is, or one that no
    /// other verb here makes, as asking a Service through the server.
    package func request(
        _ method: String,
        path: String,
        query: [(name: String, value: String)] = [],
        body: JSON? = nil,
        accept: String = "application/json"
    ) async throws(KubernetesError) -> RawAnswer {
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3F })
        else { throw .invalid(problem: "\"\(path)\" is no path") }
        var exchange = Exchange(method: method, path: path)
        exchange.query = query
        exchange.accept = accept
        if let body { exchange.setBody(body) }
        return try await perform(exchange)
    }

    private func named(_ object: JSON) throws(KubernetesError) -> String {
        guard let name = object.name else {
            throw .invalid(problem: "an object without a name cannot be written in its place")
        }
        return name
    }

    private func query(_ options: WriteOptions) -> [(name: String, value: String)] {
        var query = [("fieldManager", options.fieldManager ?? configuration.fieldManager)]
        if options.isDryRun { query.append(("dryRun", "All")) }
        if let validation = options.fieldValidation {
            query.append(("fieldValidation", validation.rawValue))
        }
        return query.map { (name: $0.0, value: $0.1) }
    }
}

extension DeleteOptions {
    fileprivate var body: JSON {
        var body: JSON = ["apiVersion": "v1", "kind": "DeleteOptions"]
        if let uid { body.set(.string(uid), at: "preconditions", "uid") }
        if let resourceVersion {
            body.set(.string(resourceVersion), at: "preconditions", "resourceVersion")
        }
        if let propagation { body["propagationPolicy"] = .string(propagation.rawValue) }
        // Not in the query, as for other writes: of a request with a body a server does not read it, and
        // deletes in earnest.
        if isDryRun { body["dryRun"] = ["All"] }
        if let gracePeriodSeconds { body["gracePeriodSeconds"] = .int(gracePeriodSeconds) }
        return body
    }
}
