import JSONValues

extension FieldSet {
    /// All fields that `object` has: what an applier owns.
    package init(of object: JSON, schema: TypeSchema?) throws(ApplyFailure) {
        self = try FieldSet.node(of: object, at: ApplyPlace(schema)).children
    }

    static func node(of value: JSON, at place: ApplyPlace) throws(ApplyFailure) -> Node {
        var node = Node()
        switch place.shape(of: value) {
        case .leaf: node.isMember = true
        case .map:
            for (key, member) in value.mapMembers {
                var child = try Self.node(of: member, at: place.child(key))
                if member.isNull || member == .emptyObject || !place.declares(key) {
                    child.isMember = true
                }
                node.children[.name(key)] = child
            }
        case .list(let keys):
            try collect(value.listElements, keys, at: place, into: &node.children)
        }
        return node
    }

    /// An element that stands twice is owned as a whole.
    private static func collect(
        _ elements: [JSON],
        _ keys: [String],
        at place: ApplyPlace,
        into set: inout FieldSet
    ) throws(ApplyFailure) {
        var counts: [FieldElement: Int] = [:]
        var identities: [FieldElement] = []
        for element in elements {
            let identity = try place.identity(of: element, keys: keys)
            identities.append(identity)
            counts[identity, default: 0] += 1
        }
        let inner = place.element
        for (element, identity) in zip(elements, identities) {
            var child = Node()
            if counts[identity] == 1 { child = try node(of: element, at: inner) }
            child.isMember = true
            set[identity] = child
        }
    }

    /// The set with the declared fields that lead to a member, which become members themselves.
    func withDeclaredParents(at place: ApplyPlace) -> FieldSet {
        var result = FieldSet()
        for (element, node) in nodes {
            var isMember = node.isMember
            if !node.children.isEmpty, case .name(let name) = element, place.declares(name) {
                isMember = true
            }
            let inner = place.descend(element)
            result[element] = Node(
                isMember: isMember,
                children: node.children.withDeclaredParents(at: inner)
            )
        }
        return result
    }
}
