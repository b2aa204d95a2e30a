/// What the API server knows of one resource, built-in or from a CustomResourceDefinition.
package struct ResourceDefinition: Sendable {
    package let name: ResourceName
    package let kind: String
    package let singular: String
    /// The versions that are served, the preferred one first.
    package let versions: [String]
    /// The version in which objects are stored.
    package let storageVersion: String
    package let isNamespaced: Bool
    package let shortNames: [String]
    package let categories: [String]
    package let subresources: Set<Subresource>
    /// True of resources that a CustomResourceDefinition made.
    package let isCustom: Bool

    package init(
        _ name: ResourceName,
        kind: String,
        versions: [String] = ["v1"],
        isNamespaced: Bool = true,
        shortNames: [String] = [],
        categories: [String] = [],
        subresources: Set<Subresource> = [],
        singular: String? = nil,
        storageVersion: String? = nil,
        isCustom: Bool = false
    ) {
        precondition(!versions.isEmpty, "\(name) has no version")
        self.name = name
        self.kind = kind
        self.singular = singular ?? kind.lowercased()
        self.versions = versions
        self.storageVersion = storageVersion ?? versions[0]
        self.isNamespaced = isNamespaced
        self.shortNames = shortNames
        self.categories = categories
        self.subresources = subresources
        self.isCustom = isCustom
    }

    /// `apps/v1`, or `v1` for the core group.
    package func apiVersion(_ version: String) -> String {
        name.group.isEmpty ? version : "\(name.group)/\(version)"
    }

    package var storageAPIVersion: String { apiVersion(storageVersion) }
}

/// The endpoints below one object.
package enum Subresource: String, Sendable, CaseIterable {
    case status, scale, eviction, binding, token, finalize, approval
    case ephemeralContainers = "ephemeralcontainers"
    case log, proxy
}
