import HTTPTransport
import JSONValues
import KubernetesObjects

extension APICall {
    /// The write that this request asks for, its options checked.
    func writeRequest(_ verb: WriteRequest.Verb) throws(APIStatusError) -> WriteRequest {
        try checkOptions(verb)
        var validation = WriteRequest.FieldValidation.warn
        if let asked = request.query["fieldValidation"], !asked.isEmpty {
            validation = WriteRequest.FieldValidation(rawValue: asked) ?? .warn
        }
        return WriteRequest(
            definition: route.definition,
            version: route.version,
            namespace: route.namespace ?? "",
            manager: request.manager,
            verb: verb,
            subresource: route.subresource,
            isDryRun: !request.query.all("dryRun").isEmpty,
            fieldValidation: validation
        )
    }

    private func checkOptions(_ verb: WriteRequest.Verb) throws(APIStatusError) {
        let query = request.query
        var errors: [FieldError] = []
        let manager = query["fieldManager"] ?? ""
        if verb == .apply, manager.isEmpty {
            errors.append(.required("fieldManager", "is required for apply patch"))
        }
        if verb == .patch, query["force"] != nil {
            errors.append(.forbidden("force", "may not be specified for non-apply patch"))
        }
        if manager.utf8.count > 128 { errors.append(.tooLong("fieldManager", max: 128)) }
        errors += Self.problems(ofDryRun: query.all("dryRun").map(JSON.string))
        if let asked = query["fieldValidation"], !asked.isEmpty,
            WriteRequest.FieldValidation(rawValue: asked) == nil
        {
            errors.append(
                .notSupported(
                    "fieldValidation",
                    .string(asked),
                    supported: ["", "Ignore", "Strict", "Warn"]
                )
            )
        }
        let kind =
            switch verb {
            case .create: "CreateOptions"
            case .update: "UpdateOptions"
            case .patch, .apply: "PatchOptions"
            }
        guard errors.isEmpty else {
            throw .invalid(group: "meta.k8s.io", kind: kind, name: "", errors)
        }
    }

    static func problems(ofDryRun values: [JSON]) -> [FieldError] {
        guard !values.isEmpty, values != ["All"] else { return [] }
        return [.notSupported("dryRun", .array(values), supported: ["All"])]
    }

    /// How a deletion is meant: where there is a body it alone says, or else the query.
    func deleteOptions() throws(APIStatusError) -> DeleteOptions {
        let body = request.body.isEmpty ? JSON.emptyObject : try parsedBody()
        let query = request.body.isEmpty ? request.query : Query("")
        let dryRun = body["dryRun"]?.array ?? query.all("dryRun").map(JSON.string)
        let propagation = body["propagationPolicy"]?.string ?? query["propagationPolicy"]
        let orphans =
            body["orphanDependents"]?.bool ?? query["orphanDependents"].map { $0 == "true" }
        var errors: [FieldError] = []
        let known = propagation.flatMap(DeleteOptions.Propagation.init)
        if let propagation, known == nil {
            errors.append(
                .notSupported(
                    "propagationPolicy",
                    .string(propagation),
                    supported: ["Foreground", "Background", "Orphan", "nil"]
                )
            )
        } else if let propagation, orphans != nil {
            errors.append(
                .invalid(
                    "propagationPolicy",
                    propagation,
                    "orphanDependents and deletionPropagation cannot be both set"
                )
            )
        }
        errors += Self.problems(ofDryRun: dryRun)
        guard errors.isEmpty else {
            throw .invalid(group: "meta.k8s.io", kind: "DeleteOptions", name: "", errors)
        }
        return DeleteOptions(
            gracePeriodSeconds: body["gracePeriodSeconds"]?.int ?? query.int("gracePeriodSeconds"),
            uid: body.at("preconditions", "uid")?.string,
            resourceVersion: body.at("preconditions", "resourceVersion")?.string,
            propagation: known ?? orphans.map { $0 ? .orphan : .background },
            isDryRun: !dryRun.isEmpty
        )
    }
}
