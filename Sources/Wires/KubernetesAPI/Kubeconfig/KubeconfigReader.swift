import YAMLDocuments

/// Reads members of a mapping by their types; each mistake names file, place and entry.
struct KubeconfigReader {
    let origin: KubeconfigOrigin
    let node: YAMLNode

    /// Empty texts count as absent, as they do for kubectl.
    func text(_ key: String) throws(KubeconfigError) -> KubeconfigText? {
        guard let member = member(key) else { return nil }
        guard let text = member.string else {
            let remedy = member.elements == nil && member.members == nil ? "; put it in quotes" : ""
            throw origin.error(
                "\(key) must be a string and is \(member.kindName)\(remedy)",
                at: member.place
            )
        }
        return text.isEmpty ? nil : KubeconfigText(value: text, place: member.place)
    }

    func flag(_ key: String) throws(KubeconfigError) -> Bool {
        guard let member = member(key) else { return false }
        guard let flag = member.bool else {
            throw origin.error(
                "\(key) must be true or false and is \(member.kindName)",
                at: member.place
            )
        }
        return flag
    }

    func texts(_ key: String) throws(KubeconfigError) -> [String] {
        guard let member = member(key) else { return [] }
        return try texts(in: member, named: key)
    }

    /// A mapping from strings to lists of strings.
    func textLists(_ key: String) throws(KubeconfigError) -> [String: [String]] {
        guard let member = member(key) else { return [:] }
        guard let members = member.members else {
            throw origin.error(
                "\(key) must be a mapping and is \(member.kindName)",
                at: member.place
            )
        }
        var lists: [String: [String]] = [:]
        for entry in members { lists[entry.key] = try texts(in: entry.value, named: key) }
        return lists
    }

    /// A list of `name`/`value` pairs.
    func pairs(_ key: String) throws(KubeconfigError) -> [(name: String, value: String)] {
        guard let member = member(key) else { return [] }
        guard let elements = member.elements else {
            throw origin.error("\(key) must be a list and is \(member.kindName)", at: member.place)
        }
        var pairs: [(name: String, value: String)] = []
        for element in elements {
            let reader = KubeconfigReader(origin: origin, node: element)
            guard let name = try reader.text("name") else {
                throw origin.error("an entry of \(key) has no name", at: element.place)
            }
            pairs.append((name.value, try reader.text("value")?.value ?? ""))
        }
        return pairs
    }

    /// A member that is there and is not null.
    func member(_ key: String) -> YAMLNode? {
        node[key].flatMap { $0.isNull ? nil : $0 }
    }

    private func texts(
        in list: YAMLNode,
        named key: String
    ) throws(KubeconfigError) -> [String] {
        guard let elements = list.elements else {
            throw origin.error("\(key) must be a list and is \(list.kindName)", at: list.place)
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else {
                throw origin.error(
                    "\(key) must hold strings and holds \(element.kindName)",
                    at: element.place
                )
            }
            texts.append(text)
        }
        return texts
    }
}
