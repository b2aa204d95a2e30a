import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects

extension APICall {
    /// What stands below an object, its status apart.
    func answer(
        _ subresource: Subresource,
        of name: String
    ) throws(APIStatusError) -> HTTPResponse {
        switch (subresource, request.method) {
        case (.scale, "GET"): return try scale(name)
        case (.scale, "PUT"), (.scale, "PATCH"): return try rescale(name)
        case (.eviction, "POST"): return try evict(name)
        case (.binding, "POST"): return try bind(name)
        case (.token, "POST"): return try issueToken(name)
        case (.finalize, "PUT"): return try finalize(name)
        case (.approval, "GET"), (.ephemeralContainers, "GET"): return try get(name)
        case (.approval, "PUT"), (.ephemeralContainers, "PUT"): return try replace(name)
        case (.approval, "PATCH"), (.ephemeralContainers, "PATCH"): return try patch(name)
        case (.log, "GET"):
            _ = try stored(name)
            return HTTPResponse(status: 200, headers: ["Content-Type": "text/plain"])
        default: throw .noSuchMethod
        }
    }

    func stored(_ name: String) throws(APIStatusError) -> JSON {
        let key = ObjectKey(namespace: route.namespace ?? "", name: name)
        let storage = route.definition.storage
        guard let object = cluster.reading({ $0.store.object(storage, key) }) else {
            throw .notFound(resource, name)
        }
        return object.value
    }

    // MARK: Scale

    private func scale(_ name: String) throws(APIStatusError) -> HTTPResponse {
        .document(ScaleView(route.definition).scale(of: try stored(name)))
    }

    private func rescale(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let view = ScaleView(route.definition)
        let patch = request.method == "PATCH" ? try ObjectPatch(self) : nil
        let verb: WriteRequest.Verb =
            patch == nil ? .update : patch?.isApply == true ? .apply : .patch
        let request = try writeRequest(verb)
        let sent = patch == nil ? try parsedBody() : JSON.emptyObject
        if patch == nil { try checkName(sent, name) }
        let force = self.request.query.flag("force")
        let result = try cluster.withState { state throws(APIStatusError) in
            let now = state.now
            return try state.update(name, request) { old throws(APIStatusError) in
                if case .apply(let applied)? = patch {
                    return try request.applied(
                        view.partial(applied, name, request),
                        to: old,
                        force: force,
                        time: now
                    )
                }
                let before = view.scale(of: old)
                let after = try patch?.patched(before, .scale, "v1") ?? sent
                return try view.rescaled(old, to: after)
            }
        }
        return .document(view.scale(of: result.object))
    }

    // MARK: Pods

    private func evict(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let eviction = try parsedBody()
        let request = try writeRequest(.create)
        let options = DeleteOptions(
            gracePeriodSeconds: eviction.at("deleteOptions", "gracePeriodSeconds")?.int,
            uid: eviction.at("deleteOptions", "preconditions", "uid")?.string,
            isDryRun: request.isDryRun
        )
        try cluster.withState { state throws(APIStatusError) in
            try state.evict(name, options, request)
        }
        return .document(JSON.success(code: 201), status: 201)
    }

    private func bind(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let node = try parsedBody().at("target", "name")?.string ?? ""
        let request = try writeRequest(.create)
        try cluster.withState { state throws(APIStatusError) in
            try state.bind(name, to: node, request)
        }
        return .document(JSON.success(code: 201), status: 201)
    }

    // MARK: Accounts and namespaces

    private func issueToken(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let account = try stored(name)
        let review = try parsedBody()
        let seconds = review.at("spec", "expirationSeconds")?.int ?? 3_600
        let token = cluster.token(of: account, seconds: seconds)
        let body: JSON = [
            "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
            "metadata": [
                "name": .string(name), "namespace": .string(account.namespace ?? ""),
                "uid": .string(account.uid ?? ""),
                "creationTimestamp": .string(cluster.time.wallTime.rfc3339),
            ],
            "spec": [
                "audiences": review.at("spec", "audiences")
                    ?? ["https://kubernetes.default.svc"],
                "expirationSeconds": .int(seconds), "boundObjectRef": nil,
            ],
            "status": [
                "token": .string(token.text),
                "expirationTimestamp": .string(token.expiry.rfc3339),
            ],
        ]
        return .document(body, status: 201)
    }

    private func finalize(_ name: String) throws(APIStatusError) -> HTTPResponse {
        let encoding = try encoding()
        var written = try writeRequest(.update)
        let sent = try identified(try document(&written))
        try checkName(sent, name)
        let request = written
        let result = try cluster.withState { state throws(APIStatusError) in
            try state.update(name, request) { old in
                var object = old
                object.set(sent.at("spec", "finalizers"), at: "spec", "finalizers")
                return object
            }
        }
        return answer(result, encoding)
    }
}
