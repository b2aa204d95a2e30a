import Clocks
import JSONValues
import KubernetesObjects

extension TablePrinter {
    /// The printer of a custom resource, from the columns that one version of its definition names.
    static func custom(_ definition: JSON, version: String) -> TablePrinter {
        let versions = definition.at("spec", "versions")?.array ?? []
        let served = versions.first { $0["name"]?.string == version }
        let given = served?["additionalPrinterColumns"]?.array ?? []
        let sources =
            given.isEmpty
            ? [
                [
                    "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp",
                    "description": .string(ColumnDescriptions.creation),
                ]
            ] : given
        let columns = sources.map(CustomColumn.init)
        let name = TableColumn(
            name: "Name",
            type: "string",
            format: "name",
            description: ColumnDescriptions.name
        )
        return TablePrinter(columns: [name] + columns.map(\.column)) { object, ages in
            [.string(object.name ?? "")] + columns.map { $0.cell(of: object, ages) }
        }
    }
}

/// One column that a CustomResourceDefinition names.
private struct CustomColumn: Sendable {
    let column: TableColumn
    private let path: SimpleJSONPath?

    init(_ source: JSON) {
        let jsonPath = source["jsonPath"]?.string ?? ""
        column = TableColumn(
            name: source["name"]?.string ?? "",
            type: source["type"]?.string ?? "string",
            format: source["format"]?.string ?? "",
            description: source["description"]?.string
                ?? "Custom resource definition column (in JSONPath format): \(jsonPath)",
            priority: source["priority"]?.int ?? 0
        )
        path = source["jsonPath"]?.string.flatMap(SimpleJSONPath.init)
    }

    /// Null where the path leads to nothing, or to what is not of the column's type.
    func cell(of object: JSON, _ ages: Ages) -> JSON {
        guard let value = path?.values(in: object).first, !value.isNull else { return .null }
        switch (column.type, value) {
        case ("date", .string(let time)):
            return .string(WallTime(rfc3339: time) == nil ? "<invalid>" : ages.since(time))
        case ("integer", .number(let number)):
            return number.double.map { .int(Int($0)) } ?? .null
        case ("number", .number), ("boolean", .bool): return value
        case ("string", .string): return value
        case ("string", _): return .string(value.text())
        default: return .null
        }
    }
}
