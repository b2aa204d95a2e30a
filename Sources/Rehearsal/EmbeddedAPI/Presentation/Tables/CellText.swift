import JSONValues
import KubernetesObjects

/// Texts that the cells of several kinds share.
enum CellText {
    static let none: JSON = "<none>"

    /// The text, or what stands for its absence.
    static func or(_ text: String?, _ absent: String = "<none>") -> JSON {
        guard let text, !text.isEmpty else { return .string(absent) }
        return .string(text)
    }

    /// The names and the images of containers, with commas between.
    static func containers(_ template: JSON?) -> [JSON] {
        let containers = template?.at("spec", "containers")?.array ?? []
        return ["name", "image"].map { key in
            .string(containers.map { $0[key]?.string ?? "" }.joined(separator: ","))
        }
    }

    /// Labels as `key=value`, sorted; `<none>` for none.
    static func labels(_ labels: JSON?) -> String {
        let pairs = (labels?.stringMap ?? [:]).sorted { $0.key < $1.key }
        guard !pairs.isEmpty else { return "<none>" }
        return pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    /// A label selector in the form of the query parameter; `<none>` for the empty one.
    static func selector(_ selector: JSON?, empty: String = "<none>") -> String {
        let equal = (selector?["matchLabels"]?.stringMap ?? [:]).map {
            (key: $0, text: "\($0)=\($1)")
        }
        let other = (selector?["matchExpressions"]?.array ?? []).map { expression in
            (key: expression["key"]?.string ?? "", text: text(of: expression))
        }
        let terms = (equal + other).sorted { $0.key < $1.key }.map(\.text)
        return terms.isEmpty ? empty : terms.joined(separator: ",")
    }

    private static func text(of expression: JSON) -> String {
        let key = expression["key"]?.string ?? ""
        let values = (expression["values"]?.array ?? []).compactMap(\.string).sorted()
        switch expression["operator"]?.string {
        case "In": return "\(key) in (\(values.joined(separator: ",")))"
        case "NotIn": return "\(key) notin (\(values.joined(separator: ",")))"
        case "DoesNotExist": return "!\(key)"
        default: return key
        }
    }

    /// At most `max` entries and how many more there are.
    static func shortened(_ list: [String], max: Int = 3, empty: String) -> String {
        let shown = list.prefix(max).joined(separator: ",")
        if list.count > max { return "\(shown) + \(list.count - max) more..." }
        return shown.isEmpty ? empty : shown
    }

    /// The addresses of a load balancer, sorted, each once.
    static func loadBalancer(_ status: JSON?) -> String {
        let entries = status?.at("loadBalancer", "ingress")?.array ?? []
        let texts = entries.compactMap { entry -> String? in
            if let address = entry["ip"]?.string, !address.isEmpty { return address }
            return entry["hostname"]?.string
        }
        return Set(texts).sorted().joined(separator: ",")
    }

    /// A value that is text or a number, as text.
    static func plain(_ value: JSON?) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.literal
        default: nil
        }
    }

    /// How Go prints a truth in a cell of text.
    static func truth(_ value: Bool) -> JSON { value ? "True" : "False" }

    static func count(_ value: JSON?) -> JSON { .int(value?.int ?? 0) }
}
