import JSONValues
import MigrationModel
import YAMLDocuments

extension FileReader {
    /// What is said of copying.
    mutating func copy() -> CopySettings {
        let node = spec?["copy"]
        return CopySettings(
            stacks: stacks(node?["stacks"]),
            scope: node?["scope"]?.string.flatMap(CopyScope.init(rawValue:)) ?? .everything,
            workloads: node?["workloads"]?.string.flatMap(WorkloadStart.init(rawValue:))
                ?? .stopped,
            loadBalancers: node?["loadBalancers"]?.string
                .flatMap(LoadBalancerChoice.init(rawValue:)) ?? .undecided,
            prunes: node?["prune"]?.bool ?? false,
            removalsMax: node?["removalsMax"]?.int,
            transforms: transforms(node?["transforms"]),
            hooks: hooks(node?["then"], at: "spec.copy.then")
        )
    }

    // MARK: - Stacks

    private mutating func stacks(_ node: YAMLNode?) -> [CopyStack] {
        var found: [CopyStack] = []
        for (index, element) in (node?.elements ?? []).enumerated() {
            let path = "spec.copy.stacks[\(index)]"
            guard let name = element["name"]?.string else { continue }
            var selections: [CopySelection] = []
            for (index, child) in (element["select"]?.elements ?? []).enumerated() {
                selections.append(selection(child, at: "\(path).select[\(index)]"))
            }
            if found.contains(where: { $0.name == name }) {
                noteTwice(element["name"] ?? element, "\(path).name", "the stack", name)
            } else {
                found.append(
                    CopyStack(
                        name: name,
                        selections: selections,
                        scope: element["scope"]?.string.flatMap(CopyScope.init(rawValue:)),
                        hooks: hooks(element["then"], at: "\(path).then")
                    )
                )
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    private mutating func selection(_ node: YAMLNode, at path: String) -> CopySelection {
        if node.members?.contains(where: { !$0.value.isNull }) == false {
            note(node, path, "it selects nothing", "write namespaces, kinds, labels or names")
        }
        let namespaces = names(at: "\(path).namespaces", node["namespaces"])
        for (index, element) in (node["namespaces"]?.elements ?? []).enumerated() {
            noteIfItStays(element, at: "\(path).namespaces[\(index)]")
        }
        return CopySelection(
            namespaces: namespaces.sorted(),
            kinds: names(at: "\(path).kinds", node["kinds"]).sorted(),
            labels: node["labels"]?.string ?? "",
            names: names(at: "\(path).names", node["names"]).sorted()
        )
    }

    /// Notes the name of a namespace that does not cross.
    private mutating func noteIfItStays(_ node: YAMLNode?, at path: String) {
        guard let node, let name = node.string, !namespaces.isEmpty, !namespaces.contains(name)
        else { return }
        let advice =
            NearestWord.of(name, among: namespaces).map { "did you mean \"\($0)\"?" }
            ?? "add it to spec.namespaces, or leave this out"
        note(node, path, "the namespace \(node.shown) does not cross", advice)
    }

    private mutating func noteTwice(
        _ node: YAMLNode,
        _ path: String,
        _ what: String,
        _ name: String
    ) {
        note(node, path, "\(what) \"\(name)\" stands twice", "say everything of it in one place")
    }

    // MARK: - Transforms

    private mutating func transforms(_ node: YAMLNode?) -> CopyTransforms {
        let path = "spec.copy.transforms"
        noteMergedNamespaces(node?["namespaces"], at: "\(path).namespaces")
        return CopyTransforms(
            namespaces: texts(node?["namespaces"], at: "\(path).namespaces"),
            storageClasses: texts(node?["storageClasses"], at: "\(path).storageClasses"),
            ingressClasses: texts(node?["ingressClasses"], at: "\(path).ingressClasses"),
            images: images(node?["images"], at: "\(path).images"),
            labels: labelChange(node?["labels"], at: "\(path).labels"),
            patches: patches(node?["patches"], at: "\(path).patches")
        )
    }

    /// A mapping of one name to another, in which none leads to itself.
    private mutating func texts(_ node: YAMLNode?, at path: String) -> [String: String] {
        var found: [String: String] = [:]
        for member in node?.members ?? [] {
            guard let text = member.value.string else { continue }
            if text == member.key {
                note(
                    member.value,
                    "\(path).\(member.key)",
                    "\(member.value.shown) is what it is called already",
                    "leave it out"
                )
            }
            found[member.key] = text
        }
        return found
    }

    /// Two namespaces that would become one: objects of the same name would become one too.
    private mutating func noteMergedNamespaces(_ node: YAMLNode?, at path: String) {
        let members = node?.members ?? []
        var owners: [String: String] = [:]
        for name in namespaces where !members.contains(where: { $0.key == name }) {
            owners[name] = name
        }
        for member in members {
            guard let text = member.value.string, text != member.key else { continue }
            if let other = owners[text] {
                note(
                    member.value,
                    "\(path).\(member.key)",
                    "\(member.value.shown) is what \"\(other)\" is called at the target",
                    "give each namespace a name of its own"
                )
            } else {
                owners[text] = member.key
            }
        }
    }

    private mutating func images(_ node: YAMLNode?, at path: String) -> [ImagePrefix] {
        var found: [ImagePrefix] = []
        for (index, element) in (node?.elements ?? []).enumerated() {
            guard let source = element["from"]?.string, let target = element["to"]?.string else {
                continue
            }
            let below = "\(path)[\(index)].from"
            if found.contains(where: { $0.source == source }) {
                noteTwice(element["from"] ?? element, below, "the prefix", source)
            } else {
                found.append(ImagePrefix(source: source, target: target))
            }
        }
        return found
    }

    private mutating func labelChange(_ node: YAMLNode?, at path: String) -> LabelChange {
        let removed = names(at: "\(path).remove", node?["remove"])
        var added: [String: String] = [:]
        for member in node?["add"]?.members ?? [] {
            added[member.key] = member.value.string
            let below = "\(path).add.\(member.key)"
            if removed.contains(member.key) {
                note(member.value, below, "it is removed, too", "leave out one of the two")
            }
            noteReserved(member.value, member.key, at: below)
        }
        for (index, element) in (node?["remove"]?.elements ?? []).enumerated() {
            noteReserved(element, element.string ?? "", at: "\(path).remove[\(index)]")
        }
        return LabelChange(added: added, removed: removed.sorted())
    }

    private mutating func noteReserved(_ node: YAMLNode, _ key: String, at path: String) {
        guard key.hasPrefix("diolkos.dev/") else { return }
        note(node, path, "\"\(key)\" is a mark of Diolkos", "write a key of your own")
    }
}

// MARK: - Patches

extension FileReader {
    fileprivate mutating func patches(_ node: YAMLNode?, at path: String) -> [CopyPatch] {
        var found: [CopyPatch] = []
        for (index, element) in (node?.elements ?? []).enumerated() {
            let below = "\(path)[\(index)]"
            noteIfItStays(element["namespace"], at: "\(below).namespace")
            let operations = element["patch"]?.elements ?? []
            for (index, operation) in operations.enumerated() {
                noteMistakes(of: operation, at: "\(below).patch[\(index)]")
            }
            found.append(
                CopyPatch(
                    kind: element["kind"]?.string ?? "",
                    namespace: element["namespace"]?.string,
                    name: element["name"]?.string,
                    labels: element["labels"]?.string ?? "",
                    operations: operations.map(\.json)
                )
            )
        }
        return found
    }

    /// What tells one object from another: who changes it, makes another object.
    private static let identity = [
        "/apiVersion", "/kind", "/metadata/name", "/metadata/namespace",
    ]

    private mutating func noteMistakes(of node: YAMLNode, at path: String) {
        guard let kind = node["op"]?.string else { return }
        if ["move", "copy"].contains(kind), node["from"] == nil {
            note(node, "\(path).from", "missing", "write where it is taken from")
        }
        if ["add", "replace", "test"].contains(kind), node["value"] == nil {
            note(node, "\(path).value", "missing", "write what stands there then")
        }
        let isWrite = kind != "test"
        if isWrite, let place = node["path"], let text = place.string,
            text.isEmpty || text == "/metadata" || FileReader.identity.contains(text)
        {
            note(
                place,
                "\(path).path",
                "\(place.shown) tells which object it is",
                "patch what is below; namespaces are renamed by transforms.namespaces"
            )
        }
    }
}

// MARK: - Hooks

extension FileReader {
    fileprivate mutating func hooks(_ node: YAMLNode?, at list: String) -> [CopyHook] {
        var found: [CopyHook] = []
        for (index, element) in (node?.elements ?? []).enumerated() {
            let path = "\(list)[\(index)]"
            guard let name = element["name"]?.string else { continue }
            if found.contains(where: { $0.name == name }) {
                noteTwice(element["name"] ?? element, "\(path).name", "the hook", name)
            }
            guard let action = action(element, at: path) else { continue }
            let timeout = duration(element["timeout"]) ?? .seconds(600)
            found.append(CopyHook(name: name, action: action, timeout: timeout))
        }
        return found
    }

    private mutating func action(_ node: YAMLNode, at path: String) -> CopyHook.Action? {
        switch (node["http"], node["command"]) {
        case (let http?, nil):
            if let body = http["body"], http["method"]?.string == "GET" {
                note(body, "\(path).http.body", "a GET sends nothing", "leave it out")
            }
            return .http(
                CopyHook.HTTPCall(
                    url: http["url"]?.string ?? "",
                    method: http["method"]?.string ?? "POST",
                    expected: (http["expect"]?.elements ?? []).compactMap(\.int).sorted(),
                    headers: headers(http, at: "\(path).http"),
                    body: http["body"]?.json,
                    until: condition(http, at: "\(path).http")
                )
            )
        case (nil, let command?):
            return .command((command.elements ?? []).compactMap(\.string))
        case (nil, nil):
            note(node, path, "it does nothing", "write http or command")
        case (_, let command?):
            note(command, "\(path).command", "the hook has http already", "write one of the two")
        }
        return nil
    }

    /// Their values are credentials.
    private mutating func headers(_ http: YAMLNode, at path: String) -> [String: String] {
        let members = http["headers"]?.members ?? []
        if !members.isEmpty, let url = http["url"], url.string?.hasPrefix("https://") == false {
            note(
                url,
                "\(path).url",
                "headers hold credentials, which go over https only",
                "write an https URL, or leave the headers out"
            )
        }
        return Dictionary(
            members.compactMap { member in member.value.string.map { (member.key, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private mutating func condition(
        _ http: YAMLNode,
        at path: String
    ) -> CopyHook.AnswerCondition? {
        guard let node = http["until"], let pointer = node["path"]?.string else { return nil }
        if http["method"]?.string != "GET" {
            note(node, "\(path).until", "only a GET is repeated", "write method: GET")
        }
        let success = names(at: "\(path).until.is", node["is"])
        let failure = names(at: "\(path).until.fails", node["fails"])
        for (index, element) in (node["fails"]?.elements ?? []).enumerated() {
            guard let word = element.string, success.contains(word) else { continue }
            note(
                element,
                "\(path).until.fails[\(index)]",
                "\(element.shown) means success, too",
                "leave it out here or there"
            )
        }
        return CopyHook.AnswerCondition(
            pointer: pointer,
            success: success.sorted(),
            failure: failure.sorted()
        )
    }
}
