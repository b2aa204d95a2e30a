import JSONValues
import KubernetesObjects

/// Which cluster-wide objects come along with those of some namespaces.
///
/// Those that they name (cluster roles, priorities, the definitions of their kinds) and those that
/// name them (cluster role bindings of their accounts, webhooks and API services that they serve).
struct CopyNeeds {
    private let namespaces: Set<String>
    private var names: Set<String> = []
    private var groupKinds: Set<String> = []

    /// `objects` are those that are copied, without cluster-wide ones.
    init(of objects: [JSON], in namespaces: [String], clusterWide: [JSON]) {
        self.namespaces = Set(namespaces)
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
            let group = object.at("spec", "group")?.string ?? ""
            let kind = object.at("spec", "names", "kind")?.string ?? ""
            return groupKinds.contains("\(group)/\(kind)")
        case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
            return (object["webhooks"]?.array ?? []).contains {
                namespaces.contains(
                    $0.at("clientConfig", "service", "namespace")?.string ?? ""
                )
            }
        case "APIService":
            return namespaces.contains(object.at("spec", "service", "namespace")?.string ?? "")
        default: return false
        }
    }

    private func servesUs(_ binding: JSON) -> Bool {
        (binding["subjects"]?.array ?? []).contains {
            $0["kind"] == "ServiceAccount" && namespaces.contains($0["namespace"]?.string ?? "")
        }
    }

    private mutating func take(_ object: JSON) {
        if let kind = object.groupVersionKind { groupKinds.insert("\(kind.group)/\(kind.kind)") }
        if let role = object["roleRef"], role["kind"] == "ClusterRole" {
            names.insert("ClusterRole/\(role["name"]?.string ?? "")")
        }
        for path in [["spec"], ["spec", "template", "spec"]]
            + [["spec", "jobTemplate", "spec", "template", "spec"]]
        {
            if let priority = object.at(path + ["priorityClassName"])?.string {
                names.insert("PriorityClass/\(priority)")
            }
        }
    }
}
