import Synchronization

/// The types of many kinds, by name and by group, version and kind.
///
/// Definitions are read when they are first asked for: the whole table is never parsed.
package final class SchemaCatalog: Sendable {
    /// The kinds that a Kubernetes server has built in: those of 1.36, and those of 1.25 that have
    /// gone since.
    package static let builtIn = SchemaCatalog(table: SchemaTable.builtIn)

    private let table: SchemaTable
    private let nodes = Mutex<[String: SchemaNode]>([:])

    init(table: SchemaTable) {
        self.table = table
    }

    /// The schema of a kind, nil when it is not built in.
    package func schema(for kind: GroupVersionKind) -> TypeSchema? {
        table.definitionName(of: kind).map { definition(short: $0) }
    }

    /// The names of all definitions as OpenAPI has them, sorted.
    package var definitionNames: [String] { table.names.map(table.fullName).sorted() }

    /// All kinds that have a definition, sorted.
    package var kinds: [GroupVersionKind] { table.kinds.sorted() }

    /// The schema of a definition by its OpenAPI name: `io.k8s.api.core.v1.PodSpec`.
    package func definition(named name: String) -> TypeSchema? {
        let short = table.shortName(name)
        return table.contains(short) ? definition(short: short) : nil
    }

    /// The kinds that a definition, by its OpenAPI name, belongs to.
    package func kinds(ofDefinition name: String) -> [GroupVersionKind] {
        table.kinds(of: table.shortName(name))
    }

    /// The OpenAPI name of the definition of `kind`.
    package func definitionName(for kind: GroupVersionKind) -> String? {
        table.definitionName(of: kind).map(table.fullName)
    }

    func fullName(_ short: String) -> String { table.fullName(short) }

    /// What a node refers to, itself when it is no reference.
    func resolved(_ node: SchemaNode) -> SchemaNode {
        guard case .reference(let name) = node.form else { return node }
        return self.node(name)
    }

    private func definition(short name: String) -> TypeSchema {
        TypeSchema(SchemaNode(.reference(name)), in: self)
    }

    private func node(_ name: String) -> SchemaNode {
        nodes.withLock { nodes in
            if let node = nodes[name] { return node }
            let node = table.parse(name)
            nodes[name] = node
            return node
        }
    }
}
