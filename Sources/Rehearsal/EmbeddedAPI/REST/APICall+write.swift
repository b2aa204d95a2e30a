import HTTPTransport
import JSONValues
import KubernetesObjects

extension APICall {
    func create() throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        var sent = try writeRequest(.create)
        guard route.namespace != nil || !route.definition.isNamespaced else {
            throw .noSuchMethod
        }
        let object = try identified(try document(&sent))
        let request = sent
        let result = try cluster.withState { state throws(APIStatusError) in
            try state.create(object, request)
        }
        return answer(result, encoding)
    }

    func replace(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        var sent = try writeRequest(.update)
        let object = try identified(try document(&sent))
        try checkName(object, name)
        let request = sent
        let result = try cluster.withState { state throws(APIStatusError) in
            let exists = state.store.object(request.storage, request.key(name)) != nil
            if !exists, request.definition.rules.createsOnUpdate, request.subresource == nil {
                return try state.create(object, request)
            }
            return try state.update(name, request) { _ in object }
        }
        return answer(result, encoding)
    }

    func patch(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let patch = try ObjectPatch(self)
        var sent = try writeRequest(patch.isApply ? .apply : .patch)
        sent.patch = patch
        let request = sent
        if case .apply(let object) = patch {
            return answer(try apply(object, name, request), encoding)
        }
        let definition = route.definition
        let result = try cluster.withState { state throws(APIStatusError) in
            try state.update(name, request) { old throws(APIStatusError) in
                let view = definition.converted(old, to: request.version)
                let object = try patch.patched(view, definition, request.version)
                try checkName(object, name)
                return object
            }
        }
        return answer(result, encoding)
    }

    /// Server-side apply: creates what is not there.
    private func apply(
        _ sent: JSON,
        _ name: String,
        _ request: WriteRequest
    ) throws(APIStatusError) -> WriteResult {
        let force = self.request.query.flag("force")
        var object = sent
        if object.kind != route.definition.kind || object.apiVersion != route.apiVersion {
            let group = route.definition.name.group
            let version = GroupVersion(apiVersion: object.apiVersion ?? "")
            throw .badRequest(
                "invalid object type: \(version?.group ?? group)/\(version?.version ?? ""), "
                    + "Kind=\(object.kind ?? "")"
            )
        }
        let isNamed = object.name?.isEmpty == false
        if !isNamed { object.name = name }
        try checkName(object, name)
        return try cluster.withState { state throws(APIStatusError) in
            guard state.store.object(request.storage, request.key(name)) != nil else {
                if request.subresource != nil { throw .notFound(request.resource, name) }
                // What is there lends its name to an object without one; nothing lends none.
                if !isNamed { try checkName(sent, name) }
                if let uid = object.uid, !uid.isEmpty {
                    throw .conflict(
                        request.resource,
                        name,
                        "uid mismatch: the provided object specified uid \(uid), and no existing "
                            + "object was found"
                    )
                }
                let created = try request.applied(object, to: nil, force: force, time: state.now)
                return try state.create(created, request)
            }
            let now = state.now
            return try state.update(name, request) { old throws(APIStatusError) in
                let version = object.resourceVersion ?? ""
                if !version.isEmpty, version != old.resourceVersion {
                    throw .stale(request.resource, name)
                }
                return try request.applied(object, to: old, force: force, time: now)
            }
        }
    }

    func delete(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let options = try deleteOptions()
        let request = deletion(options)
        let outcome = try cluster.withState { state throws(APIStatusError) in
            try state.delete(name, options, request)
        }
        switch outcome {
        case .pending(let object):
            var result = WriteResult(object: object)
            if options.propagation == nil, resource == .jobs {
                result.warnings.append(
                    "child pods are preserved by default when jobs are deleted; set "
                        + "propagationPolicy=Background to remove them or set "
                        + "propagationPolicy=Orphan to suppress this warning"
                )
            }
            return answer(result, encoding)
        case .done(let object) where route.definition.returnsDeleted:
            return answer(WriteResult(object: object), encoding)
        case .done(let object):
            return .document(
                JSON.success(
                    APIStatusError.Details(
                        name: name,
                        group: resource.group,
                        kind: resource.plural,
                        uid: object.uid
                    )
                )
            )
        }
    }

    private func deletion(_ options: DeleteOptions) -> WriteRequest {
        WriteRequest(
            definition: route.definition,
            version: route.version,
            namespace: route.namespace ?? "",
            manager: request.manager,
            isDryRun: options.isDryRun
        )
    }

    /// Deletes what a list would show, and answers with that list.
    func deleteCollection() throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let options = try deleteOptions()
        let filter = try ObjectFilter(request.query, route.definition)
        guard route.namespace != nil || !route.definition.isNamespaced else {
            throw .noSuchMethod
        }
        let request = deletion(options)
        let namespace = route.namespace
        let (deleted, revision) = try cluster.withState { state throws(APIStatusError) in
            let revision = state.store.revision
            let matching = state.store.objects(request.storage, namespace: namespace)
                .filter { filter.matches($0) }
            for object in matching {
                _ = try state.delete(object.key.name, options, request)
            }
            return (matching, revision)
        }
        return .document(
            encoding.list(deleted, metadata: ["resourceVersion": .string(String(revision))])
        )
    }
}

extension JSON {
    /// The `Status` of something that worked.
    static func success(_ details: APIStatusError.Details? = nil, code: Int? = nil) -> JSON {
        var status: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
        ]
        status["details"] = details?.json
        status["code"] = code.map { .int($0) }
        return status
    }
}
