/// A kind together with the resource that serves it: what discovery says of one line of
/// `kubectl api-resources`.
package struct ResourceKind: Sendable, Hashable, Comparable {
    /// A resource below another one: `deployments/scale`.
    package struct Subresource: Sendable, Hashable, Comparable {
        /// Behind the slash: `status`, `scale`, `eviction`.
        package let name: String
        /// What it takes and answers, which for `scale` is `autoscaling/v1, Kind=Scale`.
        package let kind: GroupVersionKind
        /// As discovery tells them: `get`, `patch`, `update`.
        package let verbs: [String]

        package init(name: String, kind: GroupVersionKind, verbs: [String]) {
            self.name = name
            self.kind = kind
            self.verbs = verbs
        }

        package static func < (left: Subresource, right: Subresource) -> Bool {
            left.name < right.name
        }
    }

    /// Empty for the core group.
    package let group: String
    /// The version in which it is served here.
    package let version: String
    /// In the singular and with capitals: `Deployment`.
    package let kind: String
    /// The plural, as it stands in paths.
    package let plural: String
    /// As people type it: `deployment`.
    package let singular: String
    /// Whether its objects live in namespaces.
    package let isNamespaced: Bool
    /// As people type it in haste: `deploy`.
    package let shortNames: [String]
    /// As discovery tells them; a kind that cannot be listed lacks `list`.
    package let verbs: [String]
    /// What is served below its objects.
    package let subresources: [Subresource]

    package init(
        group: String,
        version: String,
        kind: String,
        plural: String,
        singular: String? = nil,
        isNamespaced: Bool,
        shortNames: [String] = [],
        verbs: [String] = ResourceKind.verbsOfStorage,
        subresources: [Subresource] = []
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.singular = singular ?? kind.lowercased()
        self.isNamespaced = isNamespaced
        self.shortNames = shortNames
        self.verbs = verbs
        self.subresources = subresources
    }

    /// What every resource with storage allows, in the order of a real server's discovery.
    package static let verbsOfStorage = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    package var groupVersion: GroupVersion { GroupVersion(group: group, version: version) }

    package var groupVersionKind: GroupVersionKind {
        GroupVersionKind(group: group, version: version, kind: kind)
    }

    package var groupVersionResource: GroupVersionResource {
        GroupVersionResource(group: group, version: version, resource: plural)
    }

    package var apiVersion: String { groupVersion.apiVersion }

    /// As error texts have it: `deployments.apps`, `services`.
    package var groupResource: String { groupVersionResource.groupResource }

    /// The subresource of this name; nil when the server has none.
    package func subresource(_ name: String) -> Subresource? {
        subresources.first { $0.name == name }
    }

    /// The path of one object, of a collection (`name` nil), or of a collection across namespaces
    /// (`namespace` nil too).
    ///
    /// A namespace is left out for a kind that has none.
    package func path(
        namespace: String? = nil,
        name: String? = nil,
        subresource: String? = nil
    ) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if isNamespaced, let namespace { path += "/namespaces/\(namespace)" }
        path += "/\(plural)"
        if let name { path += "/\(name)" }
        if let subresource { path += "/\(subresource)" }
        return path
    }

    /// Whether `word`, as a person types it to kubectl, means this kind.
    ///
    /// Understood are the plural, the singular and the short names, each alone, with the group
    /// (`deployments.apps`) or with version and group (`deployments.v1.apps`).
    package func isNamed(_ word: String) -> Bool {
        let parts = word.lowercased().split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = parts.first,
            first == plural || first == singular || shortNames.contains(first)
        else { return false }
        guard parts.count == 2 else { return true }
        return parts[1] == group || parts[1] == "\(version).\(group)"
            || (group.isEmpty && parts[1] == version)
    }

    package static func < (left: ResourceKind, right: ResourceKind) -> Bool {
        (left.group, left.version, left.plural) < (right.group, right.version, right.plural)
    }
}
