import JSONValues

/// Reads the table that `Scripts/derive-schema` writes.
///
/// A line is a definition's short name, its attributes and its fields, with tabs between. The
/// attributes are `g:group/version/kind`, `a` (the map is atomic) and `L` (there is a list of it). A
/// field is `name:type` and marks:
///
/// - types: `s` text, `y` bytes, `t` time, `u` micro time, `q` quantity, `i` and `l` integers of 32
///   and 64 bits, `n` number, `b` boolean, `is` integer or text, `o` object without known fields,
///   `x` anything, `@Name` a definition, `[` a list and `{` a map of the type that follows;
/// - marks: `%m(keys)`, `%s`, `%a` the list type, `%o` an atomic map, `%p(strategies)` and `%k(key)`
///   for the strategic merge patch, `!` required, `~` written though empty, `=value` the default.
struct SchemaTable: Sendable {
    static let builtIn = SchemaTable(
        text: BuiltInDefinitions.table,
        prefixes: BuiltInDefinitions.prefixes
    )

    private typealias Bytes = UnsafeBufferPointer<UInt8>

    private let text: StaticString
    private let prefixes: [(short: String, full: String)]
    private var lines: [String: Range<Int>] = [:]
    private var kindsByName: [String: [GroupVersionKind]] = [:]
    private var namesByKind: [GroupVersionKind: String] = [:]
    /// List types that have no line of their own, and what they list.
    private var items: [String: String] = [:]

    init(text: StaticString, prefixes: [(short: String, full: String)]) {
        self.text = text
        // The longest short form first: the empty one fits everything.
        self.prefixes = prefixes.sorted { $0.short.utf8.count > $1.short.utf8.count }
        index()
    }

    var names: [String] { Array(lines.keys) + Array(items.keys) }
    var kinds: [GroupVersionKind] { Array(namesByKind.keys) }

    func contains(_ name: String) -> Bool { lines[name] != nil || items[name] != nil }

    func definitionName(of kind: GroupVersionKind) -> String? { namesByKind[kind] }

    func kinds(of name: String) -> [GroupVersionKind] { kindsByName[name] ?? [] }

    func fullName(_ short: String) -> String {
        for prefix in prefixes where short.hasPrefix(prefix.short) {
            return prefix.full + short.dropFirst(prefix.short.count)
        }
        return short
    }

    func shortName(_ full: String) -> String {
        for prefix in prefixes where full.hasPrefix(prefix.full) {
            return prefix.short + full.dropFirst(prefix.full.count)
        }
        return full
    }

    /// The definition's node.
    ///
    /// An unknown name gives a place that may hold anything.
    func parse(_ name: String) -> SchemaNode {
        if let item = items[name] { return listNode(of: item) }
        guard let line = lines[name] else { return SchemaNode(.scalar(.any)) }
        let bytes = bytes
        let columns = Self.split(bytes, line, at: 0x09)
        var marks = SchemaNode.Marks()
        var fields: [String: SchemaNode] = [:]
        for attribute in Self.split(bytes, columns[1], at: 0x20)
        where Self.string(bytes, attribute) == "a" {
            marks.isAtomicMap = true
        }
        for range in Self.split(bytes, columns[2], at: 0x20) where !range.isEmpty {
            let field = bytes[range]
            let colon = field.firstIndex(of: UInt8(ascii: ":")) ?? range.upperBound
            var reader = SchemaFieldReader(field[(colon + 1)...])
            fields[Self.string(bytes, range.lowerBound..<colon)] = reader.node()
        }
        return SchemaNode(.object(fields), marks: marks)
    }

    private func listNode(of item: String) -> SchemaNode {
        var required = SchemaNode.Marks()
        required.isRequired = true
        return SchemaNode(
            .object([
                "apiVersion": SchemaNode(.scalar(.string)),
                "kind": SchemaNode(.scalar(.string)),
                "metadata": SchemaNode(.reference("meta.v1.ListMeta")),
                "items": SchemaNode(.list(SchemaNode(.reference(item))), marks: required),
            ])
        )
    }

