import JSONValues
import YAMLDocuments

/// Holds a document against its shape and notes every mistake.
struct FileValidator {
    private(set) var problems: [FileProblem] = []

    mutating func check(_ node: YAMLNode, is shape: FileShape, at path: String) {
        switch shape {
        case .mapping(let fields): checkMapping(node, fields, at: path)
        case .list(let element, let count): checkList(node, of: element, count: count, at: path)
        case .labels: checkLabels(node, at: path)
        case .texts(let keys, let values):
            checkTexts(node, keys: keys, values: values, at: path)
        case .anything: break
        case .text, .whole, .decimal, .duration, .flag, .choice:
            guard let seen = objection(to: node, as: shape) else { return }
            note(node.place, path, seen, "write \(shape.expected)")
        }
    }

    private mutating func checkMapping(_ node: YAMLNode, _ fields: [FileField], at path: String) {
        guard let members = node.members else {
            note(
                node.place,
                path,
                node.seen,
                "write a mapping with the keys \(fields.map(\.key).joined(separator: ", "))"
            )
            return
        }
        for member in members {
            let below = path.isEmpty ? member.key : "\(path).\(member.key)"
            guard let field = fields.first(where: { $0.key == member.key }) else {
                noteUnknown(member, among: fields.map(\.key), at: path)
                continue
            }
            // As in kubectl, a key without a value is a key that was left out.
            if member.value.isNull, !field.isRequired { continue }
            check(member.value, is: field.shape, at: below)
        }
        for field in fields where field.isRequired && node[field.key] == nil {
            let below = path.isEmpty ? field.key : "\(path).\(field.key)"
            let advice =
                if case .mapping = field.shape {
                    field.shape.expected
                } else {
                    "\(field.meaning): \(field.shape.expected)"
                }
            note(node.place, below, "missing", "write \(advice)")
        }
    }

    private mutating func noteUnknown(
        _ member: YAMLNode.Member,
        among keys: [String],
        at path: String
    ) {
        let advice =
            NearestWord.of(member.key, among: keys).map { "did you mean \"\($0)\"?" }
            ?? "the keys here are \(keys.joined(separator: ", "))"
        let key = YAMLNode(.string(member.key), at: member.keyPlace).shown
        note(member.keyPlace, path, "there is no key \(key)", advice)
    }

    private mutating func checkList(
        _ node: YAMLNode,
        of element: FileShape,
        count: ClosedRange<Int>,
        at path: String
    ) {
        let shape = FileShape.list(of: element, count: count)
        guard let elements = node.elements else {
            note(node.place, path, node.seen, "write \(shape.expected)")
            return
        }
        if !count.contains(elements.count) {
            let seen =
                elements.isEmpty ? "the list is empty" : "the list has \(elements.count) elements"
            note(node.place, path, seen, "write \(shape.expected)")
        }
        for (index, child) in elements.prefix(count.upperBound).enumerated() {
            check(child, is: element, at: "\(path)[\(index)]")
        }
    }

    private mutating func checkLabels(_ node: YAMLNode, at path: String) {
        guard let members = node.members else {
            note(node.place, path, node.seen, "write \(FileShape.labels.expected)")
            return
        }
        for member in members where member.value.string == nil {
            note(
                member.value.place,
                "\(path).\(member.key)",
                member.value.seen,
                "write it in quotes"
            )
        }
    }

    private mutating func checkTexts(
        _ node: YAMLNode,
        keys: TextForm,
        values: TextForm,
        at path: String
    ) {
        guard let members = node.members else {
            let shape = FileShape.texts(keys: keys, values: values)
            note(node.place, path, node.seen, "write \(shape.expected)")
            return
        }
        for member in members {
            if !keys.admits(member.key) {
                let key = YAMLNode(.string(member.key), at: member.keyPlace).shown
                note(member.keyPlace, path, "\(key) cannot stand here", "write \(keys.expected)")
            }
            check(member.value, is: .text(values), at: "\(path).\(member.key)")
        }
    }

    private mutating func note(
        _ place: YAMLPlace,
        _ path: String,
        _ seen: String,
        _ advice: String
    ) {
        problems.append(FileProblem(place: place, path: path, seen: seen, advice: advice))
    }

    /// What is wrong with a scalar; nil when nothing is.
    private func objection(to node: YAMLNode, as shape: FileShape) -> String? {
        switch shape {
        case .text(let form):
            guard let text = node.string else { return node.seen }
            if form.mayCarryCredential, text.contains("@") { return "it carries a credential" }
            return form.admits(text) ? nil : "\(node.shown) cannot stand here"
        case .whole(let range):
            guard let number = node.int else { return node.seen }
            return range.contains(number) ? nil : "\(number) is out of range"
        case .decimal(let range):
            guard case .number(let number) = node.value, let value = number.double else {
                return node.seen
            }
            return range.contains(value) ? nil : "\(number.literal) is out of range"
        case .duration(let range):
            guard let text = node.string else { return node.seen }
            guard let duration = DurationText.duration(of: text) else {
                return "\(node.shown) is no duration"
            }
            return range.contains(duration) ? nil : "\(text) is out of range"
        case .flag: return node.bool == nil ? node.seen : nil
        case .choice(let words):
            guard let text = node.string else { return node.seen }
            return words.contains(text) ? nil : "\(node.shown) is unknown"
        case .list, .mapping, .labels, .texts, .anything:
            preconditionFailure("only scalars are objected to")
        }
    }
}

extension TextForm {
    /// Whether people write passwords there, which must then not be shown.
    fileprivate var mayCarryCredential: Bool {
        switch self {
        case .url, .socket, .callURL: true
        case .line, .label, .qualifiedName, .host, .hostOrStar, .path, .proxyName, .routeName,
            .backendName, .word, .subdomain, .kind, .labelKey, .labelValue, .labelSelector,
            .pointer, .imagePrefix, .timeZone, .clockTime:
            false
        }
    }
}

extension YAMLNode {
    /// The value as a message shows it: short, and on one line.
    var shown: String {
        switch value {
        case .string(let text):
            let line = text.prefix(40).map { $0.isNewline || $0 == "\t" ? " " : $0 }
            return "\"\(String(line))\(text.count > 40 ? "…" : "")\""
        case .number(let number): return number.literal
        case .bool(let value): return value ? "true" : "false"
        case .null, .list, .mapping: return kindName
        }
    }

    /// What stands here, when it is of the wrong kind.
    var seen: String {
        switch value {
        case .string, .number, .bool: "\(shown) is \(kindName)"
        case .null: "there is no value"
        case .list, .mapping: "this is \(kindName)"
        }
    }
}
