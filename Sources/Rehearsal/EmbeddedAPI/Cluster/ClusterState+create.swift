import Clocks
import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Adds an object, as `rest.BeforeCreate` and the registry's `Create` do.
    mutating func create(
        _ object: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) -> JSON {
        var object = object
        let definition = request.definition
        let rules = definition.rules
        try placeInNamespace(&object, request)
        try checkNamespaceAcceptsObjects(object, request)
        rules.setDefaults(&object)
        rules.prepareForCreate(&object)
        try setServerMetadata(&object, request)
        let key = ObjectKey(namespace: request.namespace, name: object.name ?? "")
        if store.object(definition.name, key) != nil {
            throw .alreadyExists(definition.name, key.name)
        }
        return put(object, key, request)
    }

    /// Makes the namespace of the object that of the request, or refuses.
    private func placeInNamespace(
        _ object: inout JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        guard request.definition.isNamespaced else {
            object.namespace = nil
            return
        }
        if let stated = object.namespace, !stated.isEmpty, stated != request.namespace {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the "
                    + "request"
            )
        }
        object.namespace = request.namespace
    }

    /// Refuses objects in namespaces that do not exist or are going away.
    private func checkNamespaceAcceptsObjects(
        _ object: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        guard request.definition.isNamespaced else { return }
        let key = ObjectKey(namespace: "", name: request.namespace)
        guard let namespace = store.object(.namespaces, key)?.value else {
            throw .notFound(.namespaces, request.namespace)
        }
        if namespace.deletionTimestamp != nil {
            throw .forbidden(
                request.definition.name,
                object.name ?? "",
                "unable to create new content in namespace \(request.namespace) because it is "
                    + "being terminated",
                causes: [
                    APIStatusError.Cause(
                        reason: "NamespaceTerminating",
                        message: "namespace \(request.namespace) is being terminated",
                        field: "metadata.namespace"
                    )
                ]
            )
        }
    }

    private mutating func setServerMetadata(
        _ object: inout JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        if object.resourceVersion?.isEmpty == false {
            throw .internalError("resourceVersion should not be set on objects to be created")
        }
        if (object.name ?? "").isEmpty, let prefix = object.generateName, !prefix.isEmpty {
            // A real server keeps room for the suffix within the 63 bytes of a label.
            object.name = String(prefix.prefix(58)) + random.nameSuffix()
        }
        object.uid = identifiers()
        object.creationTimestamp = now.rfc3339
        for key in ["resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            object.remove(at: "metadata", key)
        }
        object.remove(at: "metadata", "selfLink")
        object.generation = request.definition.rules.tracksGeneration ? 1 : nil
    }
}
