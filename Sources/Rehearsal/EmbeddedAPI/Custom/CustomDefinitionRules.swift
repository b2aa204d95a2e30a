import JSONValues
import KubernetesObjects

/// What a server does with CustomResourceDefinitions, and the resources that they make.
enum CustomDefinitionRules {
    static let finalizer = "customresourcecleanup.apiextensions.k8s.io"

    static func setDefaults(_ object: inout JSON) {
        object.change("spec") { spec in
            spec.setDefaultText("scope", "Namespaced")
            spec.setDefault("conversion", ["strategy": "None"])
            let kind = spec.at("names", "kind")?.string ?? ""
            spec.change("names") { names in
                names.setDefaultText("singular", kind.lowercased())
                names.setDefaultText("listKind", kind + "List")
            }
        }
    }

    static func prepareForCreate(_ object: inout JSON) {
        let stored = (object.at("spec", "versions")?.array ?? [])
            .filter { $0["storage"]?.bool == true }
            .compactMap { $0["name"] }
        object.status = [
            "conditions": nil, "acceptedNames": ["plural": "", "kind": ""],
            "storedVersions": .array(stored),
        ]
    }

    static func problems(of object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        let plural = spec.at("names", "plural")?.string ?? ""
        let group = FieldChecks.text(spec, "group")
        var errors: [FieldError] = []
        if object.name != "\(plural).\(group)" {
            errors.append(
                .invalid(
                    "metadata.name",
                    object.name ?? "",
                    "must be spec.names.plural+\".\"+spec.group"
                )
            )
        }
        if group.isEmpty { errors.append(.required("spec.group")) }
        let scope = FieldChecks.text(spec, "scope")
        if !["Cluster", "Namespaced"].contains(scope) {
            errors.append(
                .notSupported(
                    "spec.scope",
                    .string(scope),
                    supported: ["Cluster", "Namespaced"]
                )
            )
        }
        let versions = spec["versions"]?.array ?? []
        if versions.filter({ $0["storage"]?.bool == true }).count != 1 {
            errors.append(
                .invalid(
                    "spec.versions",
                    .array(versions),
                    "must have exactly one version marked as storage version"
                )
            )
        }
        for (index, version) in versions.enumerated()
        where version.at("schema", "openAPIV3Schema") == nil {
            errors.append(.required("spec.versions[\(index)].schema.openAPIV3Schema"))
        }
        for key in ["plural", "kind"]
        where (spec.at("names", key)?.string ?? "").isEmpty {
            errors.append(.required("spec.names.\(key)"))
        }
        if object.at("status", "storedVersions")?.array?.isEmpty ?? true {
            errors.append(
                .invalid(
                    "status.storedVersions",
                    .null,
                    "must have at least one stored version"
                )
            )
        }
        return errors
    }

    /// The resource that a definition makes; nil while it names nothing that can be served.
    static func definition(from object: JSON) -> ResourceDefinition? {
        guard let spec = object.spec, let group = spec["group"]?.string,
            let plural = spec.at("names", "plural")?.string,
            let kind = spec.at("names", "kind")?.string
        else { return nil }
        let versions = (spec["versions"]?.array ?? []).filter { $0["served"]?.bool == true }
        let names = versions.compactMap { $0["name"]?.string }.sorted(by: isPreferred)
        let all = spec["versions"]?.array ?? []
        let stored = all.first { $0["storage"]?.bool == true }?["name"]?.string
        guard !names.isEmpty, let stored else { return nil }
        var schemas: [String: CustomSchema] = [:]
        var subresources: Set<Subresource> = []
        var scale: CustomScale?
        for version in all {
            guard let name = version["name"]?.string else { continue }
            schemas[name] = CustomSchema(document: version.at("schema", "openAPIV3Schema"))
            if version.at("subresources", "status") != nil { subresources.insert(.status) }
            if let paths = version.at("subresources", "scale") {
                subresources.insert(.scale)
                scale = CustomScale(paths)
            }
        }
        return ResourceDefinition(
            ResourceName(plural, group: group),
            kind: kind,
            versions: names,
            isNamespaced: spec["scope"] == "Namespaced",
            shortNames: spec.at("names", "shortNames")?.array?.compactMap(\.string) ?? [],
            categories: spec.at("names", "categories")?.array?.compactMap(\.string) ?? [],
            subresources: subresources,
            singular: spec.at("names", "singular")?.string,
            listKind: spec.at("names", "listKind")?.string,
            storageVersion: stored,
            customSchemas: schemas,
            customScale: scale
        )
    }

    /// Kubernetes' order of versions: stable before beta before alpha, newer before older.
    private static func isPreferred(_ left: String, _ right: String) -> Bool {
        let (first, second) = (VersionRank(left), VersionRank(right))
        return first == second ? left < right : first > second
    }

    private struct VersionRank: Comparable {
        let stability: Int
        let major: Int
        let minor: Int

        init(_ text: String) {
            guard let match = text.wholeMatch(of: /v(\d+)(?:(alpha|beta)(\d+))?/) else {
                (stability, major, minor) = (0, 0, 0)
                return
            }
            stability = match.2 == nil ? 3 : match.2 == "beta" ? 2 : 1
            major = Int(match.1) ?? 0
            minor = match.3.flatMap { Int($0) } ?? 0
        }

        static func < (left: VersionRank, right: VersionRank) -> Bool {
            (left.stability, left.major, left.minor)
                < (right.stability, right.major, right.minor)
        }
    }
}

/// Where a custom resource keeps what its scale subresource shows.
struct CustomScale: Sendable, Equatable {
    let specReplicas: [String]
    let statusReplicas: [String]
    let selector: [String]?

    init(_ paths: JSON) {
        specReplicas = Self.keys(paths["specReplicasPath"]?.string ?? ".spec.replicas")
        statusReplicas = Self.keys(paths["statusReplicasPath"]?.string ?? ".status.replicas")
        selector = paths["labelSelectorPath"]?.string.map(Self.keys)
    }

    private static func keys(_ path: String) -> [String] {
        path.split(separator: ".").map(String.init)
    }
}
