import JSONValues

extension TypeSchema {
    /// What a Go server sees where no object is yet: the structs that are never absent, and null for
    /// the required lists and maps.
    ///
    /// Server-side apply compares a new object with it, which is why `f:spec` has no `.` of its own.
    package var emptyObject: JSON {
        var members: JSONMembers = [:]
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
}
