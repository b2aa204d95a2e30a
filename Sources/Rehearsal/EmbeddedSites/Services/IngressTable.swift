import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// The rules of all Ingresses of a site: which Service a host and a path lead to.
///
/// A pure value that is fed changes in order. Classes are not looked at; TLS is not served.
package struct IngressTable: Sendable {
    /// The port of a Service as an Ingress names it.
    package enum BackendPort: Sendable, Equatable {
        case number(Int)
        case name(String)
    }

    /// Where a rule leads.
    package struct Backend: Sendable, Equatable {
        package let service: ServiceKey
        package let port: BackendPort
    }

    fileprivate struct Rule: Sendable {
        let path: String
        let isExact: Bool
        let backend: Backend
        /// The Ingress that says so, for ties: the older one wins, then the first by name.
        let birth: String
        let owner: String
    }

    private struct Entry: Sendable {
        /// Empty for rules without a host.
        var rules: [(host: String, rule: Rule)]
        var fallback: Rule?
    }

    package init() {}

    private var ingresses: [String: Entry] = [:]
    private var rules: [String: [Rule]] = [:]
    private var fallback: Backend?

    package mutating func apply(_ change: ObjectChange) {
        guard change.resource == .ingresses, let namespace = change.object.namespace else { return }
        let id = change.object.namespacedName
        ingresses[id] =
            change.kind == .deleted
            ? nil : Self.entry(change.object, namespace: namespace, id: id)
        rebuild()
    }

    /// The hosts for which there are rules, without the one of rules for any host.
    package var hosts: [String] { rules.keys.filter { !$0.isEmpty }.sorted() }

    /// Where a request goes; nil when no rule says.
    package func backend(host: String, path: String) -> Backend? {
        let candidates =
            rules[host] ?? Self.wildcard(of: host).flatMap { rules[$0] } ?? rules[""] ?? []
        return candidates.first { $0.matches(path) }?.backend ?? fallback
    }

    private static func wildcard(of host: String) -> String? {
        host.firstIndex(of: ".").map { "*" + host[$0...] }
    }

    private static func entry(_ object: JSON, namespace: String, id: String) -> Entry {
        let birth = object.creationTimestamp ?? ""
        func rule(_ path: JSON, _ backend: JSON?) -> Rule? {
            guard let service = backend?["service"], let name = service["name"]?.string else {
                return nil
            }
            let port: BackendPort
            if let number = service.at("port", "number")?.int {
                port = .number(number)
            } else if let name = service.at("port", "name")?.string {
                port = .name(name)
            } else {
                return nil
            }
            return Rule(
                path: path["path"]?.string ?? "/",
                isExact: path["pathType"]?.string == "Exact",
                backend: Backend(service: ServiceKey(namespace: namespace, name: name), port: port),
                birth: birth,
                owner: id
            )
        }
        let rules = (object.at("spec", "rules")?.array ?? []).flatMap { item in
            (item.at("http", "paths")?.array ?? []).compactMap { path in
                rule(path, path["backend"]).map {
                    (host: (item["host"]?.string ?? "").lowercased(), rule: $0)
                }
            }
        }
        return Entry(rules: rules, fallback: rule([:], object.at("spec", "defaultBackend")))
    }

    /// Exact paths come first, then the longest.
    private mutating func rebuild() {
        rules = [:]
        for entry in ingresses.values {
            for (host, rule) in entry.rules { rules[host, default: []].append(rule) }
        }
        for host in rules.keys { rules[host]?.sort { $0.precedes($1) } }
        fallback = ingresses.values.compactMap(\.fallback).min { $0.precedes($1) }?.backend
    }
}

extension IngressTable.Rule {
    /// By elements of the path, as the API says of Prefix: `/a` matches `/a` and `/a/b`, not `/ab`.
    fileprivate func matches(_ requested: String) -> Bool {
        if isExact { return requested == path }
        let prefix = path.hasSuffix("/") ? String(path.dropLast()) : path
        guard requested.hasPrefix(prefix) else { return false }
        let rest = requested.dropFirst(prefix.count)
        return rest.isEmpty || rest.first == "/"
    }

    fileprivate func precedes(_ other: Self) -> Bool {
        if isExact != other.isExact { return isExact }
        if path.count != other.path.count { return path.count > other.path.count }
        return (birth, owner, path) < (other.birth, other.owner, other.path)
    }
}
