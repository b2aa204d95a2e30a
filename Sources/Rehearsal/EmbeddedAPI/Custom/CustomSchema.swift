import JSONValues
import KubernetesObjects

/// The schema of one version of a custom resource: what is kept, what is filled in, what is valid.
struct CustomSchema: Sendable {
    /// The `openAPIV3Schema`.
    let document: JSON
    let types: TypeSchema

    init(document: JSON?) {
        self.document = document ?? .emptyObject
        types = TypeSchema(customResource: document)
    }

    /// The object without what the schema does not know and with its defaults, and the paths of
    /// what fell away.
    func read(_ object: JSON) throws(WireReader.Failure) -> (JSON, [String]) {
        var unknown: [String] = []
        var result = pruned(object, document, path: [], isTop: true, &unknown)
        setDefaults(&result, document)
        unknown.sort()
        return (result, unknown)
    }

    /// What the schema finds wrong, sorted by path.
    func problems(of object: JSON) -> [FieldError] {
        var object = object
        for key in ["apiVersion", "kind", "metadata"] { object[key] = nil }
        return CustomValidation.problems(of: object, document, path: "")
    }

    private func pruned(
        _ value: JSON,
        _ schema: JSON,
        path: [String],
        isTop: Bool,
        _ unknown: inout [String]
    ) -> JSON {
        let keeps = schema["x-kubernetes-preserve-unknown-fields"]?.bool ?? false
        switch value {
        case .array(let elements):
            guard let items = schema["items"] else { return value }
            return .array(
                elements.enumerated().map { index, element in
                    let place = path.dropLast() + ["\(path.last ?? "")[\(index)]"]
                    return pruned(element, items, path: Array(place), isTop: false, &unknown)
                }
            )
        case .object(let members):
            let properties = schema["properties"]?.object ?? [:]
            let others = schema["additionalProperties"]
            let isEmbedded = schema["x-kubernetes-embedded-resource"]?.bool ?? false
            var result: JSONMembers = [:]
            for (name, member) in members {
                let place = path + [name]
                if isTop || isEmbedded, ["apiVersion", "kind", "metadata"].contains(name) {
                    result[name] = member
                } else if let property = properties[name] {
                    if member.isNull, property["nullable"]?.bool != true {
                        // A null that is not allowed counts as absent when there is a default.
                        if property["default"] != nil { continue }
                    }
                    result[name] = pruned(member, property, path: place, isTop: false, &unknown)
                } else if let others, others.object != nil {
                    result[name] = pruned(member, others, path: place, isTop: false, &unknown)
                } else if keeps || others?.bool == true {
                    result[name] = member
                } else {
                    unknown.append(place.joined(separator: "."))
                }
            }
            return .object(result)
        default: return value
        }
    }

    private func setDefaults(_ value: inout JSON, _ schema: JSON) {
        switch value {
        case .array:
            guard let items = schema["items"], case .array(var elements) = value else { return }
            for index in elements.indices { setDefaults(&elements[index], items) }
            value = .array(elements)
        case .object(var members):
            let properties = schema["properties"]?.object ?? [:]
            for (name, property) in properties {
                if members[name] == nil { members[name] = property["default"] }
                if var member = members[name] {
                    setDefaults(&member, property)
                    members[name] = member
                }
            }
            if let others = schema["additionalProperties"], others.object != nil {
                for (name, member) in members where properties[name] == nil {
                    var member = member
                    setDefaults(&member, others)
                    members[name] = member
                }
            }
            value = .object(members)
        default: break
        }
    }
}
