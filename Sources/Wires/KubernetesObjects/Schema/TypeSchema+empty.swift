import JSONValues

extension TypeSchema {
    /// What a Go server sees where no object is yet: the structs that are never absent, and null for
    /// the required lists and maps.
    ///
    /// Server-side apply compares a new object with it, which is why `f:spec` has no `.` of its own.
    package var emptyObject: JSON {
        var members: [String: JSON] = [:]
        for name in fieldNames {
            guard let place = field(name) else { continue }
            if place.isAlwaysWritten {
                members[name] = place.emptyObject
            } else if place.isRequired, [.object, .map, .list].contains(place.kind) {
                members[name] = .null
            }
        }
        return .object(members)
    }

    /// The object with the structs that a Go server writes though they are empty.
    ///
    /// The twin needs them to answer as a real server does: a container always has `resources`.
    package func withEmptyStructs(_ value: JSON) -> JSON {
        switch value {
        case .object(var members):
            for (key, member) in members {
                if let place = child(key) { members[key] = place.withEmptyStructs(member) }
            }
            for name in fieldNames where members[name] == nil {
                guard let place = field(name), place.isAlwaysWritten else { continue }
                members[name] = place.withEmptyStructs(.emptyObject)
            }
            return .object(members)
        case .array(let elements):
            guard let items, [.object, .map, .list].contains(items.kind) else { return value }
            return .array(elements.map(items.withEmptyStructs))
        default: return value
        }
    }
}
