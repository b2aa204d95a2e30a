import JSONValues
import KubernetesObjects

/// What may stand in policies of admission and their bindings.
enum AdmissionPolicyValidation {
    private static let onePart =
        "validations or auditAnnotations must contain at least one item"
    private static let notKnown = "is not known to the twin's servers"

    static func problems(ofPolicy object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors: [FieldError] = []
        if let constraints = spec["matchConstraints"] {
            errors += problems(ofConstraints: constraints)
        } else {
            errors.append(.required("spec.matchConstraints"))
        }
        for key in ["paramKind", "matchConditions", "auditAnnotations"] where !isEmpty(spec[key]) {
            errors.append(.forbidden("spec.\(key)", notKnown))
        }
        if isEmpty(spec["validations"]) {
            errors.append(.required("spec.validations", onePart))
            errors.append(.required("spec.auditAnnotations", onePart))
        }
        for key in ["variables", "validations"] {
            for (number, place) in (spec[key]?.array ?? []).enumerated() {
                errors += problems(ofExpression: place, at: "spec.\(key)[\(number)].expression")
            }
        }
        return errors
    }

    static func problems(ofBinding object: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        if (object.at("spec", "policyName")?.string ?? "").isEmpty {
            errors.append(.required("spec.policyName"))
        }
        for key in ["paramRef", "matchResources"] where !isEmpty(object.at("spec", key)) {
            errors.append(.forbidden("spec.\(key)", notKnown))
        }
        if isEmpty(object.at("spec", "validationActions")) {
            errors.append(
                .required("spec.validationActions", "at least one validation action is required")
            )
        }
        return errors
    }

    private static func problems(ofConstraints constraints: JSON) -> [FieldError] {
        let path = "spec.matchConstraints"
        var errors: [FieldError] = []
        if isEmpty(constraints["resourceRules"]) {
            errors.append(.required("\(path).resourceRules"))
        }
        for key in ["excludeResourceRules", "objectSelector"] where !isEmpty(constraints[key]) {
            errors.append(.forbidden("\(path).\(key)", notKnown))
        }
        do {
            _ = try LabelSelector(object: constraints["namespaceSelector"] ?? .emptyObject)
        } catch {
            errors.append(
                .invalid(
                    "\(path).namespaceSelector",
                    constraints["namespaceSelector"],
                    error.description
                )
            )
        }
        return errors
    }

    private static func problems(ofExpression place: JSON, at path: String) -> [FieldError] {
        let text = place["expression"]?.string ?? ""
        guard !text.isEmpty else { return [.required(path, "expression is not specified")] }
        do {
            _ = try CELParser.parse(text)
            return []
        } catch {
            let problem = "compilation failed: ERROR: <input>: \(error.description)"
            return [.invalid(path, text, problem)]
        }
    }

    private static func isEmpty(_ value: JSON?) -> Bool {
        switch value {
        case nil, .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}
