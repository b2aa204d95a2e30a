/// What the API server knows of one resource, built-in or from a CustomResourceDefinition.
package struct ResourceDefinition: Sendable {
    /// The group and the plural.
    package let name: ResourceName
    /// In the singular and with capitals: `Deployment`.
    package let kind: String
    /// As people type it: `deployment`.
    package let singular: String
    /// The kind of the answer to a list: `DeploymentList`.
    package let listKind: String
    /// The versions that are served, the preferred one first.
    package let versions: [String]
    /// The version in which objects are stored.
    package let storageVersion: String
    /// Whether its objects live in namespaces.
    package let isNamespaced: Bool
    /// As people type it in haste: `deploy`.
    package let shortNames: [String]
    /// The groups of kinds that it belongs to: `all`.
    package let categories: [String]
    /// What is served below its objects.
    package let subresources: Set<Subresource>
    /// Whose objects these are: another resource's when two groups show the same ones.
    let storage: ResourceName
    /// The kind under which the objects are stored.
    let storageKind: String
    /// The schemas of a resource that a CustomResourceDefinition made, by version.
    let customSchemas: [String: CustomSchema]
    /// Where a custom resource keeps its replicas.
    let customScale: CustomScale?

    /// True of resources that a CustomResourceDefinition made.
    package var isCustom: Bool { !customSchemas.isEmpty }

    init(
        _ name: ResourceName,
        kind: String,
        versions: [String] = ["v1"],
        isNamespaced: Bool = true,
        shortNames: [String] = [],
        categories: [String] = [],
        subresources: Set<Subresource> = [],
        singular: String? = nil,
        listKind: String? = nil,
        storage: ResourceName? = nil,
        storageVersion: String? = nil,
        customSchemas: [String: CustomSchema] = [:],
        customScale: CustomScale? = nil
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
        self.listKind = listKind ?? kind + "List"
        self.storage = storage ?? name
        storageKind = kind
        self.customSchemas = customSchemas
        self.customScale = customScale
    }

    /// `apps/v1`, or `v1` for the core group.
    package func apiVersion(_ version: String) -> String {
        name.group.isEmpty ? version : "\(name.group)/\(version)"
    }

    /// What stored objects say in `apiVersion`.
    package var storageAPIVersion: String {
        storage.group.isEmpty ? storageVersion : "\(storage.group)/\(storageVersion)"
    }
}

/// The endpoints below one object.
package enum Subresource: String, Sendable, CaseIterable {
    case status, scale, eviction, binding, token, finalize, approval
    case ephemeralContainers = "ephemeralcontainers"
    case log, proxy
}
