import JSONValues
import KubernetesObjects

/// The writing half of the in-process face.
///
/// Each call is one request of a client that calls itself `manager`: the same defaults, checks
/// and refusals as over HTTP.
extension EmbeddedCluster {
    /// Adds an object; `apiVersion` and `kind` say which resource.
    @discardableResult
    package func create(
        _ object: JSON,
        manager: String,
        isDryRun: Bool = false
    ) throws(APIStatusError) -> JSON {
        try withState { state throws(APIStatusError) in
            var request = try state.request(for: object, manager: manager)
            request.isDryRun = isDryRun
            request.verb = .create
            return try state.create(object, request).object
        }
    }

    /// Adds an object that another cluster has had.
    ///
    /// Who manages its fields there manages them here; where it names nobody, `manager` does.
    package func load(_ object: JSON, manager: String) throws(APIStatusError) {
        var created = try create(object, manager: manager)
        guard !object.managedFields.isEmpty else { return }
        // A creation makes everything its writer's, whatever it says of others.
        created.managedFields = object.managedFields
        try update(created, manager: manager)
    }

    /// Replaces an object; a resourceVersion in it that is not the newest is refused with 409.
    ///
    /// With `.status` only the status is written, without a subresource all but the status.
    @discardableResult
    package func update(
        _ object: JSON,
        subresource: Subresource? = nil,
        manager: String
    ) throws(APIStatusError) -> JSON {
        try withState { state throws(APIStatusError) in
            var request = try state.request(for: object, manager: manager)
            request.subresource = subresource
            return try state.update(object.name ?? "", request) { _ in object }.object
        }
    }

    /// Reads, changes and writes an object in one step, so that no other write comes in between.
    ///
    /// A body that changes nothing writes nothing.
    @discardableResult
    package func mutate(
        _ resource: ResourceName,
        namespace: String? = nil,
        name: String,
        subresource: Subresource? = nil,
        manager: String,
        _ body: (inout JSON) -> Void
    ) throws(APIStatusError) -> JSON {
        try withState { state throws(APIStatusError) in
            let request = try state.request(
                resource,
                namespace: namespace,
                manager: manager,
                subresource: subresource
            )
            return try state.update(name, request) { old in
                var object = old
                body(&object)
                return object
            }.object
        }
    }

    /// Asks for the deletion of an object.
    ///
    /// Answers nil when it is gone, and what is left of it while finalizers or its grace period
    /// hold it back.
    @discardableResult
    package func delete(
        _ resource: ResourceName,
        namespace: String? = nil,
        name: String,
        options: DeleteOptions = DeleteOptions()
    ) throws(APIStatusError) -> JSON? {
        try withState { state throws(APIStatusError) in
            var request = try state.request(resource, namespace: namespace, manager: "")
            request.isDryRun = options.isDryRun
            switch try state.delete(name, options, request) {
            case .done: return nil
            case .pending(let object): return object
            }
        }
    }
}

extension ClusterState {
    /// The request of an in-process client for the resource that `object` says it is.
    fileprivate func request(
        for object: JSON,
        manager: String
    ) throws(APIStatusError) -> WriteRequest {
        guard let apiVersion = object.apiVersion, let kind = object.kind,
            let identity = GroupVersionKind(apiVersion: apiVersion, kind: kind),
            let definition = registry.definition(for: identity)
        else {
            throw .badRequest(
                "no kind \"\(object.kind ?? "")\" is registered for version "
                    + "\"\(object.apiVersion ?? "")\""
            )
        }
        return WriteRequest(
            definition: definition,
            version: identity.version,
            namespace: definition.isNamespaced ? object.namespace ?? "default" : "",
            manager: manager,
            isInternal: true
        )
    }

    fileprivate func request(
        _ resource: ResourceName,
        namespace: String?,
        manager: String,
        subresource: Subresource? = nil
    ) throws(APIStatusError) -> WriteRequest {
        guard let definition = registry[resource] else { throw .noSuchResource }
        return WriteRequest(
            definition: definition,
            version: definition.storageVersion,
            namespace: definition.isNamespaced ? namespace ?? "default" : "",
            manager: manager,
            subresource: subresource,
            isInternal: true
        )
    }
}
