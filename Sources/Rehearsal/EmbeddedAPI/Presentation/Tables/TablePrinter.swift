import Clocks
import JSONValues
import KubernetesObjects

/// How the objects of one kind become rows of a Table: apiserver's printers, kind by kind.
struct TablePrinter: Sendable {
    private(set) var columns: [TableColumn]
    /// What an object is called in its row; only storage classes add to the name.
    var rowName: @Sendable (JSON) -> String = { $0.name ?? "" }
    /// What a row says of its object besides.
    var conditions: @Sendable (JSON) -> [JSON] = { _ in [] }
    private let isNameFirst: Bool
    private let cells: @Sendable (JSON, Ages) -> [JSON]

    /// Rows that begin with the name; `columns` and `cells` are what stands behind it.
    init(_ columns: String, cells: @escaping @Sendable (JSON, Ages) -> [JSON]) {
        self.columns = TableColumn.list(columns)
        self.cells = cells
        isNameFirst = true
    }

    /// Rows whose every cell comes from `cells`.
    init(columns: [TableColumn], cells: @escaping @Sendable (JSON, Ages) -> [JSON]) {
        self.columns = columns
        self.cells = cells
        isNameFirst = false
    }

    /// All cells of the object's row, one a column.
    func row(of object: JSON, _ ages: Ages) -> [JSON] {
        (isNameFirst ? [.string(rowName(object))] : []) + cells(object, ages)
    }

    /// The printer of a built-in kind, or the one for kinds without any of their own.
    static func builtIn(_ resource: ResourceName) -> TablePrinter {
        var printer = all[resource] ?? createdAt
        let texts = ColumnDescriptions.texts(of: resource)
        for (index, text) in texts.enumerated() where index < printer.columns.count {
            printer.columns[index].description = text
        }
        return printer
    }

    private static let all: [ResourceName: TablePrinter] =
        workloads
        .merging(batch) { first, _ in first }
        .merging(network) { first, _ in first }
        .merging(storage) { first, _ in first }
        .merging(access) { first, _ in first }
        .merging(clusterWide) { first, _ in first }
        .merging(configuration) { first, _ in first }

    /// Kinds that no printer knows show when they were made.
    static let createdAt = TablePrinter("Created At:date") { object, _ in
        [.string(object.creationTimestamp ?? "")]
    }
}
