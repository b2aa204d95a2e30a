import JSONValues
import KubernetesObjects

/// Which cluster-wide objects come along with those of some namespaces.
///
/// Those that they name (cluster roles, priorities, the definitions of their kinds) and those that
/// name them (cluster role bindings of their accounts, webhooks and API services that they serve).
struct CopyNeeds {
    private let namespaces: Set<String>
    /// As `Kind/namespace/name`, what is copied or used of accounts and Services; nil where the
    /// namespaces are copied whole.
    private var members: Set<String>?
    private var names: Set<String> = []
    private var groupKinds: Set<String> = []

    /// `objects` are those that are copied, without cluster-wide ones; `isPart` says that there are
    /// others in their namespaces.
    init(of objects: [JSON], in namespaces: [String], isPart: Bool, clusterWide: [JSON]) {
        self.namespaces = Set(namespaces)
        members = isPart ? CopyNeeds.members(of: objects) : nil
        for object in objects { take(object) }
        for binding in clusterWide where binding.kind == "ClusterRoleBinding" && servesUs(binding) {
            take(binding)
        }
    }

    func include(_ object: JSON) -> Bool {
        let name = object.name ?? ""
        switch object.kind {
        case "Namespace": return namespaces.contains(name)
        case "ClusterRole": return names.contains("ClusterRole/\(name)")
        case "PriorityClass": return names.contains("PriorityClass/\(name)")
        case "ClusterRoleBinding": return servesUs(object)
        case "CustomResourceDefinition":
            return object.definedGroupKind.map(groupKinds.contains) ?? false
        case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
            return (object["webhooks"]?.array ?? []).contains {
                isOurs($0.at("clientConfig", "service"), "Service")
            }
        case "APIService": return isOurs(object.at("spec", "service"), "Service")
        default: return false
        }
    }

    private func servesUs(_ binding: JSON) -> Bool {
        (binding["subjects"]?.array ?? []).contains { subject in
            switch subject["kind"]?.string {
            case "ServiceAccount": isOurs(subject, "ServiceAccount")
            case "User", "Group": isOurAccounts(subject["name"]?.string ?? "")
            default: false
            }
        }
    }

    /// `system:serviceaccount:shop:web` is one account as users are named, and
    /// `system:serviceaccounts:shop` the group of all of a namespace.
    private func isOurAccounts(_ name: String) -> Bool {
        let parts = name.split(separator: ":").map(String.init)
        guard parts.count >= 3, parts[0] == "system" else { return false }
        if parts[1] == "serviceaccounts", parts.count == 3 { return namespaces.contains(parts[2]) }
        guard parts[1] == "serviceaccount", parts.count == 4 else { return false }
        return isOurs(
            ["namespace": .string(parts[2]), "name": .string(parts[3])],
            "ServiceAccount"
        )
    }

    private func isOurs(_ reference: JSON?, _ kind: String) -> Bool {
        let namespace = reference?["namespace"]?.string ?? ""
        guard let members else { return namespaces.contains(namespace) }
        return members.contains("\(kind)/\(namespace)/\(reference?["name"]?.string ?? "")")
    }

    private static func members(of objects: [JSON]) -> Set<String> {
        var members: Set<String> = []
        for object in objects {
            let namespace = object.namespace ?? ""
            members.insert("\(object.kind ?? "")/\(namespace)/\(object.name ?? "")")
            guard let pod = object.podSpec else { continue }
            let account = pod["serviceAccountName"]?.string ?? "default"
            members.insert("ServiceAccount/\(namespace)/\(account)")
        }
        return members
    }

    private mutating func take(_ object: JSON) {
        groupKinds.insert(object.groupKind)
        if let role = object["roleRef"], role["kind"] == "ClusterRole" {
            names.insert("ClusterRole/\(role["name"]?.string ?? "")")
        }
        // Operators describe pods as Deployments do.
        let pod = object.podSpec ?? object.at("spec", "template", "spec")
        if let priority = pod?["priorityClassName"]?.string {
            names.insert("PriorityClass/\(priority)")
        }
    }
}
