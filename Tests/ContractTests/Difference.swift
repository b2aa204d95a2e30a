import JSONValues

/// One place where an answer is not what was recorded.
struct Difference: Sendable, CustomStringConvertible {
    let scenario: String
    let step: String
    /// Where in the answer, with dots: `body.spec.ports.0.protocol`.
    let path: String
    /// Nil where nothing stood.
    let recorded: JSON?
    /// Nil where nothing stands.
    let answered: JSON?

    var description: String {
        "\(scenario) / \(step) at \(path):\n  recorded \(recorded?.text() ?? "nothing")"
            + "\n  answered \(answered?.text() ?? "nothing")"
    }

    /// A place and what stands there on both sides.
    struct Place {
        let path: String
        let recorded: JSON?
        let answered: JSON?
    }

    /// The smallest places where two values differ, in order.
    static func between(_ recorded: JSON?, _ answered: JSON?, at path: String = "") -> [Place] {
        if recorded == answered { return [] }
        func below(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        switch (recorded, answered) {
        case (.object(let left), .object(let right)):
            return Set(left.keys).union(right.keys).sorted().flatMap { key in
                between(left[key], right[key], at: below(key))
            }
        case (.array(let left), .array(let right)) where left.count == right.count:
            return left.indices.flatMap { index in
                between(left[index], right[index], at: below(String(index)))
            }
        default:
            return [Place(path: path, recorded: recorded, answered: answered)]
        }
    }
}
