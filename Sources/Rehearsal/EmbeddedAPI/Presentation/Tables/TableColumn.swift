import JSONValues

/// One column of a Table.
struct TableColumn: Sendable, Equatable {
    let name: String
    let type: String
    let format: String
    var description: String
    /// 0 is always shown, more only in wide output.
    let priority: Int

    init(
        name: String,
        type: String,
        format: String = "",
        description: String = "",
        priority: Int = 0
    ) {
        self.name = name
        self.type = type
        self.format = format
        self.description = description
        self.priority = priority
    }

    /// Reads the short form `Name:type/format@priority`; type `string` is left out.
    init(short: Substring) {
        var rest = short
        var priority = 0
        if let mark = rest.lastIndex(of: "@") {
            priority = Int(rest[rest.index(after: mark)...]) ?? 0
            rest = rest[..<mark]
        }
        let parts = rest.split(separator: ":", maxSplits: 1)
        let type = parts.count > 1 ? parts[1].split(separator: "/") : ["string"]
        self.init(
            name: String(parts[0]),
            type: String(type[0]),
            format: type.count > 1 ? String(type[1]) : "",
            priority: priority
        )
    }

    /// Columns in the short form, with bars between.
    static func list(_ short: String) -> [TableColumn] {
        [TableColumn(name: "Name", type: "string", format: "name")]
            + short.split(separator: "|").map(TableColumn.init(short:))
    }

    /// The entry of `columnDefinitions`.
    var document: JSON {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": .string(description), "priority": .int(priority),
        ]
    }
}
