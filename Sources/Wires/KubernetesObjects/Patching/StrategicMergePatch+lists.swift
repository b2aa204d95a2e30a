import JSONValues

/// How lists merge: by key, or as a set of scalars, and in which order.
extension StrategicMergePatch {
    private static let listType = "[]interface {}"
    private static let mapType = "map[string]interface {}"

    /// A merged list, and the order that an enclosing `$setElementOrder/` goes by.
    ///
    /// A Go server deletes from and appends to the live list in place: what is new takes, in that
    /// order, the places that deletion freed. What it answers depends on that, so it is kept.
    struct MergedList {
        let elements: [JSON]
        let serverOrder: [JSON]
    }

    static func mergeList(
        _ patch: [JSON],
        into original: [JSON],
        _ place: TypeSchema?
    ) throws(Failure) -> MergedList {
        func result(_ elements: [JSON]) -> MergedList {
            MergedList(elements: elements, serverOrder: original)
        }
        guard place?.patchStrategies.contains("merge") == true else { return result(patch) }
        if original.isEmpty, patch.isEmpty { return result(original) }
        guard try holdsObjects(original, patch) else {
            var seen: Set<JSON> = []
            let merged = (original + patch).filter { seen.insert($0).inserted }
            return result(ordered(merged, patchOrder: patch, serverOrder: original, key: nil))
        }
        guard let key = place?.patchMergeKey else {
            throw Failure(
                "cannot merge lists without merge key for \(place?.items?.shortTypeName ?? "")"
            )
        }
        let (kept, additions) = try obeyDirectives(original, patch, key)
        let merged = try mergeElements(additions, into: kept, key, place?.items)
        return MergedList(
            elements: ordered(merged, patchOrder: additions, serverOrder: kept, key: key),
            serverOrder: Array(merged.prefix(original.count))
        )
    }

    /// Elements with `$patch: delete` delete those with their key; one with `$patch: replace`
    /// replaces the whole list by the patch's other elements.
    private static func obeyDirectives(
        _ original: [JSON],
        _ patch: [JSON],
        _ key: String
    ) throws(Failure) -> (kept: [JSON], additions: [JSON]) {
        var additions: [JSON] = []
        var deleted: Set<JSON> = []
        var isReplaced = false
        for element in patch {
            switch element[directive] {
            case nil: additions.append(element)
            case "delete"?:
                guard let value = element[key] else { throw .noMergeKey(element, key) }
                deleted.insert(value)
            case "replace"?: isReplaced = true
            case "merge"?:
                throw Failure("merging lists cannot yet be specified in the patch")
            case let word?: throw .unknownDirective(word, in: element)
            }
        }
        if isReplaced { return (additions, []) }
        guard !deleted.isEmpty else { return (original, additions) }
        let kept = original.filter { $0[key].map { !deleted.contains($0) } ?? true }
        return (kept, additions)
    }

    private static func mergeElements(
        _ patch: [JSON],
        into original: [JSON],
        _ key: String,
        _ schema: TypeSchema?
    ) throws(Failure) -> [JSON] {
        var merged = original
        var positions: [JSON: Int] = [:]
        for (index, element) in original.enumerated() {
            if let value = element[key], positions[value] == nil { positions[value] = index }
        }
        for element in patch {
            guard let value = element[key] else { throw .noMergeKey(element, key) }
            if let index = positions[value] {
                merged[index] = .object(
                    try merge(element.object ?? [:], into: merged[index].object ?? [:], schema)
                )
            } else {
                positions[value] = merged.count
                merged.append(element)
            }
        }
        for element in merged where element[key] == nil { throw .noMergeKey(element, key) }
        return merged
    }

    /// Whether the elements are objects.
    ///
    /// All must be of one type.
    private static func holdsObjects(_ lists: [JSON]...) throws(Failure) -> Bool {
        var kinds: Set<String> = []
        for list in lists {
            for element in list { kinds.insert(element.kindName) }
        }
        if kinds.contains(JSON.array([]).kindName) { throw .listOfLists }
        guard kinds.count <= 1 else {
            let text = lists.map { goText(.array($0)) }.joined(separator: " ")
            throw Failure("list element types are not identical: [\(text)]")
        }
        return kinds.contains(JSON.emptyObject.kindName)
    }

