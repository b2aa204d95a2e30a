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

    // Invariant: no node is empty.
    private(set) var nodes: [FieldElement: Node] = [:]

    package init() {}

    /// The set of exactly these paths.
    package init(_ paths: [[FieldElement]]) {
        for path in paths { insert(path[...]) }
    }

    package var isEmpty: Bool { nodes.isEmpty }

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
            guard let node = set.nodes[element] else { return false }
            if depth == path.count - 1 { return node.isMember }
            set = node.children
        }
        return false
    }

    /// Puts one path into the set; the empty path is none.
    package mutating func insert(_ path: [FieldElement]) { insert(path[...]) }

    /// What the set holds below `element`.
    package func below(_ element: FieldElement) -> FieldSet {
        nodes[element]?.children ?? FieldSet()
    }

    subscript(element: FieldElement) -> Node {
        get { nodes[element] ?? Node() }
        set { nodes[element] = newValue.isEmpty ? Optional.none : newValue }
    }

    // MARK: Algebra

    /// The paths of either.
    package func union(_ other: FieldSet) -> FieldSet {
        if isEmpty { return other }
        var result = self
        for (element, node) in other.nodes {
            guard let own = nodes[element] else {
                result.nodes[element] = node
                continue
            }
            let both = Node(
                isMember: own.isMember || node.isMember,
                children: own.children.union(node.children)
            )
            // What gains nothing stays the same set, as in a difference.
            if both != own { result.nodes[element] = both }
        }
        return result
    }

    /// The paths of both.
    package func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        for (element, node) in nodes {
            guard let other = other.nodes[element] else { continue }
            result[element] = Node(
                isMember: node.isMember && other.isMember,
                children: node.children.intersection(other.children)
            )
        }
        return result
    }

    /// Without the paths of `other`; what stands below one of them stays.
    package func difference(_ other: FieldSet) -> FieldSet {
        var result = self
        for (element, node) in other.nodes {
            guard let own = nodes[element] else { continue }
            let kept = Node(
                isMember: own.isMember && !node.isMember,
                children: own.children.difference(node.children)
            )
            // What loses nothing stays the same set, so that comparing it with what it was is no work.
            if kept != own { result[element] = kept }
        }
        return result
    }

    /// Without the paths of `other` and all that stands below them.
    package func recursiveDifference(_ other: FieldSet) -> FieldSet {
        var result = self
        for (element, node) in other.nodes {
            guard let own = nodes[element] else { continue }
            if node.isMember {
                result.nodes[element] = nil
            } else {
                result[element] = Node(
                    isMember: own.isMember,
                    children: own.children.recursiveDifference(node.children)
                )
            }
        }
        return result
    }

    // MARK: The form of `fieldsV1`

    /// Reads what `fieldsV1` holds.
    package init(json: JSON) throws(ParseError) {
        guard case .object(let members) = json else {
            throw ParseError("a field set should be an object, not \(json.kindName)")
        }
        for (key, value) in members where key != "." {
            guard case .object(let inner) = value else {
                throw ParseError("\(key) should hold an object, not \(value.kindName)")
            }
            self[try FieldElement(text: key)] = Node(
                isMember: inner.isEmpty || inner["."] != nil,
                children: try FieldSet(json: value)
            )
        }
    }

    /// As `fieldsV1` has it; `{}` for the empty set.
    package var json: JSON {
        let members = nodes.map { element, node in
            var value = node.children.json
            if node.isMember, !node.children.isEmpty { value["."] = .emptyObject }
            return (key: element.text, value: value)
        }
        return .object(JSONMembers(members))
    }

    private mutating func insert(_ path: ArraySlice<FieldElement>) {
        guard let element = path.first else { return }
        if path.count == 1 {
            nodes[element, default: Node()].isMember = true
        } else {
            nodes[element, default: Node()].children.insert(path.dropFirst())
        }
    }

    private func collect(_ prefix: [FieldElement], into found: inout [[FieldElement]]) {
        let sorted = nodes.sorted { $0.key < $1.key }
        for (element, node) in sorted where node.isMember { found.append(prefix + [element]) }
        for (element, node) in sorted { node.children.collect(prefix + [element], into: &found) }
    }
}

extension [FieldElement] {
    /// As a conflict names it: `.spec.containers[name="web"].image`.
    package var fieldPath: String { map(\.description).joined() }
}
