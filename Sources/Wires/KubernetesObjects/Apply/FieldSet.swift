import JSONValues

/// A set of field paths: what a manager owns, or what a change touches.
///
/// A path may be in the set with or without the paths below it, as in structured-merge-diff.
package struct FieldSet: Sendable, Hashable {
    /// What the set holds at one element and below it.
    struct Node: Sendable, Hashable {
        /// Whether the path that ends here is in the set.
        var isMember = false
        var children = FieldSet()

        var isEmpty: Bool { !isMember && children.isEmpty }
    }

    /// Why a text is no field set.
    package struct ParseError: Error, Equatable, CustomStringConvertible {
        package let description: String

        init(_ description: String) { self.description = description }
    }

    // As `fieldsV1` has it, but for a "." at the top: most of what is asked of a set is to be written again,
    // or to be compared with one that shares its storage.
    // Invariant: keys are as `FieldElement.text` writes them; every value is an object, an empty one a member.
    private var members = JSONMembers()

    package init() {}

    private init(members: JSONMembers) { self.members = members }

    /// The set of exactly these paths.
    package init(_ paths: [[FieldElement]]) {
        for path in paths { insert(path[...]) }
    }

    package var isEmpty: Bool { members.isEmpty }

    /// All paths, a parent before its children, else in the order of their elements.
    package var paths: [[FieldElement]] {
        var found: [[FieldElement]] = []
        collect([], into: &found)
        return found
    }

    /// Whether this very path is in the set; one above or below it does not count.
    package func contains(_ path: [FieldElement]) -> Bool {
        var set = self
        for (depth, element) in path.enumerated() {
            let node = set[element]
            if depth == path.count - 1 { return node.isMember }
            set = node.children
        }
        return false
    }

    /// Puts one path into the set; the empty path is none.
    package mutating func insert(_ path: [FieldElement]) { insert(path[...]) }

    /// What the set holds below `element`.
    package func below(_ element: FieldElement) -> FieldSet { self[element].children }

    subscript(element: FieldElement) -> Node {
        get { members[element.text].map(Node.init) ?? Node() }
        set { members[element.text] = newValue.json }
    }

    /// What the set holds at its top, in the order of the elements.
    var nodes: [(element: FieldElement, node: Node)] {
        members.map { text, value in (FieldElement(known: text), Node(value)) }
            .sorted { $0.element < $1.element }
    }

    // MARK: Algebra

    /// The paths of either.
    package func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        var result = self
        for (text, value) in other.members {
            guard let own = members[text] else {
                result.members[text] = value
                continue
            }
            let (left, right) = (Node(own), Node(value))
            let both = Node(
                isMember: left.isMember || right.isMember,
                children: left.children.union(right.children)
            )
            // What gains nothing stays the same set, so that comparing it with what it was is no work.
            if both != left { result.members[text] = both.json }
        }
        return result
    }

    /// The paths of both.
    package func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        for (text, value) in members {
            guard let other = other.members[text] else { continue }
            let (left, right) = (Node(value), Node(other))
            result.members[text] =
                Node(
                    isMember: left.isMember && right.isMember,
                    children: left.children.intersection(right.children)
                ).json
        }
        return result
    }

    /// Without the paths of `other`; what stands below one of them stays.
    package func difference(_ other: FieldSet) -> FieldSet {
        var result = self
        for (text, value) in other.members {
            guard let own = members[text] else { continue }
            let (left, right) = (Node(own), Node(value))
            let kept = Node(
                isMember: left.isMember && !right.isMember,
                children: left.children.difference(right.children)
            )
            // What loses nothing stays the same set, as in a union.
            if kept != left { result.members[text] = kept.json }
        }
        return result
    }

    /// Without the paths of `other` and all that stands below them.
    package func recursiveDifference(_ other: FieldSet) -> FieldSet {
        var result = self
        for (text, value) in other.members {
            guard let own = members[text] else { continue }
            let (left, right) = (Node(own), Node(value))
            guard !right.isMember else {
                result.members[text] = nil
                continue
            }
            let kept = Node(
                isMember: left.isMember,
                children: left.children.recursiveDifference(right.children)
            )
            if kept != left { result.members[text] = kept.json }
        }
        return result
    }

    // MARK: The form of `fieldsV1`

    /// Reads what `fieldsV1` holds.
    package init(json: JSON) throws(ParseError) {
        guard case .object(let members) = json else {
            throw ParseError("a field set should be an object, not \(json.kindName)")
        }
        for (key, value) in members where key != Node.mark {
            guard case .object(let inner) = value else {
                throw ParseError("\(key) should hold an object, not \(value.kindName)")
            }
            self[try FieldElement(text: key)] = Node(
                isMember: inner.isEmpty || inner[Node.mark] != nil,
                children: try FieldSet(json: value)
            )
        }
    }

    /// As `fieldsV1` has it; `{}` for the empty set.
    package var json: JSON { .object(members) }

    private mutating func insert(_ path: ArraySlice<FieldElement>) {
        guard let element = path.first else { return }
        if path.count == 1 {
            self[element].isMember = true
        } else {
            self[element].children.insert(path.dropFirst())
        }
    }

    private func collect(_ prefix: [FieldElement], into found: inout [[FieldElement]]) {
        let nodes = nodes
        for (element, node) in nodes where node.isMember { found.append(prefix + [element]) }
        for (element, node) in nodes { node.children.collect(prefix + [element], into: &found) }
    }
}

extension FieldSet.Node {
    /// The member of an object in `fieldsV1` that puts the object's own path into the set.
    fileprivate static let mark = "."

    fileprivate init(_ json: JSON) {
        var members = json.object ?? [:]
        isMember = members.isEmpty || members[Self.mark] != nil
        if isMember, !members.isEmpty { members[Self.mark] = nil }
        children = FieldSet(members: members)
    }

    /// Nil for one that holds nothing.
    fileprivate var json: JSON? {
        guard !isEmpty else { return nil }
        var members = children.members
        if isMember, !members.isEmpty { members[Self.mark] = .emptyObject }
        return .object(members)
    }
}

extension [FieldElement] {
    /// As a conflict names it: `.spec.containers[name="web"].image`.
    package var fieldPath: String { map(\.description).joined() }
}
