import JSONValues
import KubernetesObjects

/// What of objects may be shown to whoever reads a plan.
///
/// The values of Secrets never are; people keep credentials in other places too, which are known by
/// their names.
enum ShownValues {
    static let hidden = "<hidden>"

    private static let telltales = [
        "password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "api_key",
        "api-key", "private", "access_key", "access-key",
    ]

    /// Whether no value at this place is to be seen.
    static func hides(_ path: [FieldElement], of object: JSON) -> Bool {
        if object.groupKind == "Secret" { return true }
        return zip(path, path.dropFirst()).contains { place, element in
            switch (place, element) {
            case (.name("env"), .key(let fields)): isTelling(fields["name"]?.string)
            case (.name("data"), .name(let name)), (.name("binaryData"), .name(let name)),
                (.name("annotations"), .name(let name)):
                isTelling(name)
            default: false
            }
        }
    }

    /// The value without what its own members hide.
    static func shown(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): return .string(shown(text))
        case .array(let elements): return .array(elements.map(shown))
        case .object(var members):
            if isTelling(members["name"]?.string), members["value"]?.string != nil {
                members["value"] = .string(hidden)
            }
            return .object(members.mapValues(shown))
        case .null, .bool, .number: return value
        }
    }

    private static func isTelling(_ name: String?) -> Bool {
        guard let name = name?.lowercased() else { return false }
        return telltales.contains { name.contains($0) }
    }

    /// A text whose URLs have lost whom they log in as: `postgres://<hidden>@db/shop`.
    private static func shown(_ text: String) -> String {
        guard text.contains("://") else { return text }
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            result += rest[..<scheme.upperBound]
            rest = rest[scheme.upperBound...]
            let authority = rest.prefix { !$0.isWhitespace && !"/?#\"'<>".contains($0) }
            guard let at = authority.lastIndex(of: "@") else { continue }
            result += "\(hidden)@"
            rest = rest[rest.index(after: at)...]
        }
        return result + rest
    }
}
