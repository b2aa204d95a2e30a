import JSONValues

/// Which objects are meant, by their labels: all requirements must hold.
///
/// Reads the query form (`a=b,c in (d,e),!f`) and the object form (`matchLabels`,
/// `matchExpressions`); semantics and texts are those of `k8s.io/apimachinery/pkg/labels`.
package struct LabelSelector: Sendable, Hashable, CustomStringConvertible {
    /// How a label's value is compared.
    package enum Operator: String, Sendable {
        case equals = "="
        case doubleEquals = "=="
        case notEquals = "!="
        case isIn = "in"
        case isNotIn = "notin"
        case exists
        case doesNotExist = "!"
        case greaterThan = "gt"
        case lessThan = "lt"
    }

    /// One label and what must hold of it.
    package struct Requirement: Sendable, Hashable, CustomStringConvertible {
        /// The label.
        package let key: String
        /// What must hold of its value.
        package let comparison: Operator
        /// Sorted and free of repetition.
        package let values: [String]

        /// Throws when the key, the values or their number do not fit.
        package init(
            key: String,
            comparison: Operator,
            values: [String]
        ) throws(SelectorError) {
            self.key = key
            self.comparison = comparison
            self.values = values.count > 1 ? Array(Set(values)).sorted() : values
            try check()
        }
    }

    /// Sorted by key.
    ///
    /// Empty means that everything matches, unless `matchesNothing`.
    package let requirements: [Requirement]
    /// What an absent (null) `LabelSelector` means: nothing at all matches.
    package let matchesNothing: Bool

    package init(requirements: [Requirement]) {
        self.requirements = requirements.sorted { $0.key < $1.key }
        matchesNothing = false
    }

    private init(matchesNothing: Bool) {
        requirements = []
        self.matchesNothing = matchesNothing
    }

    /// Matches no object, as a null `LabelSelector` does.
    package static let nothing = LabelSelector(matchesNothing: true)

    /// Reads the form that stands in a query.
    package init(parsing query: String) throws(SelectorError) {
        var parser = LabelSelectorParser(query)
        self.init(requirements: try parser.requirements())
    }

    /// The labels in `matching`, each of which must be there with its value (`spec.selector` of a
    /// Service or ReplicationController).
    ///
    /// An empty map matches everything.
    package init(matching labels: [String: String]) throws(SelectorError) {
        var requirements: [Requirement] = []
        for (key, value) in labels {
            requirements.append(try Requirement(key: key, comparison: .equals, values: [value]))
        }
        self.init(requirements: requirements)
    }

    /// Reads a `LabelSelector` object.
    ///
    /// Null or absent matches nothing, empty matches everything.
    package init(object: JSON?) throws(SelectorError) {
        guard let object, !object.isNull else {
            self = .nothing
            return
        }
        var requirements: [Requirement] = []
        for (key, value) in object["matchLabels"]?.stringMap ?? [:] {
            requirements.append(try Requirement(key: key, comparison: .equals, values: [value]))
        }
        for expression in object["matchExpressions"]?.array ?? [] {
            let word = expression["operator"]?.string ?? ""
            let operators: [String: Operator] = [
                "In": .isIn, "NotIn": .isNotIn, "Exists": .exists, "DoesNotExist": .doesNotExist,
            ]
            guard let comparison = operators[word] else {
                throw SelectorError("\"\(word)\" is not a valid label selector operator")
            }
            requirements.append(
                try Requirement(
                    key: expression["key"]?.string ?? "",
                    comparison: comparison,
                    values: expression["values"]?.array?.compactMap(\.string) ?? []
                )
            )
        }
        self.init(requirements: requirements)
    }

    /// Whether nothing is required, so that every object matches.
    package var isEmpty: Bool { requirements.isEmpty && !matchesNothing }

    /// Whether labels match, an object's or those of a namespace, a node or a pod template.
    package func matches(_ labels: [String: String]) -> Bool {
        !matchesNothing && requirements.allSatisfy { $0.matches(labels) }
    }

    /// Whether an object's own labels match.
    package func matches(_ object: JSON) -> Bool {
        matches(labels: requirements.isEmpty ? nil : object.at("metadata", "labels"))
    }

    /// The same of labels as an object carries them; nil where it has none.
    package func matches(labels: JSON?) -> Bool {
        guard !matchesNothing else { return false }
        for requirement in requirements
        where !requirement.matches(value: labels?[requirement.key]?.string) {
            return false
        }
        return true
    }

    /// The query form; parsing it gives the same selector.
    package var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelSelector.Requirement {
    /// Whether the requirement holds; a label that is absent satisfies `!=` and `notin`, as on a
    /// server.
    package func matches(_ labels: [String: String]) -> Bool { matches(value: labels[key]) }

    /// The same of what the label has; nil where there is none.
    fileprivate func matches(value: String?) -> Bool {
        switch comparison {
        case .equals, .doubleEquals, .isIn:
            guard let value else { return false }
            return values.contains(value)
        case .notEquals, .isNotIn: return value.map { !values.contains($0) } ?? true
        case .exists: return value != nil
        case .doesNotExist: return value == nil
        case .greaterThan, .lessThan:
            guard let number = value.flatMap({ Int64($0) }), let bound = Int64(values[0]) else {
                return false
            }
            return comparison == .greaterThan ? number > bound : number < bound
        }
    }

    package var description: String {
        let list = values.joined(separator: ",")
        return switch comparison {
        case .equals, .doubleEquals, .notEquals: "\(key)\(comparison.rawValue)\(list)"
        case .isIn, .isNotIn: "\(key) \(comparison.rawValue) (\(list))"
        case .exists: key
        case .doesNotExist: "!\(key)"
        case .greaterThan: "\(key)>\(list)"
        case .lessThan: "\(key)<\(list)"
        }
    }

    fileprivate func check() throws(SelectorError) {
        let keyProblems = NameRules.problemsOfLabelKey(key)
        guard keyProblems.isEmpty else {
            throw SelectorError(invalid: "key", key, keyProblems.joined(separator: "; "))
        }
        switch comparison {
        case .isIn, .isNotIn:
            guard !values.isEmpty else {
                throw SelectorError(
                    "values: Invalid value: []: "
                        + "for 'in', 'notin' operators, values set can't be empty"
                )
            }
        case .exists, .doesNotExist:
            guard values.isEmpty else {
                throw SelectorError(
                    "values: Invalid value: [\(quoted)]: "
                        + "values set must be empty for exists and does not exist"
                )
            }
        case .greaterThan, .lessThan:
            for (index, value) in values.enumerated() where Int64(value) == nil {
                throw SelectorError(
                    invalid: "values[\(index)]",
                    value,
                    "for 'Gt', 'Lt' operators, the value must be an integer"
                )
            }
            fallthrough
        case .equals, .doubleEquals, .notEquals:
            guard values.count == 1 else {
                throw SelectorError(
                    "values: Invalid value: [\(quoted)]: "
                        + "exact-match compatibility requires one single value"
                )
            }
        }
        for (index, value) in values.enumerated() {
            let problems = NameRules.problemsOfLabelValue(value)
            guard problems.isEmpty else {
                throw SelectorError(
                    invalid: "values[\(index)][\(key)]",
                    value,
                    problems.joined(separator: "; ")
                )
            }
        }
    }

    private var quoted: String { values.map { "\"\($0)\"" }.joined(separator: ",") }
}
