import JSONValues

/// Compares two objects of a kind by what they mean, not by how they are written.
///
/// Raw JSON would call every copied object different: defaults, book-keeping, quantities and the
/// order of keyed lists all vary between servers while the object is the same.
package struct SemanticDiff: Sendable {
    /// What does not count as a difference.
    package struct Options: Sendable {
        /// Whether `status` is left out.
        package var ignoresStatus = true
        /// Whether what a server sets in `metadata` is left out: uid, versions, times, managed
        /// fields.
        package var ignoresServerMetadata = true
        /// Whether a field that only the target has is no difference: the target's server may
        /// default more than the source's.
        ///
        /// Elements of keyed lists still count.
        package var ignoresAdditions = false
        /// Whether the order of keyed lists and sets counts.
        package var comparesOrder = false
        /// More that is left out, with all below it.
        package var ignored = FieldSet()

        package init(
            ignoresStatus: Bool = true,
            ignoresServerMetadata: Bool = true,
            ignoresAdditions: Bool = false,
            comparesOrder: Bool = false,
            ignored: FieldSet = FieldSet()
        ) {
            self.ignoresStatus = ignoresStatus
            self.ignoresServerMetadata = ignoresServerMetadata
            self.ignoresAdditions = ignoresAdditions
            self.comparesOrder = comparesOrder
            self.ignored = ignored
        }
    }

    /// One place that differs.
    ///
    /// Its values may be secret, so that it prints as its path.
    package struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// From the object itself down to the place.
        package let path: [FieldElement]
        /// Nil when the place is absent there.
        package let source: JSON?
        /// Nil when the place is absent there.
        package let target: JSON?

        package init(path: [FieldElement], source: JSON?, target: JSON?) {
            self.path = path
            self.source = source
            self.target = target
        }

        /// `.spec.containers[name="web"].image`.
        package var description: String { path.fieldPath }
    }

    private let options: Options
    private let ignored: FieldSet
    private var found: [Difference] = []

    /// All differences, in the order of their paths.
    package static func differences(
        from source: JSON,
        to target: JSON,
        schema: TypeSchema?,
        options: Options = Options()
    ) -> [Difference] {
        var diff = SemanticDiff(options: options)
        diff.compare(source, target, schema, path: [], ignored: diff.ignored)
        return diff.found
    }

    /// What a server sets in `metadata` of every object.
    package static let serverMetadata: [String] = [
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "managedFields", "selfLink",
    ]

    private init(options: Options) {
        self.options = options
        var ignored = options.ignored
        if options.ignoresStatus { ignored.insert([.name("status")]) }
        if options.ignoresServerMetadata {
            for name in Self.serverMetadata { ignored.insert([.name("metadata"), .name(name)]) }
        }
        self.ignored = ignored
    }

    private mutating func compare(
        _ source: JSON?,
        _ target: JSON?,
        _ schema: TypeSchema?,
        path: [FieldElement],
        ignored: FieldSet
    ) {
        if source == target { return }
        switch (source, target) {
        case (.object(let left)?, .object(let right)?):
            compareMembers(left, right, schema, path: path, ignored: ignored)
        case (.array(let left)?, .array(let right)?):
            compareLists(left, right, schema, path: path, ignored: ignored)
        case (nil, let right?) where options.ignoresAdditions && !right.isVoid: break
        case (let left, let right) where left.isVoid && right.isVoid: break
        case (.object(let left)?, nil), (.object(let left)?, .null?):
            // It may hold nothing that counts, or nothing but what is ignored.
            compareMembers(left, [:], schema, path: path, ignored: ignored)
        case (nil, .object(let right)?), (.null?, .object(let right)?):
            compareMembers([:], right, schema, path: path, ignored: ignored)
        case (let left?, let right?) where Self.mean(left, right, schema): break
        default: found.append(Difference(path: path, source: source, target: target))
        }
    }

    private mutating func compareMembers(
        _ source: JSONMembers,
        _ target: JSONMembers,
        _ schema: TypeSchema?,
        path: [FieldElement],
        ignored: FieldSet
    ) {
        for key in Set(source.keys).union(target.keys).sorted() {
            let element = FieldElement.name(key)
            if ignored.contains([element]) { continue }
            compare(
                source[key],
                target[key],
                schema?.child(key),
                path: path + [element],
                ignored: ignored.below(element)
            )
        }
    }

    /// Whether two scalars mean the same at a place.
    private static func mean(_ left: JSON, _ right: JSON, _ schema: TypeSchema?) -> Bool {
        if left.means(right) { return true }
        switch schema?.kind {
        case .quantity:
            guard let left = left.scalarText, let right = right.scalarText else { return false }
            do { return try Quantity(left) == Quantity(right) } catch { return false }
        case .intOrString: return left.scalarText != nil && left.scalarText == right.scalarText
        default: return false
        }
    }
}

