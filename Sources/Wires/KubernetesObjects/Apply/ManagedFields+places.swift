import JSONValues

extension ManagedFields {
    /// Who owns what stands at a place of an object, the one that wrote last in front.
    ///
    /// A list that is written whole is owned whole, and so is everything in it.
    package func owners(of pointer: JSONPointer, in object: JSON) -> [Entry] {
        entries.filter { $0.fields.owns(pointer.tokens[...], in: object) }
            .sorted { left, right in
                (right.time ?? "", left.manager) < (left.time ?? "", right.manager)
            }
    }
}

extension FieldSet {
    /// Whether the set holds the place, or something whole that the place is a part of.
    fileprivate func owns(_ tokens: ArraySlice<String>, in value: JSON) -> Bool {
        guard let token = tokens.first else { return false }
        let child: JSON?
        let elements: [FieldElement]
        if value.array != nil {
            let index = Int(token)
            child = index.flatMap { value[$0] }
            elements = nodes.map(\.element).filter { element in
                switch element {
                case .index(let position): position == index
                case .value(let other): other == child
                case .key(let fields): fields.allSatisfy { child?[$0.key] == $0.value }
                case .name: false
                }
            }
        } else {
            child = value[token]
            elements = [.name(token)]
        }
        let rest = tokens.dropFirst()
        return elements.contains { element in
            let node = self[element]
            if rest.isEmpty || node.children.isEmpty { return node.isMember }
            return node.children.owns(rest, in: child ?? .null)
        }
    }
}