    private mutating func index() {
        let bytes = bytes
        for line in Self.split(bytes, 0..<bytes.count, at: 0x0A) where !line.isEmpty {
            let columns = Self.split(bytes, line, at: 0x09, max: 3)
            let name = Self.string(bytes, columns[0])
            lines[name] = line
            for range in Self.split(bytes, columns[1], at: 0x20) where !range.isEmpty {
                let attribute = Self.string(bytes, range)
                if attribute == "L" {
                    items[name + "List"] = name
                } else if attribute.hasPrefix("g:") {
                    add(String(attribute.dropFirst(2)), to: name)
                }
            }
        }
        for (list, item) in items {
            for kind in kindsByName[item] ?? [] {
                add("\(kind.group)/\(kind.version)/\(kind.kind)List", to: list)
            }
        }
    }

    private mutating func add(_ text: String, to name: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let kind = GroupVersionKind(group: parts[0], version: parts[1], kind: parts[2])
        kindsByName[name, default: []].append(kind)
        namesByKind[kind] = name
    }

    /// A static string lives as long as the program, so that its bytes can be handed out.
    private var bytes: Bytes { Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount) }

    private static func string(_ bytes: Bytes, _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private static func split(
        _ bytes: Bytes,
        _ range: Range<Int>,
        at separator: UInt8,
        max: Int = .max
    ) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where bytes[index] == separator && parts.count + 1 < max {
            parts.append(start..<index)
            start = index + 1
        }
        parts.append(start..<range.upperBound)
        return parts
    }
}

/// Reads the type and the marks of one field.
private struct SchemaFieldReader {
    private let bytes: Slice<UnsafeBufferPointer<UInt8>>
    private var position: Int

    init(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func node() -> SchemaNode {
        let form = form()
        return SchemaNode(form, marks: marks())
    }

    private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func form() -> SchemaNode.Form {
        let letter = current ?? UInt8(ascii: "x")
        position += 1
        switch letter {
        case UInt8(ascii: "["): return .list(SchemaNode(form()))
        case UInt8(ascii: "{"): return .map(SchemaNode(form()))
        case UInt8(ascii: "@"): return .reference(word())
        case UInt8(ascii: "s"): return .scalar(.string)
        case UInt8(ascii: "y"): return .scalar(.bytes)
        case UInt8(ascii: "t"): return .scalar(.time)
        case UInt8(ascii: "u"): return .scalar(.microTime)
        case UInt8(ascii: "q"): return .scalar(.quantity)
        case UInt8(ascii: "i") where current == UInt8(ascii: "s"):
            position += 1
            return .scalar(.intOrString)
        case UInt8(ascii: "i"): return .scalar(.int32)
        case UInt8(ascii: "l"): return .scalar(.int64)
        case UInt8(ascii: "n"): return .scalar(.number)
        case UInt8(ascii: "b"): return .scalar(.boolean)
        case UInt8(ascii: "o"): return .object([:])
        default: return .scalar(.any)
        }
    }

    private mutating func marks() -> SchemaNode.Marks {
        var marks = SchemaNode.Marks()
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "!"): marks.isRequired = true
            case UInt8(ascii: "~"): marks.isAlwaysWritten = true
            case UInt8(ascii: "="):
                let text = String(decoding: bytes[position...], as: UTF8.self)
                position = bytes.endIndex
                marks.defaultValue = Self.value(text)
            case UInt8(ascii: "%"): mark(&marks)
            default: preconditionFailure("an unknown mark stands in the table of types")
            }
        }
        return marks
    }

    private mutating func mark(_ marks: inout SchemaNode.Marks) {
        let letter = current
        position += 1
        switch letter {
        case UInt8(ascii: "a"): marks.listType = .atomic
        case UInt8(ascii: "s"): marks.listType = .set
        case UInt8(ascii: "m"):
            marks.listType = .map
            marks.listMapKeys = argument().split(separator: ",").map(String.init)
        case UInt8(ascii: "o"): marks.isAtomicMap = true
        case UInt8(ascii: "p"):
            marks.patchStrategies = argument().split(separator: ",").map(String.init)
        case UInt8(ascii: "k"): marks.patchMergeKey = argument()
        default: preconditionFailure("an unknown mark stands in the table of types")
        }
    }

    /// What stands in the parentheses that follow.
    private mutating func argument() -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: ")") { position += 1 }
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func word() -> String {
        let start = position
        while let byte = current, byte != UInt8(ascii: "%"), byte != UInt8(ascii: "!"),
            byte != UInt8(ascii: "="), byte != UInt8(ascii: "~")
        {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The generator writes JSON, so that only a damaged table fails here.
    private static func value(_ text: String) -> JSON {
        do { return try JSON.parse(text) } catch {
            preconditionFailure("the table of types has a default that is no JSON: \(error)")
        }
    }
}
