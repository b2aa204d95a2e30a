import JSONValues

/// Goes through the fields of one object and rewrites what refers to renamed namespaces.
struct NamespaceWalk {
    /// The label that every namespace bears with its own name.
    private static let nameLabel = "kubernetes.io/metadata.name"
    /// Fields with names of other things: no addresses.
    private static let leftFields: Set<String> = [
        "name", "apiVersion", "kind", "apiGroup", "apiGroups", "group", "image", "uid",
    ]
    /// Fields with the hosts of the world, which only look like those of the cluster.
    private static let publicHosts: Set<String> = ["host", "hosts", "hostname", "hostnames"]
    private static let istio = "networking.istio.io"

    let names: [String: String]
    let text: NamespaceText
    /// Whether the server itself knows the kind, so that its `namespace` is always a namespace.
    let isBuiltIn: Bool
    let group: String
    var rewritten: Set<String> = []
    private var doubts: [(TransformLog.Doubt, String, String)] = []

    init(names: [String: String], text: NamespaceText, isBuiltIn: Bool, group: String) {
        self.names = names
        self.text = text
        self.isBuiltIn = isBuiltIn
        self.group = group
    }

    mutating func doubt(_ doubt: TransformLog.Doubt, _ namespaces: Set<String>, at path: String) {
        for namespace in namespaces.sorted() { doubts.append((doubt, namespace, path)) }
    }

    /// Hands on what was found.
    func tell(_ log: inout TransformLog) {
        for name in rewritten { log.match(NamespaceTransform.part(name)) }
        for (doubt, namespace, path) in doubts { log.doubt(doubt, of: namespace, at: path) }
    }

    // MARK: - Values

    mutating func changed(_ value: JSON, at path: [String], hint: String? = nil) -> JSON {
        switch value {
        case .string(let text):
            let hint = hint ?? path.last ?? ""
            let changed = changed(text: text, hint: hint, at: path)
            return .string(changed)
        case .array(let elements): return .array(changed(elements, at: path))
        case .object(let members): return .object(changed(members, at: path))
        case .null, .bool, .number: return value
        }
    }

    mutating func changed(text value: String, hint: String, at path: [String]) -> String {
        let found = text.search(value, hint: hint)
        let place = path.joined(separator: ".")
        rewritten.formUnion(found.rewritten)
        doubt(.words, found.doubted, at: place)
        // What is not in the text can still be in what it encodes.
        if value.contains("-----BEGIN CERTIFICATE") {
            let data = NamespaceData(text: text)
            doubt(.certificate, data.mentions(inCertificatesOf: value), at: place)
        }
        return found.text ?? value
    }

    private mutating func changed(_ elements: [JSON], at path: [String]) -> [JSON] {
        let field = path.last ?? ""
        var previous = ""
        return elements.enumerated().map { index, element in
            defer { previous = element.string ?? "" }
            // The flag before a value says what it is.
            let hint = previous == "-n" ? "namespace" : "\(field) \(previous)"
            return changed(element, at: path.dropLast() + ["\(field)[\(index)]"], hint: hint)
        }
    }

    private mutating func changed(_ members: JSONMembers, at path: [String]) -> JSONMembers {
        var members = members
        for (key, value) in members {
            if let value = changedField(key, value, of: members, at: path + [key]) {
                members[key] = value
            }
        }
        return members
    }

    // MARK: - Fields

    /// Nil when the field stays as it is.
    private mutating func changedField(
        _ key: String,
        _ value: JSON,
        of members: JSONMembers,
        at path: [String]
    ) -> JSON? {
        if key == NamespaceWalk.nameLabel { return renamed(value) }
        if key == "values", members["key"]?.string == NamespaceWalk.nameLabel {
            return renamedElements(value)
        }
        if NamespaceWalk.leftFields.contains(key) { return nil }
        if NamespaceWalk.isLabels(key, value) {
            guard let name = value[NamespaceWalk.nameLabel] else { return nil }
            var labels = value
            labels[NamespaceWalk.nameLabel] = renamed(name) ?? name
            return labels
        }
        if key == "namespace", isBuiltIn || NamespaceWalk.isReference(members) {
            return renamed(value)
        }
        if ["namespaces", "matchNames"].contains(key), value.array != nil,
            isBuiltIn || path.contains("namespaceSelector")
        {
            return renamedElements(value)
        }
        if key.hasPrefix("csi.storage.k8s.io/"), key.hasSuffix("-namespace") {
            return renamed(value)
        }
        if NamespaceWalk.publicHosts.contains(key), isOfEntry { return nil }
        if group == NamespaceWalk.istio, let value = changedOfIstio(key, value) {
            return changed(value, at: path)
        }
        // The name of a variable says more of its value than the word `value`.
        let hint = key == "value" ? members["name"]?.string : nil
        return changed(value, at: path, hint: hint)
    }

    /// Ingresses and what takes their place have hosts that the world knows.
    private var isOfEntry: Bool {
        group == "networking.k8s.io" || group == "gateway.networking.k8s.io"
            || group == "extensions"
    }

    /// `exportTo: [shop]`, and hosts as `shop/web.example.com` or `shop/*`.
    private mutating func changedOfIstio(_ key: String, _ value: JSON) -> JSON? {
        guard ["exportTo", "hosts"].contains(key), let elements = value.array else { return nil }
        return .array(
            elements.map { element in
                guard let text = element.string else { return element }
                let namespace = text.prefix { $0 != "/" }
                guard let target = names[String(namespace)],
                    key == "exportTo" || namespace.count < text.count
                else { return element }
                rewritten.insert(String(namespace))
                return .string(target + text.dropFirst(namespace.count))
            }
        )
    }

    private mutating func renamed(_ value: JSON) -> JSON? {
        guard let name = value.string, let target = names[name] else { return nil }
        rewritten.insert(name)
        return .string(target)
    }

    private mutating func renamedElements(_ value: JSON) -> JSON? {
        value.array.map { elements in .array(elements.map { renamed($0) ?? $0 }) }
    }

    // MARK: - Forms

    /// Labels, and selectors of them, are no addresses.
    private static func isLabels(_ key: String, _ value: JSON) -> Bool {
        if ["labels", "matchLabels", "nodeSelector"].contains(key) { return value.object != nil }
        guard key == "selector", let members = value.object else { return false }
        return members.values.allSatisfy { $0.string != nil }
    }

    /// What names a namespace beside a name or a kind refers to an object there.
    private static func isReference(_ members: JSONMembers) -> Bool {
        members["name"]?.string != nil || members["kind"]?.string != nil
    }
}
