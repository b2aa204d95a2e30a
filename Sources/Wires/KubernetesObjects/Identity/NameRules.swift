/// What Kubernetes accepts as a name, with the texts of `k8s.io/apimachinery/pkg/util/validation`.
///
/// Each check answers what is wrong, and nothing when all is well.
package enum NameRules {
    /// The name of most objects: lower-case words with dots, at most 253 bytes.
    package static func problemsOfSubdomain(_ value: String) -> [String] {
        var problems: [String] = []
        if value.utf8.count > 253 { problems.append("must be no more than 253 characters") }
        if !isSubdomain(value) {
            problems.append(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                    + "characters, '-' or '.', and must start and end with an alphanumeric "
                    + "character (e.g. 'example.com', regex used for validation is "
                    + "'\(labelPattern)(\\.\(labelPattern))*')"
            )
        }
        return problems
    }

    /// The name of a Namespace, or of a container: one lower-case word, at most 63 bytes.
    package static func problemsOfLabel(_ value: String) -> [String] {
        var problems: [String] = []
        if value.utf8.count > 63 { problems.append("must be no more than 63 characters") }
        if !isLabel(value) {
            if isSubdomain(value) {
                problems.append("must not contain dots")
            } else {
                problems.append(
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric "
                        + "characters or '-', and must start and end with an alphanumeric "
                        + "character (e.g. 'my-name',  or '123-abc', regex used for validation "
                        + "is '\(labelPattern)')"
                )
            }
        }
        return problems
    }

    /// The name of a Service: a label that begins with a letter.
    package static func problemsOfServiceName(_ value: String) -> [String] {
        var problems: [String] = []
        if value.utf8.count > 63 { problems.append("must be no more than 63 characters") }
        let beginsWell = value.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
        if !isLabel(value) || !beginsWell {
            problems.append(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', "
                    + "start with an alphabetic character, and end with an alphanumeric "
                    + "character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
                    + "'[a-z]([-a-z0-9]*[a-z0-9])?')"
            )
        }
        return problems
    }

    /// The names of RBAC objects, which go into paths as they are and know no other rule.
    package static func problemsOfPathSegment(_ value: String) -> [String] {
        if value == "." || value == ".." { return ["may not be '\(value)'"] }
        return ["/", "%"].filter { value.contains($0) }.map { "may not contain '\($0)'" }
    }

    /// The key of a label or annotation: a name, with a DNS prefix and a slash before it or not.
    package static func problemsOfLabelKey(_ value: String) -> [String] {
        if isLabelKey(value) { return [] }
        let parts = value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var problems: [String] = []
        guard let name = parts.last, parts.count <= 2 else {
            return [
                "a valid label key \(qualifiedRule) with an optional DNS subdomain prefix and '/' "
                    + "(e.g. 'example.com/MyName')"
            ]
        }
        if parts.count == 2 {
            if parts[0].isEmpty {
                problems.append("prefix part must be non-empty")
            } else {
                problems += problemsOfSubdomain(parts[0]).map { "prefix part \($0)" }
            }
        }
        if name.isEmpty {
            problems.append("name part must be non-empty")
        } else if name.utf8.count > 63 {
            problems.append("name part must be no more than 63 bytes")
        }
        if !isQualified(name) { problems.append("name part \(qualifiedRule)") }
        return problems
    }

    /// The value of a label: empty, or a name of at most 63 bytes.
    package static func problemsOfLabelValue(_ value: String) -> [String] {
        var problems: [String] = []
        if value.utf8.count > 63 { problems.append("must be no more than 63 bytes") }
        if !value.isEmpty, !isQualified(value) {
            problems.append(
                "a valid label must be an empty string or consist of alphanumeric characters, "
                    + "'-', '_' or '.', and must start and end with an alphanumeric character "
                    + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
                    + "is '(\(qualifiedPattern))?')"
            )
        }
        return problems
    }

    private static let qualifiedRule =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
        + "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
        + "regex used for validation is '\(qualifiedPattern)')"
    private static let labelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
    private static let qualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

    private static func isSubdomain(_ value: String) -> Bool {
        isSubdomain(value.utf8[...])
    }

    private static func isLabel(_ value: String) -> Bool { isLabel(value.utf8[...]) }

    /// Whether a key has nothing wrong with it, which is asked of each at every write.
    private static func isLabelKey(_ value: String) -> Bool {
        let bytes = value.utf8
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
            return bytes.count <= 63 && isQualified(bytes[...])
        }
        let (prefix, name) = (bytes[..<slash], bytes[bytes.index(after: slash)...])
        // A second slash is part of the name then, and none may be.
        return prefix.count <= 253 && isSubdomain(prefix) && name.count <= 63 && isQualified(name)
    }

    private static func isQualified(_ value: String) -> Bool { isQualified(value.utf8[...]) }

    private static func isSubdomain(_ bytes: Substring.UTF8View) -> Bool {
        // An empty part is one, and no label.
        var rest = bytes
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            guard isLabel(rest[..<dot]) else { return false }
            rest = rest[rest.index(after: dot)...]
        }
        return isLabel(rest)
    }

    private static func isLabel(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
            && bytes.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isQualified(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "_")
            }
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (0x41...0x5A).contains(byte)
    }
}
