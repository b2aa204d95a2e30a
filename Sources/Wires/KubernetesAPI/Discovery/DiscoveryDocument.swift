import JSONValues
import KubernetesObjects

/// What one discovery endpoint (`/api` or `/apis`) said: pure reading of its documents.
struct DiscoveryDocument {
    /// In the order of preference within each group.
    var kinds: [ResourceKind] = []
    var preferredVersions: [String: String] = [:]
    var failures: [Discovery.Failure] = []
    /// Versions whose resources a further request must ask for.
    var pending: [GroupVersion] = []

    /// Reads whatever form the server chose: aggregated, a list of groups, or the core's versions.
    ///
    /// Nil when the document is none of them.
    init?(_ document: JSON) {
        switch document.kind {
        case "APIGroupDiscoveryList":
            for group in document["items"]?.array ?? [] { readAggregated(group) }
        case "APIGroupList":
            for group in document["groups"]?.array ?? [] { readGroup(group) }
        case "APIVersions":
            let versions = document["versions"]?.array?.compactMap(\.string) ?? []
            preferredVersions[""] = versions.first
            pending = versions.map { GroupVersion(group: "", version: $0) }
        default: return nil
        }
    }

    private mutating func readAggregated(_ group: JSON) {
        let name = group.name ?? ""
        for version in group["versions"]?.array ?? [] {
            guard let text = version["version"]?.string else { continue }
            let groupVersion = GroupVersion(group: name, version: text)
            if preferredVersions[name] == nil { preferredVersions[name] = text }
            guard version["freshness"]?.string != "Stale" else {
                failures.append(
                    Discovery.Failure(
                        groupVersion: groupVersion,
                        reason: "stale: the server behind its APIService does not answer"
                    )
                )
                continue
            }
            kinds += (version["resources"]?.array ?? []).compactMap {
                DiscoveryDocument.aggregatedKind($0, in: groupVersion)
            }
        }
    }

    private static func aggregatedKind(
        _ resource: JSON,
        in groupVersion: GroupVersion
    ) -> ResourceKind? {
        // A resource without a kind supports no operation.
        guard let plural = resource["resource"]?.string,
            let kind = resource.at("responseKind", "kind")?.string, !kind.isEmpty
        else { return nil }
        return ResourceKind(
            group: groupVersion.group,
            version: groupVersion.version,
            kind: kind,
            plural: plural,
            singular: nonEmpty(resource["singularResource"]?.string),
            isNamespaced: resource["scope"]?.string == "Namespaced",
            shortNames: strings(resource["shortNames"]),
            verbs: strings(resource["verbs"]),
            subresources: (resource["subresources"]?.array ?? []).compactMap { subresource in
                guard let name = subresource["subresource"]?.string else { return nil }
                return ResourceKind.Subresource(
                    name: name,
                    kind: responseKind(subresource["responseKind"], in: groupVersion),
                    verbs: strings(subresource["verbs"])
                )
            }
        )
    }

    private static func responseKind(_ kind: JSON?, in own: GroupVersion) -> GroupVersionKind {
        let version = nonEmpty(kind?["version"]?.string)
        return GroupVersionKind(
            group: version == nil ? own.group : kind?["group"]?.string ?? "",
            version: version ?? own.version,
            kind: kind?["kind"]?.string ?? ""
        )
    }

    private mutating func readGroup(_ group: JSON) {
        guard let name = group["name"]?.string else { return }
        var versions = (group["versions"]?.array ?? []).compactMap { $0["version"]?.string }
        if let preferred = group.at("preferredVersion", "version")?.string,
            let index = versions.firstIndex(of: preferred)
        {
            versions.insert(versions.remove(at: index), at: 0)
        }
        preferredVersions[name] = versions.first
        pending += versions.map { GroupVersion(group: name, version: $0) }
    }

    /// The kinds of an `APIResourceList`, which names subresources as `deployments/scale`.
    static func kinds(in list: JSON, of groupVersion: GroupVersion) -> [ResourceKind] {
        let resources = list["resources"]?.array ?? []
        var subresources: [String: [ResourceKind.Subresource]] = [:]
        for resource in resources {
            guard let parts = resource["name"]?.string?.split(separator: "/", maxSplits: 1),
                parts.count == 2
            else { continue }
            subresources[String(parts[0]), default: []].append(
                ResourceKind.Subresource(
                    name: String(parts[1]),
                    kind: responseKind(resource, in: groupVersion),
                    verbs: strings(resource["verbs"])
                )
            )
        }
        return resources.compactMap { resource in
            guard let name = resource["name"]?.string, !name.contains("/"),
                let kind = resource["kind"]?.string
            else { return nil }
            return ResourceKind(
                group: groupVersion.group,
                version: groupVersion.version,
                kind: kind,
                plural: name,
                singular: nonEmpty(resource["singularName"]?.string),
                isNamespaced: resource["namespaced"]?.bool ?? false,
                shortNames: strings(resource["shortNames"]),
                verbs: strings(resource["verbs"]),
                subresources: subresources[name] ?? []
            )
        }
    }

    private static func strings(_ list: JSON?) -> [String] {
        list?.array?.compactMap(\.string) ?? []
    }

    private static func nonEmpty(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }
}
