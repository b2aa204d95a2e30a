import JSONValues

/// The members of one mapping: refuses a key that stands twice and follows merge keys.
struct YAMLMappingBuilder {
    private var own: [YAMLNode.Member] = []
    private var indices: [String: Int] = [:]
    private var merged: [YAMLNode.Member] = []

    /// The mapping's own members, then what it merged and did not set itself.
    var members: [YAMLNode.Member] {
        guard !merged.isEmpty else { return own }
        var seen = Set(own.map(\.key))
        return own + merged.filter { seen.insert($0.key).inserted }
    }

    mutating func add(key: YAMLNode, at keyPlace: YAMLPlace, value: YAMLNode) throws {
        let name = try keyText(key, at: keyPlace)
        if let index = indices[name] {
            throw YAMLFailure(
                place: keyPlace,
                problem: "the key \"\(name)\" stands twice; first at \(own[index].keyPlace)"
            )
        }
        indices[name] = own.count
        own.append(YAMLNode.Member(key: name, keyPlace: keyPlace, value: value))
    }

    /// `<<: *defaults` or `<<: [*first, *second]`; what is merged earlier wins.
    mutating func merge(_ value: YAMLNode, at place: YAMLPlace) throws {
        for source in value.elements ?? [value] {
            guard let members = source.members else {
                throw YAMLFailure(place: place, problem: "<< takes a mapping or a list of mappings")
            }
            merged.append(contentsOf: members)
        }
    }

    /// Keys that are no strings become strings as kubectl's do.
    private func keyText(_ key: YAMLNode, at place: YAMLPlace) throws -> String {
        switch key.value {
        case .string(let text): return text
        case .number(let number): return number.literal
        case .bool(let value): return value ? "true" : "false"
        case .null, .list, .mapping:
            throw YAMLFailure(place: place, problem: "a key may not be \(key.kindName)")
        }
    }
}
