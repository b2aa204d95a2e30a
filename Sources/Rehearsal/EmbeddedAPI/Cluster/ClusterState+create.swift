import Clocks
import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Adds an object, as the create handler and the registry of a server do.
    mutating func create(
        _ sent: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) -> WriteResult {
        var result = WriteResult(object: .null, isCreated: true)
        var object = sent
        let rules = request.definition.rules
        try placeInNamespace(&object, request)
        if rules.hasStatus { object.status = nil }
        object = try ObjectDecoding.decode(object, request, warnings: &result.warnings)
        try checkNamespaceAcceptsObjects(object, request)
        try setServerMetadata(&object, request)
        rules.setDefaults(&object)
        if request.verb != .apply {
            object = try tracked(object, before: nil, request)
        }
        try admit(&object, request)
        try limit(&object, request)
        let charges = try charges(for: object, old: nil, request)
        rules.prepareForCreate(&object)
        let key = request.key(object.name ?? "")
        let allocations = allocations
        do throws(APIStatusError) {
            try allocate(&object, old: nil, key, request)
            try validate(object, request)
            if store.object(request.storage, key) != nil {
                throw object.generateName?.isEmpty == false
                    ? .generatedNameTaken(request.resource, key.name)
                    : .alreadyExists(request.resource, key.name)
            }
        } catch {
            self.allocations = allocations
            throw error
        }
        if request.isDryRun { self.allocations = allocations }
        apply(charges, request)
        return WriteResult(
            object: put(object, key, request),
            isCreated: true,
            warnings: result.warnings
        )
    }

    func validate(_ object: JSON, _ request: WriteRequest) throws(APIStatusError) {
        let rules = request.definition.rules
        var errors = MetadataValidation.problems(of: object, nameRule: rules.problemsOfName)
        errors += rules.validate(object)
        if let custom = request.definition.customSchemas[request.definition.storageVersion] {
            errors += custom.problems(of: object)
        }
        guard errors.isEmpty else { throw request.invalid(object.name ?? "", errors) }
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
            throw .namespaceMismatch
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
        guard namespace.deletionTimestamp != nil else { return }
        throw .forbidden(
            request.resource,
            object.name ?? "",
            "unable to create new content in namespace \(request.namespace) because it is being "
                + "terminated",
            causes: [
                APIStatusError.Cause(
                    reason: "NamespaceTerminating",
                    message: "namespace \(request.namespace) is being terminated",
                    field: "metadata.namespace"
                )
            ]
        )
    }

    private mutating func setServerMetadata(
        _ object: inout JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        if object.resourceVersion?.isEmpty == false, request.verb == .create {
            throw APIStatusError(
                code: 500,
                reason: "",
                message: "resourceVersion should not be set on objects to be created"
            )
        }
        if (object.name ?? "").isEmpty, let prefix = object.generateName, !prefix.isEmpty {
            object.name = generatedName(prefix, request)
        }
        for key in [
            "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink",
        ] {
            object.remove(at: "metadata", key)
        }
        object.uid = identifiers()
        object.creationTimestamp = now.rfc3339
        object.generation = request.definition.rules.countsGeneration == nil ? nil : 1
    }

    /// Room is kept for the suffix within the 63 bytes of a label; a name that is taken is drawn
    /// again, eight times, as servers do from 1.32 on.
    private mutating func generatedName(_ prefix: String, _ request: WriteRequest) -> String {
        let base = String(prefix.prefix(58))
        var name = base + random.nameSuffix()
        for _ in 0..<7 where store.object(request.storage, request.key(name)) != nil {
            name = base + random.nameSuffix()
        }
        return name
    }
}
