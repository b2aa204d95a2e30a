/// Which objects a path leads to.
struct ResourceRoute: Sendable {
    let definition: ResourceDefinition
    let version: String
    /// Nil for cluster-wide objects, and for a list across namespaces.
    let namespace: String?
    /// Nil for a collection.
    let name: String?
    let subresource: Subresource?
    /// From the old form `/api/v1/watch/…`.
    let isWatch: Bool

    var apiVersion: String { definition.apiVersion(version) }

    /// Nil when the path leads to no resource that is served.
    init?(path: [String], registry: ResourceRegistry) {
        let group: String
        var rest: ArraySlice<String>
        switch path.first {
        case "api" where path.count >= 3:
            group = ""
            version = path[1]
            rest = path[2...]
        case "apis" where path.count >= 4:
            group = path[1]
            version = path[2]
            rest = path[3...]
        default: return nil
        }
        isWatch = rest.first == "watch"
        if isWatch { rest = rest.dropFirst() }
        var namespace: String?
        if rest.first == "namespaces", rest.count >= 3,
            !["status", "finalize"].contains(rest[rest.startIndex + 2])
        {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        let parts = Array(rest)
        guard (1...3).contains(parts.count),
            let definition = registry[ResourceName(parts[0], group: group)],
            definition.versions.contains(version),
            definition.isNamespaced || namespace == nil,
            !definition.isNamespaced || namespace != nil || parts.count == 1
        else { return nil }
        if parts.count == 3 {
            guard let subresource = Subresource(rawValue: parts[2]),
                definition.subresources.contains(subresource)
            else { return nil }
            self.subresource = subresource
        } else {
            subresource = nil
        }
        self.definition = definition
        self.namespace = namespace
        name = parts.count > 1 ? parts[1] : nil
    }
}
