import JSONValues

/// Which objects are meant, by the value of single fields: `metadata.name=a,spec.nodeName!=b`.
///
/// Which fields a kind allows is for the server to say; `unsupportedField` helps it. Semantics and
/// texts are those of `k8s.io/apimachinery/pkg/fields`.
package struct FieldSelector: Sendable, Hashable, CustomStringConvertible {
    /// One field and the value that it must, or must not, have.
    package struct Term: Sendable, Hashable, CustomStringConvertible {
        /// A path of names with dots between them: `metadata.name`.
        package let field: String
        /// Whether the field must not have the value.
        package let isNegated: Bool
        /// The value, not escaped.
        package let value: String

        package init(field: String, isNegated: Bool = false, value: String) {
            self.field = field
            self.isNegated = isNegated
            self.value = value
        }

        package var description: String {
            var escaped = ""
            for character in value {
                if character == "\\" || character == "," || character == "=" { escaped += "\\" }
                escaped.append(character)
            }
            return "\(field)\(isNegated ? "!=" : "=")\(escaped)"
        }
    }

    /// All must hold.
    ///
    /// Empty means that everything matches.
    package let terms: [Term]

    package init(terms: [Term]) {
        self.terms = terms
    }

    /// The one object of this name.
    package static func named(_ name: String) -> FieldSelector {
        FieldSelector(terms: [Term(field: "metadata.name", value: name)])
    }

    /// Reads the form that stands in a query: terms with commas between them, `\` before what is
    /// meant literally.
    package init(parsing query: String) throws(SelectorError) {
        var terms: [Term] = []
        for part in Self.split(query).sorted() where !part.isEmpty {
            guard let term = try Self.term(part) else {
                throw SelectorError("invalid selector: '\(query)'; can't understand '\(part)'")
            }
            terms.append(term)
        }
        self.terms = terms
    }

    /// Whether nothing is required, so that every object matches.
    package var isEmpty: Bool { terms.isEmpty }

    package var description: String { terms.map(\.description).joined(separator: ",") }

    /// The first field that is not among `supported`, in the order of the terms.
    package func unsupportedField(supported: Set<String>) -> String? {
        terms.first { !supported.contains($0.field) }?.field
    }

    /// Whether the object's fields match.
    ///
    /// An absent field counts as the empty text, a number or a boolean as it is written:
    /// `status.successful!=3`, `spec.unschedulable=false`.
    package func matches(_ object: JSON) -> Bool {
        terms.allSatisfy { term in
            let path = term.field.split(separator: ".").map(String.init)
            let isEqual = Self.text(object.at(path), field: term.field) == term.value
            return isEqual != term.isNegated
        }
    }

    private static func text(_ value: JSON?, field: String) -> String {
        switch value {
        case .string(let text)?: text
        case .number(let number)?: number.literal
        case .bool(let value)?: value ? "true" : "false"
        // What a server prints for the zero value of the few fields that are not texts.
        case nil where field == "spec.unschedulable": "false"
        case nil where field == "spec.hostNetwork": "false"
        case nil where field == "status.successful": "0"
        case nil where field == "status.replicas": "0"
        default: ""
        }
    }

    /// A comma behind a backslash belongs to a value.
    private static func split(_ query: String) -> [String] {
        var parts = [""]
        var isEscaped = false
        for character in query {
            if !isEscaped, character == "," {
                parts.append("")
                continue
            }
            isEscaped = !isEscaped && character == "\\"
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    /// Nil when there is no operator in `part`.
    ///
    /// The first one parts field from value.
    private static func term(_ part: String) throws(SelectorError) -> Term? {
        guard let start = part.firstIndex(where: { $0 == "=" || $0 == "!" }) else { return nil }
        var index = start
        while index < part.endIndex {
            let rest = part[index...]
            for (text, isNegated) in [("!=", true), ("==", false), ("=", false)]
            where rest.hasPrefix(text) {
                return Term(
                    field: String(part[..<index]),
                    isNegated: isNegated,
                    value: try unescaped(String(rest.dropFirst(text.count)))
                )
            }
            index = part.index(after: index)
        }
        return nil
    }

    private static func unescaped(_ value: String) throws(SelectorError) -> String {
        var text = ""
        var isEscaped = false
        for character in value {
            if isEscaped {
                guard character == "\\" || character == "," || character == "=" else {
                    throw SelectorError(
                        "invalid field selector: invalid escape sequence: \\\(character)"
                    )
                }
                text.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," || character == "=" {
                let code = character.unicodeScalars.first?.value ?? 0
                throw SelectorError(
                    "invalid field selector: unescaped character in value: \(code)"
                )
            } else {
                text.append(character)
            }
        }
        guard !isEscaped else {
            throw SelectorError("invalid field selector: invalid escape sequence: \\")
        }
        return text
    }
}
