import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Tells which objects belong to a stack: pure.
struct StackMembers {
    private struct Rule {
        let namespaces: Set<String>
        /// As `Deployment.apps`; empty for all.
        let kinds: Set<String>
        let labels: LabelSelector
        let names: Set<String>

        func includes(_ key: CopyKey, _ object: JSON) -> Bool {
            (namespaces.isEmpty || namespaces.contains(key.namespace ?? ""))
                && (kinds.isEmpty || kinds.contains(key.kindName))
                && (names.isEmpty || names.contains(key.name)) && labels.matches(object)
        }
    }

    private let name: String
    private let rules: [Rule]

    init(_ stack: CopyStack, discovery: Discovery) throws(CopyProblem) {
        name = stack.name
        var rules: [Rule] = []
        for selection in stack.selections {
            var kinds: Set<String> = []
            for word in selection.kinds {
                guard let kind = discovery.kind(named: word) else {
                    throw CopyProblem("the stack \(stack.name): the source serves no kind \(word)")
                }
                kinds.insert(kind.groupKind)
            }
            do {
                rules.append(
                    Rule(
                        namespaces: Set(selection.namespaces),
                        kinds: kinds,
                        labels: try LabelSelector(parsing: selection.labels),
                        names: Set(selection.names)
                    )
                )
            } catch {
                throw CopyProblem(
                    "the stack \(stack.name): the label selector `\(selection.labels)`: \(error)"
                )
            }
        }
        self.rules = rules
    }

    func include(_ key: CopyKey, _ object: JSON) -> Bool {
        object.labels[CopyMarks.stack] == name
            || rules.contains { $0.includes(key, object) }
    }
}