    // MARK: Order

    /// `$setElementOrder/` lists say in which order the elements that the user knows shall stand.
    static func mergeOrderedLists(
        _ patch: inout JSONMembers,
        into members: inout JSONMembers,
        _ schema: TypeSchema?
    ) throws(Failure) {
        for directive in patch.keys where directive.hasPrefix(elementOrderPrefix) {
            let order = patch.removeValue(forKey: directive) ?? .null
            guard case .array(let wanted) = order else {
                throw .type(expected: listType, seen: order)
            }
            let key = String(directive.dropFirst(elementOrderPrefix.count))
            let place = try lookUp(key, in: schema)
            let original = try list(members[key])
            let changes = try list(patch[key])
            let mergeKey = place?.patchMergeKey
            try checkOrder(of: changes ?? [], against: wanted, key: mergeKey)
            let merged: MergedList
            switch (original, changes) {
            case (let original?, nil):
                merged = MergedList(elements: original, serverOrder: original)
            case (nil, let changes?):
                let added = changes.compactMap(withoutDirectives)
                merged = MergedList(elements: added, serverOrder: [])
            case (let original?, let changes?):
                merged = try mergeList(changes, into: original, place)
            case (nil, nil): continue
            }
            members[key] = .array(
                ordered(
                    merged.elements,
                    patchOrder: wanted,
                    serverOrder: merged.serverOrder,
                    key: mergeKey
                )
            )
            patch[key] = nil
        }
    }

    private static func list(_ value: JSON?) throws(Failure) -> [JSON]? {
        guard let value else { return nil }
        guard case .array(let elements) = value else {
            throw .type(expected: listType, seen: value)
        }
        return elements
    }

    /// What the patch sets must stand in the order that it demands.
    private static func checkOrder(
        of patch: [JSON],
        against order: [JSON],
        key: String?
    ) throws(Failure) {
        guard !patch.isEmpty, !order.isEmpty else { return }
        let set = patch.filter { $0[directive] == nil }
        var index = 0
        for wanted in order where index < set.count {
            if try identity(set[index], key) == identity(wanted, key) { index += 1 }
        }
        guard index == set.count else {
            throw Failure(
                "The order in patch list:\n\(goText(.array(patch)))\n doesn't match "
                    + "$setElementOrder list:\n\(goText(.array(order)))\n"
            )
        }
    }

    private static func identity(_ element: JSON, _ key: String?) throws(Failure) -> JSON {
        guard let key else { return element }
        guard element.object != nil else { throw .type(expected: mapType, seen: element) }
        guard let value = element[key] else { throw .noMergeKey(element, key) }
        return value
    }

    /// The elements that the patch names stand in its order, the others in the server's; where the
    /// two meet, the server's order decides between elements that it knows, and else the patch's
    /// come first.
    private static func ordered(
        _ merged: [JSON],
        patchOrder: [JSON],
        serverOrder: [JSON],
        key: String?
    ) -> [JSON] {
        func name(_ element: JSON) -> JSON { key.flatMap { element[$0] } ?? element }
        func positions(_ list: [JSON]) -> [JSON: Int] {
            Dictionary(list.enumerated().map { (name($1), $0) }, uniquingKeysWith: min)
        }
        let wanted = positions(patchOrder)
        let known = positions(serverOrder)
        let named = merged.filter { wanted[name($0)] != nil }
            .sorted { (wanted[name($0)] ?? 0) < (wanted[name($1)] ?? 0) }
        let others = merged.filter { wanted[name($0)] == nil }
            .sorted { (known[name($0)] ?? 0) < (known[name($1)] ?? 0) }
        var result: [JSON] = []
        result.reserveCapacity(merged.count)
        var (left, right) = (others[...], named[...])
        while let other = left.first, let own = right.first {
            if let before = known[name(other)], let after = known[name(own)], before < after {
                result.append(other)
                left = left.dropFirst()
            } else {
                result.append(own)
                right = right.dropFirst()
            }
        }
        return result + left + right
    }
}

extension TypeSchema {
    /// The name of the type without its package, as messages have it.
    var shortTypeName: String? {
        referenceName?.split(separator: ".").last.map(String.init)
    }
}
