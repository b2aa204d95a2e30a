import MigrationModel
import YAMLDocuments

extension FileReader {
    /// Stores whose writers change sides.
    mutating func stores(among rules: [WorkloadRule]) -> [StoreRule] {
        var stores: [StoreRule] = []
        for (index, node) in (spec?["stores"]?.elements ?? []).enumerated() {
            let path = "spec.stores[\(index)]"
            let program = (node["program"]?.elements ?? []).compactMap(\.string)
            guard let name = node["name"]?.string,
                var id = workload(node["workload"], at: "\(path).workload"), !program.isEmpty
            else { continue }
            if let kind = node["kind"]?.string { id.kind = kind }
            noteStore(node, name, id, path, rules, earlier: stores)
            let usual = StoreRule(store: Store(name: name, workload: id, program: program))
            var rule = usual
            rule.store.behindMax = node["behindMax"]?.int ?? usual.store.behindMax
            rule.store.timeoutMilliseconds =
                duration(node["timeout"])?.wholeMilliseconds ?? usual.store.timeoutMilliseconds
            rule.joinMax = duration(node["join"]) ?? usual.joinMax
            rule.pauseMax = duration(node["pause"]) ?? usual.pauseMax
            rule.isApproved = node["approval"]?.bool ?? usual.isApproved
            stores.append(rule)
        }
        return stores
    }

    private mutating func noteStore(
        _ node: YAMLNode,
        _ name: String,
        _ id: WorkloadID,
        _ path: String,
        _ rules: [WorkloadRule],
        earlier: [StoreRule]
    ) {
        if earlier.contains(where: { $0.store.name == name }) {
            note(
                node["name"] ?? node,
                "\(path).name",
                "the store \"\(name)\" stands twice",
                "give each a name of its own"
            )
        }
        if earlier.contains(where: { $0.store.workload == id }) {
            note(
                node["workload"] ?? node,
                "\(path).workload",
                "\(id.shortName) keeps another store already",
                "let one program move both"
            )
        }
        guard let rule = rules.first(where: { $0.workload == id }) else { return }
        if rule.isExcluded {
            note(
                node["workload"] ?? node,
                "\(path).workload",
                "the workload is excluded, so it never crosses",
                "leave the store out, or leave out exclude"
            )
        }
    }
}
