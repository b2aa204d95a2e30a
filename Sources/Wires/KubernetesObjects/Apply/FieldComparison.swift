import JSONValues

/// Which fields differ between two states of an object.
package struct FieldComparison: Sendable, Hashable {
    /// Fields that only the earlier state has.
    package var removed = FieldSet()
    /// Fields that both have, with other values.
    package var modified = FieldSet()
    /// Fields that only the later state has.
    package var added = FieldSet()

    /// Compares by the schema, without which every list is one value; throws where a state does not
    /// fit it.
    package init(
        from before: JSON,
        to after: JSON,
        schema: TypeSchema?
    ) throws(ApplyFailure) {
        let nodes = try Nodes(before, after, at: ApplyPlace(schema))
        removed = nodes.removed.children
        modified = nodes.modified.children
        added = nodes.added.children
    }

    /// Added or changed: what the writer of the later state owns.
    var changed: FieldSet { modified.union(added) }

    func without(_ ignored: FieldSet) -> FieldComparison {
        guard !ignored.isEmpty else { return self }
        var result = self
        result.removed = removed.recursiveDifference(ignored)
        result.modified = modified.recursiveDifference(ignored)
        result.added = added.recursiveDifference(ignored)
        return result
    }
}

/// The three answers at one place and below it.
private struct Nodes {
    var removed = FieldSet.Node()
    var modified = FieldSet.Node()
    var added = FieldSet.Node()

    /// Both nil is never asked.
    init(_ before: JSON?, _ after: JSON?, at place: ApplyPlace) throws(ApplyFailure) {
        if let before, let after, before == after { return }
        let shape = place.shape(of: after ?? before)
        let otherShape = place.shape(of: before ?? after)
        switch (shape, otherShape) {
        case (.map, .map):
            let (left, right) = (before?.mapMembers ?? [:], after?.mapMembers ?? [:])
            if left.isEmpty, right.isEmpty {
                leaf(before, after)
                return
            }
            for (key, value) in left {
                // What is the same needs no place: most of an object is, at every write.
                let other = right[key]
                if other == value { continue }
                try compare(value, other, .name(key), at: place.child(key))
            }
            for (key, value) in right where left[key] == nil {
                try compare(nil, value, .name(key), at: place.child(key))
            }
        case (.list(let keys), .list):
            let (left, right) = (before?.listElements ?? [], after?.listElements ?? [])
            if left.isEmpty, right.isEmpty {
                leaf(before, after)
                return
            }
            try compareLists(left, right, keys, at: place)
        default:
            leaf(before, after)
            return
        }
        if before == nil { added.isMember = true }
        if after == nil { removed.isMember = true }
    }

    private mutating func leaf(_ before: JSON?, _ after: JSON?) {
        guard let before else {
            added.isMember = true
            return
        }
        guard let after else {
            removed.isMember = true
            return
        }
        if !before.means(after) { modified.isMember = true }
    }

    private mutating func compare(
        _ before: JSON?,
        _ after: JSON?,
        _ element: FieldElement,
        at place: ApplyPlace
    ) throws(ApplyFailure) {
        let inner = try Nodes(before, after, at: place)
        if !inner.removed.isEmpty { removed.children[element] = inner.removed }
        if !inner.modified.isEmpty { modified.children[element] = inner.modified }
        if !inner.added.isEmpty { added.children[element] = inner.added }
    }

    private mutating func compareLists(
        _ before: [JSON],
        _ after: [JSON],
        _ keys: [String],
        at place: ApplyPlace
    ) throws(ApplyFailure) {
        let left = try Self.group(before, keys, at: place)
        let right = try Self.group(after, keys, at: place)
        let inner = place.element
        for identity in Set(left.keys).union(right.keys) {
            let (old, new) = (left[identity] ?? [], right[identity] ?? [])
            switch (old.count, new.count) {
            case (0...1, 0...1): try compare(old.first, new.first, identity, at: inner)
            case (2..., 2...):
                let isSame = old.count == new.count && zip(old, new).allSatisfy { $0.means($1) }
                if !isSame { modified.children[identity].isMember = true }
            case (2..., _):
                if let value = new.first { try compare(nil, value, identity, at: inner) }
                removed.children[identity].isMember = true
            default:
                if let value = old.first { try compare(value, nil, identity, at: inner) }
                added.children[identity].isMember = true
            }
        }
    }

    private static func group(
        _ elements: [JSON],
        _ keys: [String],
        at place: ApplyPlace
    ) throws(ApplyFailure) -> [FieldElement: [JSON]] {
        var groups: [FieldElement: [JSON]] = [:]
        for element in elements {
            groups[try place.identity(of: element, keys: keys), default: []].append(element)
        }
        return groups
    }
}
