import JSONValues

extension JSON {
    /// Sets a member that is absent.
    mutating func setDefault(_ key: String, _ value: JSON) {
        guard case .object(let members) = self else {
            if isNull { self = .object([key: value]) }
            return
        }
        if members[key] == nil { self[key] = value }
    }

    /// Sets a text that is absent or empty.
    mutating func setDefaultText(_ key: String, _ value: String) {
        if (self[key]?.string ?? "").isEmpty { self[key] = .string(value) }
    }

    /// Sets a number that is absent or zero.
    mutating func setDefaultNumber(_ key: String, _ value: Int) {
        if (self[key]?.int ?? 0) == 0 { self[key] = .int(value) }
    }

    /// Changes the object at `key`, if there is one.
    mutating func change(_ key: String, _ body: (inout JSON) -> Void) {
        guard var child = self[key], !child.isNull else { return }
        self[key] = .null  // Keeps `child` uniquely referenced while it is changed.
        body(&child)
        self[key] = child
    }

    /// Changes each element of the list at `key`, if there is one.
    mutating func changeEach(_ key: String, _ body: (inout JSON) -> Void) {
        guard case .array(var elements)? = self[key] else { return }
        self[key] = .null  // Keeps `elements` uniquely referenced while they are changed.
        for index in elements.indices { body(&elements[index]) }
        self[key] = .array(elements)
    }
}