// MARK: - Lists

extension SemanticDiff {
    private mutating func compareLists(
        _ source: [JSON],
        _ target: [JSON],
        _ schema: TypeSchema?,
        path: [FieldElement],
        ignored: FieldSet
    ) {
        let place = ApplyPlace(schema)
        if case .list(let keys) = place.shape(of: .array(source)),
            let left = Keyed(source, keys, place), let right = Keyed(target, keys, place)
        {
            compareKeyed(left, right, schema, path: path, ignored: ignored)
            return
        }
        for index in 0..<max(source.count, target.count) {
            let left = index < source.count ? source[index] : nil
            let right = index < target.count ? target[index] : nil
            let elementPath = path + [.index(index)]
            guard left != nil, right != nil else {
                found.append(Difference(path: elementPath, source: left, target: right))
                continue
            }
            let inner = ignored.below(.index(index))
            compare(left, right, schema?.items, path: elementPath, ignored: inner)
        }
    }

    private mutating func compareKeyed(
        _ source: Keyed,
        _ target: Keyed,
        _ schema: TypeSchema?,
        path: [FieldElement],
        ignored: FieldSet
    ) {
        if options.comparesOrder {
            let shared = source.order.filter { target.elements[$0] != nil }
            let other = target.order.filter { source.elements[$0] != nil }
            if shared != other {
                let source = JSON.array(source.order.compactMap { source.elements[$0] })
                let target = JSON.array(target.order.compactMap { target.elements[$0] })
                found.append(Difference(path: path, source: source, target: target))
                return
            }
        }
        let identities = Set(source.order).union(target.order).sorted()
        for identity in identities where !ignored.contains([identity]) {
            let elementPath = path + [identity]
            let (left, right) = (source.elements[identity], target.elements[identity])
            guard left != nil, right != nil else {
                found.append(Difference(path: elementPath, source: left, target: right))
                continue
            }
            let inner = ignored.below(identity)
            compare(left, right, schema?.items, path: elementPath, ignored: inner)
        }
    }

    /// A list by the keys of its elements.
    ///
    /// Nil when an element has none, or two have the same.
    private struct Keyed {
        var order: [FieldElement] = []
        var elements: [FieldElement: JSON] = [:]

        init?(_ list: [JSON], _ keys: [String], _ place: ApplyPlace) {
            for element in list {
                let identity: FieldElement
                do { identity = try place.identity(of: element, keys: keys) } catch { return nil }
                guard elements.updateValue(element, forKey: identity) == nil else { return nil }
                order.append(identity)
            }
        }
    }
}

extension JSON? {
    /// Whether nothing is said: absent, null, or an empty object, list or text.
    ///
    /// False and zero do say something: `replicas: 0` is not the default.
    fileprivate var isVoid: Bool { self?.isVoid ?? true }
}

extension JSON {
    /// Whether nothing is said: null, or an empty object, list or text; an object that holds only
    /// such is empty too.
    fileprivate var isVoid: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.values.allSatisfy(\.isVoid)
        default: false
        }
    }

    /// A text or a number as it is written.
    fileprivate var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.literal
        default: nil
        }
    }
}
