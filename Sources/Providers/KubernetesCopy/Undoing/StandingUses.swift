import JSONValues
import KubernetesObjects

/// Who needs which object: what the pods, entries and rights of some objects name.
///
/// `users` has the first of them by name for each object that is needed.
struct StandingUses {
    private(set) var users: [CopyKey: String] = [:]

    /// Takes the objects that stay, and those that may be kept for their sake.
    init(of staying: [JSON], candidates: [JSON]) {
        for object in staying.sorted(by: { Self.name($0) < Self.name($1) }) {
            for key in Self.needs(of: object) { add(key, for: Self.name(object)) }
        }
        for binding in candidates where binding.kind?.hasSuffix("RoleBinding") == true {
            addRights(binding)
        }
    }

    private mutating func add(_ key: CopyKey, for user: String) {
        if users[key] == nil { users[key] = user }
    }

    /// A binding stays with the account that it is for, and its role with it.
    private mutating func addRights(_ binding: JSON) {
        let accounts = (binding["subjects"]?.array ?? []).compactMap { subject -> String? in
            guard subject["kind"] == "ServiceAccount", let name = subject["name"]?.string else {
                return nil
            }
            return users[
                CopyKey(
                    group: "",
                    kind: "ServiceAccount",
                    namespace: subject["namespace"]?.string ?? binding.namespace,
                    name: name
                )
            ]
        }
        guard let user = accounts.first, let key = CopyKey(binding) else { return }
        add(key, for: user)
        guard let kind = binding.at("roleRef", "kind")?.string,
            let name = binding.at("roleRef", "name")?.string
        else { return }
        let namespace = kind == "Role" ? binding.namespace : nil
        add(CopyKey(group: key.group, kind: kind, namespace: namespace, name: name), for: user)
    }

    private static func name(_ object: JSON) -> String {
        "\(object.kind ?? "") \(object.namespacedName)"
    }

    private static func needs(of object: JSON) -> [CopyKey] {
        var keys: [CopyKey] = []
        func add(_ kind: String, of group: String = "", _ name: String, in namespace: String?) {
            keys.append(CopyKey(group: group, kind: kind, namespace: namespace, name: name))
        }
        if let pod = object.podSpec {
            for reference in PodReference.all(of: pod) {
                add(reference.kind, reference.name, in: object.namespace)
            }
            if let priority = pod["priorityClassName"]?.string {
                add("PriorityClass", of: "scheduling.k8s.io", priority, in: nil)
            }
        }
        guard object.groupVersionKind?.kind == "Ingress" else { return keys }
        for part in object.at("spec", "tls")?.array ?? [] {
            guard let name = part["secretName"]?.string else { continue }
            add("Secret", name, in: object.namespace)
        }
        return keys
    }
}
