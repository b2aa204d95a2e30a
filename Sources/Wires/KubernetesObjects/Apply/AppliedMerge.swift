import JSONValues

/// Merges what is applied into what is there, and takes away what is no longer applied.
enum AppliedMerge {
    /// The live value with the applied one over it.
    ///
    /// Nil when nothing is left.
    static func merge(
        _ live: JSON?,
        _ applied: JSON?,
        at place: ApplyPlace
    ) throws(ApplyFailure) -> JSON? {
        guard let applied else { return live }
        switch (place.shape(of: applied), place.shape(of: live ?? applied)) {
        case (.map, .map):
            let (left, right) = (live?.mapMembers ?? [:], applied.mapMembers)
            if left.isEmpty, right.isEmpty { return applied }
            var members = left
            for (key, value) in right {
                members[key] = try merge(left[key], value, at: place.child(key))
            }
            return members.isEmpty ? Optional.none : .object(members)
        case (.list(let keys), .list):
            let (left, right) = (live?.listElements ?? [], applied.listElements)
            if left.isEmpty, right.isEmpty { return applied }
            return try mergeLists(left, right, keys, at: place)
        default: return applied
        }
    }

    /// The applied elements keep their order, the live ones theirs; where an element is in both, it
    /// ties the two orders together.
    private static func mergeLists(
        _ live: [JSON],
        _ applied: [JSON],
        _ keys: [String],
        at place: ApplyPlace
    ) throws(ApplyFailure) -> JSON? {
        let left = try IndexedList(live, keys, at: place, allowsDuplicates: true)
        let right = try IndexedList(applied, keys, at: place, allowsDuplicates: false)
        let inner = place.element
        var shared = right.identities.filter { left.values[$0] != nil }[...]
        var nextShared = shared.popFirst()
        var merged: Set<FieldElement> = []
        var result: [JSON] = []
        var (l, r) = (0, 0)
        while l < left.identities.count || r < right.identities.count {
            if l < left.identities.count, r < right.identities.count {
                let identity = left.identities[l]
                if identity == right.identities[r] {
                    merged.insert(identity)
                    let value = try merge(left.value(identity), right.value(identity), at: inner)
                    if let value { result.append(value) }
                    (l, r) = (l + 1, r + 1)
                    nextShared = shared.popFirst()
                    continue
                }
                if right.values[identity] != nil, let nextShared, nextShared != identity {
                    // It comes later, where the applied order has it.
                    l += 1
                    continue
                }
            }
            if l < left.identities.count {
                let identity = left.identities[l]
                if right.values[identity] == nil {
                    result.append(live[l])
                    l += 1
                    continue
                }
                if merged.contains(identity) { l += 1 }
            }
            if r < right.identities.count {
                let identity = right.identities[r]
                merged.insert(identity)
                let value = try merge(left.value(identity), right.value(identity), at: inner)
                if let value { result.append(value) }
                r += 1
                if nextShared == identity { nextShared = shared.popFirst() }
            }
        }
        return result.isEmpty ? Optional.none : .array(result)
    }

    /// A list with the identity of each element.
    private struct IndexedList {
        var identities: [FieldElement] = []
        /// An element that stands twice has no value of its own, which null expresses.
        var values: [FieldElement: JSON] = [:]

        init(
            _ elements: [JSON],
            _ keys: [String],
            at place: ApplyPlace,
            allowsDuplicates: Bool
        ) throws(ApplyFailure) {
            for element in elements {
                let identity = try place.identity(of: element, keys: keys)
                if values[identity] == nil {
                    values[identity] = element
                } else if allowsDuplicates {
                    values[identity] = .null
                } else {
                    throw .invalid("duplicate entries for key \(identity)")
                }
                identities.append(identity)
            }
        }

        func value(_ identity: FieldElement) -> JSON? { values[identity] }
    }

    // MARK: Taking away

    /// The value without the fields in `set`.
    ///
    /// What becomes empty becomes null, as in Go, where it still counts as a field until the object
    /// is written.
    static func remove(_ set: FieldSet, from value: JSON, at place: ApplyPlace) -> JSON {
        if set.isEmpty { return value }
        switch place.shape(of: value) {
        case .leaf: return isAtomicContainer(value) ? .null : value
        case .map:
            guard case .object(let members) = value, !members.isEmpty else { return .null }
            var kept: JSONMembers = [:]
            for (key, member) in members {
                let node = set[.name(key)]
                if node.isMember { continue }
                kept[key] = remove(node.children, from: member, at: place.child(key))
            }
            return kept.isEmpty ? .null : .object(kept)
        case .list(let keys):
            let inner = place.element
            var kept: [JSON] = []
            for element in value.listElements {
                let identity: FieldElement
                do { identity = try place.identity(of: element, keys: keys) } catch {
                    kept.append(element)
                    continue
                }
                let node = set[identity]
                if node.isMember { continue }
                kept.append(remove(node.children, from: element, at: inner))
            }
            return kept.isEmpty ? .null : .array(kept)
        }
    }

    private static func isAtomicContainer(_ value: JSON) -> Bool {
        value.object != nil || value.array != nil
    }

    /// Without the nulls that `remove` left: a null is written only where the schema allows one.
    static func withoutLeftovers(_ value: JSON, at place: ApplyPlace) -> JSON {
        switch (value, place.shape(of: value)) {
        case (.object(let members), .map):
            var kept: JSONMembers = [:]
            for (key, member) in members {
                let inner = place.child(key)
                if member.isNull, !inner.allowsNull { continue }
                kept[key] = withoutLeftovers(member, at: inner)
            }
            return .object(kept)
        case (.array(let elements), .list(keys: let keys)) where !keys.isEmpty:
            let inner = place.element
            return .array(elements.map { withoutLeftovers($0, at: inner) })
        default: return value
        }
    }
}

extension ApplyPlace {
    /// Whether a null is data here.
    fileprivate var allowsNull: Bool {
        switch self {
        case .typed(let schema): schema.isNullable
        case .atomic, .deduced, .undeclared: true
        }
    }
}
