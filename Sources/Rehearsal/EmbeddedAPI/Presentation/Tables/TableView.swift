import Clocks
import JSONValues
import KubernetesObjects

/// How one reader sees objects as a Table.
struct TableView: Sendable {
    /// What of the object itself each row carries.
    enum Inclusion: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    let printer: TablePrinter
    /// The version of `meta.k8s.io` that the reader asked for.
    let version: String
    let inclusion: Inclusion
    let time: any TimeSource

    /// A whole Table.
    ///
    /// Of a watch only the first says what its columns are.
    func table(of objects: [JSON], metadata: JSON, hasColumns: Bool = true) -> JSON {
        let ages = Ages(now: time.wallTime)
        return [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": metadata,
            "columnDefinitions": hasColumns ? .array(printer.columns.map(\.document)) : nil,
            "rows": .array(objects.map { row(of: $0, ages) }),
        ]
    }

    /// A Table of one row.
    func table(of object: JSON, hasColumns: Bool = true) -> JSON {
        var metadata = JSON.emptyObject
        metadata["resourceVersion"] = object.resourceVersion.map(JSON.string)
        return table(of: [object], metadata: metadata, hasColumns: hasColumns)
    }

    private func row(of object: JSON, _ ages: Ages) -> JSON {
        var row: JSON = ["cells": .array(printer.row(of: object, ages))]
        let conditions = printer.conditions(object)
        if !conditions.isEmpty { row["conditions"] = .array(conditions) }
        switch inclusion {
        case .none: row["object"] = .some(.null)
        case .object: row["object"] = object
        case .metadata:
            row["object"] = [
                "kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/\(version)"),
                "metadata": object.metadata ?? .emptyObject,
            ]
        }
        return row
    }
}

extension APICall {
    /// How this request's reader sees tables of the resource.
    func tableView(version: String) throws(APIStatusError) -> TableView {
        let asked = request.query["includeObject"] ?? ""
        guard let inclusion = asked.isEmpty ? .metadata : TableView.Inclusion(rawValue: asked)
        else {
            throw .badRequest("unrecognized includeObject value: \"\(asked)\"")
        }
        return TableView(
            printer: printer,
            version: version,
            inclusion: inclusion,
            time: cluster.time
        )
    }

    private var printer: TablePrinter {
        guard route.definition.isCustom else { return .builtIn(resource) }
        let definition = cluster.get(.customResourceDefinitions, name: "\(resource)")
        return definition.map { .custom($0, version: route.version) } ?? .createdAt
    }
}
