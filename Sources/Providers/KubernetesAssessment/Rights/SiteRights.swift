import JSONValues
import KubernetesAPI
import KubernetesCopy

/// What may be done with some resources of one API group.
package struct AccessRule: Sendable, Hashable, Comparable {
    /// Empty for the core group.
    package let group: String
    /// Plurals, with `/scale` and its like behind them for a subresource; sorted.
    package let resources: [String]
    /// Sorted.
    package let verbs: [String]

    /// Takes resources and verbs in any order.
    package init(group: String, resources: [String], verbs: [String]) {
        self.group = group
        self.resources = Set(resources).sorted()
        self.verbs = Set(verbs).sorted()
    }

    func allows(_ call: APICall.Resource) -> Bool {
        group == call.group && resources.contains(call.plural) && verbs.contains(call.verb.rawValue)
    }

    /// By group, then by resources.
    package static func < (left: AccessRule, right: AccessRule) -> Bool {
        if left.group != right.group { return left.group < right.group }
        return left.resources.lexicographicallyPrecedes(right.resources)
    }
}

/// The least privilege that some work needs at one site.
package struct SiteRights: Sendable, Hashable {
    /// What must hold in every namespace and for what has none, sorted.
    package let clusterWide: [AccessRule]
    /// What must hold in some namespaces only, by namespace; sorted.
    package let namespaced: [String: [AccessRule]]

    /// Resources that may be used alike become one rule.
    init(clusterWide: [Need], namespaced: [String: [Need]] = [:]) {
        self.clusterWide = SiteRights.rules(clusterWide)
        self.namespaced = namespaced.mapValues(SiteRights.rules).filter { !$0.value.isEmpty }
    }

    /// One resource and what is done with it.
    struct Need {
        let group: String
        let resource: String
        let verbs: [String]
    }

    /// Whether a server that knows these rights only would let a call pass.
    package func allows(_ call: APICall.Resource) -> Bool {
        if clusterWide.contains(where: { $0.allows(call) }) { return true }
        guard let namespace = call.namespace else { return false }
        return namespaced[namespace]?.contains { $0.allows(call) } ?? false
    }

    private static func rules(_ needs: [Need]) -> [AccessRule] {
        var verbs: [String: [String: Set<String>]] = [:]
        for need in needs {
            verbs[need.group, default: [:]][need.resource, default: []].formUnion(need.verbs)
        }
        return verbs.flatMap { group, resources in
            Dictionary(grouping: resources.keys) { resources[$0] ?? [] }.map { verbs, names in
                AccessRule(group: group, resources: names, verbs: Array(verbs))
            }
        }.sorted()
    }
}

/// Who gets rights.
package struct RightsSubject: Sendable, Hashable {
    /// `User`, `Group` or `ServiceAccount`.
    package let kind: String
    /// As the cluster's authentication names it; of a ServiceAccount without its namespace.
    package let name: String
    /// Of a ServiceAccount.
    package let namespace: String?

    /// Reads `user:NAME`, `group:NAME` and `serviceaccount:NAMESPACE:NAME`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "user": (kind, name, namespace) = ("User", parts[1], nil)
        case "group": (kind, name, namespace) = ("Group", parts[1], nil)
        case "serviceaccount":
            let place = parts[1].split(separator: ":").map(String.init)
            guard place.count == 2 else { return nil }
            (kind, name, namespace) = ("ServiceAccount", place[1], place[0])
        default: return nil
        }
    }

    var json: JSON {
        var subject: JSON = ["kind": .string(kind), "name": .string(name)]
        if let namespace {
            subject["namespace"] = .string(namespace)
        } else {
            subject["apiGroup"] = .string(SiteRights.group)
        }
        return subject
    }
}

extension SiteRights {
    static let group = "rbac.authorization.k8s.io"

    /// Roles that grant these rights, and what binds them to `subject`, in the order of applying them.
    package func manifests(name: String, subject: RightsSubject) -> [JSON] {
        var manifests: [JSON] = []
        func add(_ scope: String, _ namespace: String?, _ rules: [AccessRule]) {
            // The mark keeps a copy from taking the source's rights along.
            var metadata: JSON = [
                "name": .string(name), "labels": .object([CopyMarks.rights: "true"]),
            ]
            if let namespace { metadata["namespace"] = .string(namespace) }
            let version = JSON.string("\(SiteRights.group)/v1")
            manifests.append([
                "apiVersion": version, "kind": .string("\(scope)Role"), "metadata": metadata,
                "rules": .array(rules.map(SiteRights.json)),
            ])
            manifests.append([
                "apiVersion": version, "kind": .string("\(scope)RoleBinding"),
                "metadata": metadata,
                "roleRef": [
                    "apiGroup": .string(SiteRights.group), "kind": .string("\(scope)Role"),
                    "name": .string(name),
                ],
                "subjects": [subject.json],
            ])
        }
        if !clusterWide.isEmpty { add("Cluster", nil, clusterWide) }
        for (namespace, rules) in namespaced.sorted(by: { $0.key < $1.key }) {
            add("", namespace, rules)
        }
        return manifests
    }

    private static func json(_ rule: AccessRule) -> JSON {
        [
            "apiGroups": [.string(rule.group)],
            "resources": .array(rule.resources.map(JSON.string)),
            "verbs": .array(rule.verbs.map(JSON.string)),
        ]
    }
}
