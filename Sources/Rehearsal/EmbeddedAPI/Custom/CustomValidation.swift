import JSONValues

/// Checks a custom resource against its schema, with the texts of kube-openapi's validator.
enum CustomValidation {
    static func problems(of value: JSON, _ schema: JSON, path: String) -> [FieldError] {
        if value.isNull, schema["nullable"]?.bool == true { return [] }
        let field = path.isEmpty ? "<nil>" : path
        if let problem = typeProblem(value, schema, field) { return [problem] }
        var errors: [FieldError] = []
        if let allowed = schema["enum"]?.array, !allowed.contains(value) {
            errors.append(
                .notSupported(field, value, supported: allowed.map { $0.string ?? $0.text() })
            )
        }
        switch value {
        case .object(let members): errors += problems(ofMembers: members, schema, path)
        case .array(let elements): errors += problems(ofElements: elements, schema, field)
        case .string(let text): errors += problems(ofText: text, schema, field)
        case .number(let number):
            errors += problems(ofNumber: number.double ?? 0, value, schema, field)
        case .null, .bool: break
        }
        return errors
    }

    private static func typeProblem(_ value: JSON, _ schema: JSON, _ field: String) -> FieldError? {
        if schema["x-kubernetes-int-or-string"]?.bool == true {
            switch value {
            case .string, .number: return nil
            default: return mismatch(value, "integer,string", field)
            }
        }
        guard let type = schema["type"]?.string else { return nil }
        let fits: Bool =
            switch (type, value) {
            case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
                ("number", .number):
                true
            case ("integer", .number(let number)): number.int != nil
            default: false
            }
        return fits ? nil : mismatch(value, type, field)
    }

    private static func mismatch(_ value: JSON, _ type: String, _ field: String) -> FieldError {
        let word =
            switch value {
            case .null: "null"
            case .bool: "boolean"
            case .number(let number): number.int == nil ? "number" : "integer"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        return FieldError(
            type: .typeInvalid,
            field: field,
            body:
                "Invalid value: \"\(word)\": \(field) in body must be of type \(type): \"\(word)\""
        )
    }

    private static func problems(
        ofMembers members: JSONMembers,
        _ schema: JSON,
        _ path: String
    ) -> [FieldError] {
        let properties = schema["properties"]?.object ?? [:]
        let others = schema["additionalProperties"]
        let prefix = path.isEmpty ? "" : "\(path)."
        var errors: [FieldError] = []
        for (name, member) in members {
            if let property = properties[name] {
                errors += problems(of: member, property, path: prefix + name)
            } else if let others, others.object != nil {
                errors += problems(of: member, others, path: prefix + name)
            }
        }
        for name in (schema["required"]?.array ?? []).compactMap(\.string)
        where members[name] == nil {
            errors.append(.required(prefix + name))
        }
        if let most = schema["maxProperties"]?.int, members.count > most {
            errors.append(.tooMany(path, count: members.count, max: most))
        }
        return errors
    }

    private static func problems(
        ofElements elements: [JSON],
        _ schema: JSON,
        _ field: String
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if let items = schema["items"] {
            for (index, element) in elements.enumerated() {
                errors += problems(of: element, items, path: "\(field)[\(index)]")
            }
        }
        if let most = schema["maxItems"]?.int, elements.count > most {
            errors.append(.tooMany(field, count: elements.count, max: most))
        }
        if let least = schema["minItems"]?.int, elements.count < least {
            errors.append(
                .invalid(
                    field,
                    .int(elements.count),
                    "\(field) in body should have at least \(least) items"
                )
            )
        }
        return errors + duplicates(in: elements, schema, field)
    }

    private static func duplicates(
        in elements: [JSON],
        _ schema: JSON,
        _ field: String
    ) -> [FieldError] {
        let keys = schema["x-kubernetes-list-map-keys"]?.array?.compactMap(\.string) ?? []
        let type = schema["x-kubernetes-list-type"]?.string
        guard type == "set" || (type == "map" && !keys.isEmpty) else { return [] }
        var seen: Set<JSON> = []
        return elements.enumerated().compactMap { index, element in
            let identity = type == "set" ? element : element.picked(keys)
            guard !seen.insert(identity).inserted else { return nil }
            return .duplicate("\(field)[\(index)]", identity)
        }
    }

    private static func problems(
        ofText text: String,
        _ schema: JSON,
        _ field: String
    ) -> [FieldError] {
        if let most = schema["maxLength"]?.int, text.unicodeScalars.count > most {
            return [.tooLong(field, max: most)]
        }
        if let least = schema["minLength"]?.int, text.unicodeScalars.count < least {
            return [
                .invalid(
                    field,
                    text,
                    "\(field) in body should be at least \(least) chars long"
                )
            ]
        }
        if let pattern = schema["pattern"]?.string, !Self.matches(text, pattern) {
            return [.invalid(field, text, "\(field) in body should match '\(pattern)'")]
        }
        return []
    }

    /// A pattern that this side does not understand is taken to match.
    private static func matches(_ text: String, _ pattern: String) -> Bool {
        do {
            let expression = try Regex(pattern)
            return text.firstMatch(of: expression) != nil
        } catch {
            return true
        }
    }

    private static func problems(
        ofNumber number: Double,
        _ value: JSON,
        _ schema: JSON,
        _ field: String
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if let least = schema["minimum"], let bound = least.double, number < bound {
            errors.append(
                .invalid(
                    field,
                    value,
                    "\(field) in body should be greater than or equal to \(least.text())"
                )
            )
        }
        if let most = schema["maximum"], let bound = most.double, number > bound {
            errors.append(
                .invalid(
                    field,
                    value,
                    "\(field) in body should be less than or equal to \(most.text())"
                )
            )
        }
        return errors
    }
}

extension JSON {
    fileprivate var double: Double? {
        if case .number(let value) = self { value.double } else { nil }
    }

    /// An object with only these members of this one.
    fileprivate func picked(_ keys: [String]) -> JSON {
        var members: JSONMembers = [:]
        for key in keys { members[key] = self[key] }
        return .object(members)
    }
}
