import JSONValues

/// Whether what is applied fits the schema, in the words of structured-merge-diff.
enum ApplyValidation {
    static func problems(of object: JSON, schema: TypeSchema?) -> [String] {
        var problems: [String] = []
        check(object, at: ApplyPlace(schema), path: "", into: &problems)
        return problems
    }

    /// One problem stands alone; several stand one a line.
    static func message(_ problems: [String]) -> String {
        problems.count == 1 ? problems[0] : "errors:\n  " + problems.joined(separator: "\n  ")
    }

    private static func check(
        _ value: JSON,
        at place: ApplyPlace,
        path: String,
        into problems: inout [String]
    ) {
        guard case .typed(let schema) = place, !value.isNull else { return }
        func complain(_ problem: String) {
            problems.append(path.isEmpty ? problem : "\(path): \(problem)")
        }
        switch (schema.kind, value) {
        case (.object, .object(let members)), (.map, .object(let members)):
            for (key, member) in members {
                let inner = place.child(key)
                if case .undeclared = inner {
                    problems.append("\(path).\(key): field not declared in schema")
                } else {
                    check(member, at: inner, path: "\(path).\(key)", into: &problems)
                }
            }
        case (.list, .array(let elements)):
            checkList(elements, at: place, path: path, into: &problems)
        case (.object, _), (.map, _): complain("expected map, got \(goValue(value))")
        case (.list, _): complain("expected list, got \(goValue(value))")
        case (.boolean, .bool), (.any, _): break
        case (.boolean, _): complain("expected boolean, got \(goValue(value))")
        case (.int32, .number), (.int64, .number), (.number, .number): break
        case (.int32, _), (.int64, _), (.number, _):
            complain("expected numeric (int or float), got \(goType(value))")
        case (.string, .string), (.bytes, .string), (.time, .string), (.microTime, .string): break
        case (.string, _), (.bytes, _), (.time, _), (.microTime, _):
            complain("expected string, got \(goValue(value))")
        case (.quantity, .array), (.quantity, .object), (.intOrString, .array),
            (.intOrString, .object):
            complain("expected any scalar, got \(goValue(value))")
        case (.quantity, _), (.intOrString, _): break
        }
    }

    private static func checkList(
        _ elements: [JSON],
        at place: ApplyPlace,
        path: String,
        into problems: inout [String]
    ) {
        let inner = place.element
        guard case .list(let keys) = place.shape(of: .array(elements)) else {
            for (index, element) in elements.enumerated() {
                check(element, at: inner, path: "\(path)[\(index)]", into: &problems)
            }
            return
        }
        var seen: Set<FieldElement> = []
        for (index, element) in elements.enumerated() {
            do throws(ApplyFailure) {
                let identity = try place.identity(of: element, keys: keys)
                if !seen.insert(identity).inserted {
                    problems.append("\(path): duplicate entries for key \(identity)")
                }
                check(element, at: inner, path: path + identity.description, into: &problems)
            } catch {
                problems.append("\(path): element \(index): \(error.message)")
                return
            }
        }
    }

    /// As `%v` prints the wrapped value.
    private static func goValue(_ value: JSON) -> String {
        "&{\(StrategicMergePatch.goText(value))}"
    }

    private static func goType(_ value: JSON) -> String {
        switch value {
        case .null: "<nil>"
        case .bool: "bool"
        case .number: "int64"
        case .string: "string"
        case .array: "[]interface {}"
        case .object: "map[string]interface {}"
        }
    }
}
