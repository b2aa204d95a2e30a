import JSONValues
import KubernetesObjects

/// The discovery documents of the old form, one a group and version, derived from the registry.
struct DiscoveryDocuments: Sendable {
    /// One API group and its versions, the preferred one first.
    struct Group: Sendable {
        let name: String
        let versions: [String]
    }

    /// In the order in which a server lists them: clients take the first that has a short name.
    let groups: [Group]
    private let definitions: [ResourceDefinition]

    /// The groups whose place in the list is fixed; those of custom resources follow, sorted.
    private static let groupOrder = [
        "", "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io",
        "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io",
        "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "storage.k8s.io",
        "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io",
        "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io", "resource.k8s.io",
        "flowcontrol.apiserver.k8s.io",
    ]

    init(_ registry: ResourceRegistry) {
        definitions = registry.definitions
        var versions: [String: [String]] = [:]
        for definition in definitions {
            for version in definition.versions
            where versions[definition.name.group]?.contains(version) != true {
                versions[definition.name.group, default: []].append(version)
            }
        }
        for review in AccessReviews.all { versions[review.group] = ["v1"] }
        let rank = Dictionary(
            uniqueKeysWithValues: Self.groupOrder.enumerated().map { ($0.element, $0.offset) }
        )
        groups =
            versions
            .map { name, versions in
                Group(name: name, versions: versions.sorted(by: APIVersionOrder.isBefore))
            }
            .sorted { left, right in
                (rank[left.name] ?? .max, left.name) < (rank[right.name] ?? .max, right.name)
            }
    }

    /// The answer to `/api`.
    var coreVersions: JSON {
        [
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [
                ["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]
            ],
        ]
    }

    /// The answer to `/apis`.
    var groupList: JSON {
        let named = groups.filter { !$0.name.isEmpty }
        return [
            "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(named.map(description)),
        ]
    }

    /// The answer to `/apis/GROUP`, nil for a group that is not served.
    func groupDocument(_ name: String) -> JSON? {
        guard let group = groups.first(where: { $0.name == name && !name.isEmpty }) else {
            return nil
        }
        var document = description(group)
        document.kind = "APIGroup"
        document.apiVersion = "v1"
        return document
    }

    /// The answer to `/apis/GROUP/VERSION`, nil for what is not served.
    func resourceList(group: String, version: String) -> JSON? {
        guard groups.contains(where: { $0.name == group && $0.versions.contains(version) }) else {
            return nil
        }
        let resources = resources(group: group, version: version).flatMap { resource in
            [resource.document] + resource.parts.map { $0.document(below: resource) }
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(resources),
        ]
    }

    /// The resources of one version, sorted by name.
    func resources(group: String, version: String) -> [DiscoveredResource] {
        let stored = definitions.filter {
            $0.name.group == group && $0.versions.contains(version)
        }
        let reviews = AccessReviews.all.filter { $0.group == group && version == "v1" }
        return (stored.map { DiscoveredResource($0) } + reviews.map { DiscoveredResource($0) })
            .sorted { $0.name < $1.name }
    }

    private func description(_ group: Group) -> JSON {
        let versions = group.versions.map { version -> JSON in
            ["groupVersion": .string("\(group.name)/\(version)"), "version": .string(version)]
        }
        return [
            "name": .string(group.name), "versions": .array(versions),
            "preferredVersion": versions[0],
        ]
    }
}

/// How versions of one group rank: stable before beta before alpha, higher before lower.
enum APIVersionOrder {
    static func isBefore(_ left: String, _ right: String) -> Bool {
        switch (parts(left), parts(right)) {
        case (.some(let left), .some(let right)): left > right
        case (.some, nil): true
        case (nil, .some): false
        case (nil, nil): left < right
        }
    }

    /// Stability, major and minor number; nil for what is no version of that form.
    private static func parts(_ version: String) -> (Int, Int, Int)? {
        guard version.first == "v" else { return nil }
        let rest = version.dropFirst()
        let digits = rest.prefix { $0.isNumber }
        guard let major = Int(digits) else { return nil }
        let tail = rest.dropFirst(digits.count)
        if tail.isEmpty { return (2, major, 0) }
        for (stability, word) in ["alpha", "beta"].enumerated() where tail.hasPrefix(word) {
            return Int(tail.dropFirst(word.count)).map { (stability, major, $0) }
        }
        return nil
    }
}
