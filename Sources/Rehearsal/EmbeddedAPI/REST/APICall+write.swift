import HTTPTransport
import JSONValues
import KubernetesObjects

extension APICall {
    func create() throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let request = try writeRequest()
        let object = try identified(try document())
        guard route.namespace != nil || !route.definition.isNamespaced else {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the "
                    + "request"
            )
        }
        let created = try cluster.withState { state throws(APIStatusError) in
            try state.create(object, request)
        }
        return answer(created, encoding, status: 201)
    }

    func replace(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let request = try writeRequest()
        let object = try identified(try document())
        if let stated = object.name, stated != name {
            throw .badRequest(
                "the name of the object (\(stated)) does not match the name on the URL (\(name))"
            )
        }
        let updated = try cluster.withState { state throws(APIStatusError) in
            try state.update(name, request) { _ in object }
        }
        return answer(updated, encoding, status: 200)
    }

    func patch(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let request = try writeRequest()
        guard request.subresource == nil || request.subresource == .status,
            self.request.contentType == "application/merge-patch+json"
        else {
            throw .unsupportedMediaType(accepted: ["application/merge-patch+json"])
        }
        let patch = try parsedBody()
        let updated = try cluster.withState { state throws(APIStatusError) in
            try state.update(name, request) { JSONMergePatch.apply(patch, to: $0) }
        }
        return answer(updated, encoding, status: 200)
    }

    func delete(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        let request = try writeRequest()
        let options = try deleteOptions()
        let deletion = try cluster.withState { state throws(APIStatusError) in
            try state.delete(name, options, request)
        }
        switch deletion {
        case .pending(let object): return answer(object, encoding, status: 200)
        case .done(let object):
            let status: JSON = [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
                "details": APIStatusError.Details(
                    name: name,
                    group: resource.group,
                    kind: resource.plural,
                    uid: object.uid
                ).json,
            ]
            return .json(status.encoded())
        }
    }

    func deleteCollection() throws(APIStatusError) -> HTTPResponse {
        throw .noSuchMethod
    }

    func createBelow(_ name: String) throws(APIStatusError) -> HTTPResponse {
        throw .noSuchMethod
    }

    private func deleteOptions() throws(APIStatusError) -> DeleteOptions {
        let body = request.body.isEmpty ? JSON.emptyObject : try parsedBody()
        let query = request.query
        let propagation = body["propagationPolicy"]?.string ?? query["propagationPolicy"]
        return DeleteOptions(
            gracePeriodSeconds: body["gracePeriodSeconds"]?.int ?? query.int("gracePeriodSeconds"),
            uid: body.at("preconditions", "uid")?.string,
            resourceVersion: body.at("preconditions", "resourceVersion")?.string,
            propagation: propagation.flatMap(DeleteOptions.Propagation.init),
            isDryRun: body["dryRun"]?.array?.isEmpty == false || query["dryRun"] != nil
        )
    }

    /// The object with the identity that the path demands, or the refusal of another one.
    private func identified(_ object: JSON) throws(APIStatusError) -> JSON {
        var object = object
        let expected = route.apiVersion
        if let stated = object.apiVersion, !stated.isEmpty, stated != expected {
            throw .badRequest(
                "the API version in the data (\(stated)) does not match the expected API version "
                    + "(\(expected))"
            )
        }
        object.apiVersion = route.definition.storageAPIVersion
        object.kind = route.definition.kind
        return object
    }

    private func answer(
        _ object: JSON,
        _ encoding: ObjectEncoding,
        status: Int
    ) -> HTTPResponse {
        .json(encoding.view(of: object).encoded(), status: status)
    }
}
