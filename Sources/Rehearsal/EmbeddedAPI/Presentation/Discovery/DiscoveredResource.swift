import JSONValues
import KubernetesObjects
import Sealing

/// One resource as discovery describes it.
struct DiscoveredResource: Sendable {
    let name: String
    let kind: String
    let singular: String
    let isNamespaced: Bool
    let verbs: [String]
    let shortNames: [String]
    let categories: [String]
    /// The endpoints below one object, sorted by name.
    let parts: [DiscoveredPart]
    /// Tells in which form objects are stored, for those who migrate them; nil where none are.
    let storageVersionHash: String?

    private static let allVerbs = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    /// The server of custom resources names them in an order of its own.
    private static let customVerbs = [
        "delete", "deletecollection", "get", "list", "patch", "create", "update", "watch",
    ]

    init(_ definition: ResourceDefinition) {
        name = definition.name.plural
        kind = definition.kind
        singular = definition.singular
        isNamespaced = definition.isNamespaced
        // A namespace takes everything with it, so that a server deletes them one by one.
        verbs =
            definition.name == .namespaces
            ? Self.allVerbs.filter { $0 != "deletecollection" }
            : definition.isCustom ? Self.customVerbs : Self.allVerbs
        shortNames = definition.shortNames
        categories = definition.categories
        parts = definition.subresources
            .map { DiscoveredPart($0, of: definition) }
            .sorted { $0.name < $1.name }
        // Definitions say that they are stored as they were when they were new.
        let version =
            definition.name == .customResourceDefinitions ? "v1beta1" : definition.storageVersion
        storageVersionHash = Self.hash(
            ofStorage: "\(definition.storage.group)/\(version)/\(definition.kind)"
        )
    }

    /// The first eight bytes of the SHA-256 of a group, version and kind.
    private static func hash(ofStorage kind: String) -> String {
        let digits = Array(Digest(of: Array(kind.utf8)).hex.utf8.prefix(16))
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
        return Base64.encoded(bytes)
    }

    /// A question that is answered and not kept.
    init(_ review: AccessReviews.Review) {
        name = review.kind.lowercased() + "s"
        kind = review.kind
        singular = review.kind.lowercased()
        isNamespaced = review.isNamespaced
        verbs = ["create"]
        shortNames = []
        categories = []
        parts = []
        storageVersionHash = nil
    }

    /// The entry of an `APIResourceList`.
    var document: JSON {
        var document: JSON = [
            "name": .string(name), "singularName": .string(singular),
            "namespaced": .bool(isNamespaced), "kind": .string(kind), "verbs": list(verbs),
        ]
        addNames(to: &document)
        document["storageVersionHash"] = storageVersionHash.map(JSON.string)
        return document
    }

    /// The entry of an aggregated document.
    var aggregated: JSON {
        var document: JSON = [
            "resource": .string(name), "singularResource": .string(singular),
            "scope": isNamespaced ? "Namespaced" : "Cluster", "verbs": list(verbs),
            "responseKind": ["group": "", "version": "", "kind": .string(kind)],
        ]
        addNames(to: &document)
        if !parts.isEmpty { document["subresources"] = .array(parts.map(\.aggregated)) }
        return document
    }

    private func addNames(to document: inout JSON) {
        if !shortNames.isEmpty { document["shortNames"] = list(shortNames) }
        if !categories.isEmpty { document["categories"] = list(categories) }
    }
}

/// One endpoint below the objects of a resource, as discovery describes it.
struct DiscoveredPart: Sendable {
    let name: String
    /// What it takes or answers; group and version are empty where they are those of the resource.
    let response: GroupVersionKind
    let verbs: [String]

    init(_ subresource: Subresource, of definition: ResourceDefinition) {
        name = subresource.rawValue
        let own = GroupVersionKind(group: "", version: "", kind: definition.kind)
        let writing = ["get", "patch", "update"]
        switch subresource {
        case .status, .approval, .ephemeralContainers: (response, verbs) = (own, writing)
        case .finalize: (response, verbs) = (own, ["update"])
        case .log: (response, verbs) = (own, ["get"])
        case .scale:
            response = GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale")
            verbs = writing
        case .eviction:
            response = GroupVersionKind(group: "policy", version: "v1", kind: "Eviction")
            verbs = ["create"]
        case .binding:
            response = GroupVersionKind(group: "", version: "", kind: "Binding")
            verbs = ["create"]
        case .token:
            response = GroupVersionKind(
                group: "authentication.k8s.io",
                version: "v1",
                kind: "TokenRequest"
            )
            verbs = ["create"]
        case .proxy:
            let kind = "\(definition.kind)ProxyOptions"
            response = GroupVersionKind(group: "", version: "", kind: kind)
            verbs = ["create", "delete", "get", "patch", "update"]
        }
    }

    /// The entry of an `APIResourceList`.
    func document(below resource: DiscoveredResource) -> JSON {
        var document: JSON = [
            "name": .string("\(resource.name)/\(name)"), "singularName": "",
            "namespaced": .bool(resource.isNamespaced), "kind": .string(response.kind),
            "verbs": list(verbs),
        ]
        if !response.version.isEmpty {
            document["group"] = .string(response.group)
            document["version"] = .string(response.version)
        }
        return document
    }

    /// The entry of an aggregated document.
    var aggregated: JSON {
        [
            "subresource": .string(name), "verbs": list(verbs),
            "responseKind": [
                "group": .string(response.group), "version": .string(response.version),
                "kind": .string(response.kind),
            ],
        ]
    }
}

private func list(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
