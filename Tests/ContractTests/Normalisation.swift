import JSONValues

/// Takes out of an answer what differs from run to run and from server to server.
enum Normalisation {
    static func normalised(_ value: JSON, key: String = "") -> JSON {
        switch value {
        case .object(var members):
            if case .string(let prefix)? = members["generateName"],
                case .string(let name)? = members["name"], name.hasPrefix(prefix)
            {
                members["name"] = .string("\(prefix)<suffix>")
            }
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.map {
                        ($0.key, normalised($0.value, key: $0.key))
                    }
                )
            )
        case .array(let elements) where discoveryKeys.contains(key):
            return byName(elements) ?? .array(elements.map { normalised($0, key: key) })
        case .array(let elements):
            return .array(elements.map { normalised($0, key: key) })
        case .string(let text):
            return .string(normalised(text, key: key))
        case .number where key == "nodePort" || key == "healthCheckNodePort":
            return "<port>"
        default:
            return value
        }
    }

    /// What discovery lists, by name: the server has more of it than the twin, so that one entry
    /// must be told from the next.
    private static func byName(_ elements: [JSON]) -> JSON? {
        var entries: JSONMembers = [:]
        for element in elements {
            let isListed =
                element["verbs"] != nil || element["versions"] != nil || element["freshness"] != nil
            let own = nameKeys.lazy.compactMap { element[$0]?.string }.first
            let described = element["metadata"].map { $0["name"]?.string ?? "core" }
            guard isListed, let name = own ?? described else { return nil }
            entries[name] = normalised(element)
        }
        return entries.isEmpty ? nil : .object(entries)
    }

    /// The lists of discovery documents, in both forms.
    private static let discoveryKeys: Set<String> = [
        "resources", "groups", "items", "subresources", "versions",
    ]

    /// What an entry of discovery is known by; the core group has no name at all.
    private static let nameKeys = ["name", "resource", "subresource", "version"]

    private static func normalised(_ text: String, key: String) -> String {
        switch key {
        case "resourceVersion" where !text.isEmpty && text != "0": return "<rv>"
        case "continue" where !text.isEmpty: return "<continue>"
        default: break
        }
        if key == "cells", text.wholeMatch(of: /(\d+[smhd])+/) != nil { return "<age>" }
        return
            text
            .replacing(
                /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
                with: "<uid>"
            )
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "<time>")
            .replacing(/\b10\.96\.\d{1,3}\.\d{1,3}\b/, with: "<address>")
            .replacing(/kube-api-access-[a-z0-9]{5}/, with: "kube-api-access-<suffix>")
            .replacing(/resource version: \d+ \(\d+\)/, with: "resource version: <rv> (<rv>)")
            // A message may quote a whole object.
            .replacing(/(resourceVersion\\?":\\?")\d+/) { "\($0.output.1)<rv>" }
            .replacing(/in record \(\d+\)/, with: "in record (<rv>)")
            .replacing(/current: \d+/, with: "current: <rv>")
    }
}
