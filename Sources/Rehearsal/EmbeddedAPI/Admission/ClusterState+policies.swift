import JSONValues
import KubernetesObjects

extension ClusterState {
    /// Refuses what a ValidatingAdmissionPolicy denies that somebody has bound.
    ///
    /// `object` is nil for a deletion. Parameters, match conditions and object selectors are not known:
    /// such policies are refused when they are made. A policy is in force at once; at a real server
    /// that takes up to a second.
    func checkPolicies(
        _ object: JSON?,
        before old: JSON,
        _ request: WriteRequest
    ) throws(APIStatusError) {
        for binding in store.objects(.validatingAdmissionPolicyBindings) {
            let key = ObjectKey(
                namespace: "",
                name: binding.value.at("spec", "policyName")?.string ?? ""
            )
            guard binding.value.at("spec", "validationActions")?.array?.contains("Deny") == true,
                let policy = store.object(.validatingAdmissionPolicies, key)?.value
            else { continue }
            let matcher = PolicyMatch(policy: policy)
            guard matcher.matches(request, name: old.name ?? "", isDeletion: object == nil),
                matcher.matches(labels: labels(ofNamespace: request.namespace)),
                let denial = PolicyVerdict(
                    policy: policy,
                    request: request.asked(isDeletion: object == nil)
                )
                .denial(of: object, before: old)
            else { continue }
            let problem =
                "ValidatingAdmissionPolicy '\(key.name)' with binding '\(binding.key.name)' denied "
                + "request: \(denial.message)"
            throw denial.refusal(of: request, old.name ?? "", problem)
        }
    }

    private func labels(ofNamespace name: String) -> [String: String] {
        store.object(.namespaces, ObjectKey(namespace: "", name: name))?.value.labels ?? [:]
    }
}

/// Which requests a policy is asked about.
private struct PolicyMatch {
    let policy: JSON

    private var constraints: JSON? { policy.at("spec", "matchConstraints") }

    func matches(_ request: WriteRequest, name: String, isDeletion: Bool) -> Bool {
        let resource =
            request.resource.plural + (request.subresource.map { "/\($0.rawValue)" } ?? "")
        let operation = isDeletion ? "DELETE" : "UPDATE"
        return (constraints?["resourceRules"]?.array ?? []).contains { rule in
            names(rule, "apiGroups", request.resource.group)
                && names(rule, "apiVersions", request.version)
                && names(rule, "resources", resource) && names(rule, "operations", operation)
                && (rule["resourceNames"]?.array?.isEmpty ?? true
                    || names(rule, "resourceNames", name))
        }
    }

    func matches(labels: [String: String]) -> Bool {
        let selector = constraints?["namespaceSelector"] ?? .emptyObject
        do {
            return try LabelSelector(object: selector).matches(labels)
        } catch {
            // No such policy is let in.
            return false
        }
    }

    private func names(_ rule: JSON, _ key: String, _ value: String) -> Bool {
        (rule[key]?.array ?? []).contains { $0 == "*" || $0.string == value }
    }
}

/// What a policy says of one change.
private struct PolicyVerdict {
    let policy: JSON
    /// What expressions know as `request`.
    let request: JSON

    struct Denial {
        let message: String
        let reason: String?

        func refusal(
            of request: WriteRequest,
            _ name: String,
            _ problem: String
        ) -> APIStatusError {
            let cause = APIStatusError.Cause(reason: "", message: problem)
            var error = APIStatusError.forbidden(request.resource, name, problem, causes: [cause])
            if reason != "Forbidden" { (error.code, error.reason) = (422, "Invalid") }
            return error
        }
    }

    func denial(of object: JSON?, before old: JSON) -> Denial? {
        let spec = policy.spec
        var names = CELNames(
            values: ["object": object ?? .null, "oldObject": old, "request": request]
        )
        do {
            for variable in spec?["variables"]?.array ?? [] {
                names.variables[variable["name"]?.string ?? ""] = try expression(variable)
            }
        } catch {
            return failure(of: policy, error)
        }
        for validation in spec?["validations"]?.array ?? [] {
            do {
                guard try !expression(validation).truth(in: names) else { continue }
                return Denial(
                    message: validation["message"]?.string
                        ?? "failed expression: \(validation["expression"]?.string ?? "")",
                    reason: validation["reason"]?.string
                )
            } catch {
                if let failure = failure(of: validation, error) { return failure }
            }
        }
        return nil
    }

    private func expression(_ place: JSON) throws(CELError) -> CELExpression {
        try CELParser.parse(place["expression"]?.string ?? "")
    }

    /// What does not come to a value denies, unless the policy says that failures are no matter.
    private func failure(of place: JSON, _ error: CELError) -> Denial? {
        guard policy.at("spec", "failurePolicy") != "Ignore" else { return nil }
        return Denial(
            message: "expression '\(place["expression"]?.string ?? "")' resulted in error: "
                + error.description,
            reason: place["reason"]?.string
        )
    }
}

extension WriteRequest {
    /// What policies may ask of a request: who makes it, in whose name, and of which part.
    ///
    /// Whoever calls the cluster's API here is its administrator; its own parts call in their names. The options
    /// of a deletion name nobody in whose name it is made.
    fileprivate func asked(isDeletion: Bool) -> JSON {
        let isController = isInternal && ["", "kube-controller-manager"].contains(manager)
        var asked: JSON = [
            "userInfo": [
                "username": isController ? "system:kube-controller-manager" : "kubernetes-admin",
                "groups": isController
                    ? ["system:authenticated"] : ["system:masters", "system:authenticated"],
            ],
            "options": isDeletion ? [:] : ["fieldManager": .string(manager)],
        ]
        if let subresource { asked["subResource"] = .string(subresource.rawValue) }
        return asked
    }
}
