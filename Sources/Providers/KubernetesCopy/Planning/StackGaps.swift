import JSONValues
import KubernetesObjects
import MigrationModel

/// Tells what the pods of a stack need of their namespaces and the stack does not bring: pure.
struct StackGaps {
    let stack: String
    /// Everything that was read of the source, and what of it is not a user's.
    let source: [CopyKey: JSON]
    let owners: OwnerChain
    /// Whether the target has what an object of the source becomes there.
    let isAtTarget: (CopyKey) -> Bool

    /// Nil when nothing is missing.
    func finding(of selected: [(key: CopyKey, object: JSON)]) -> Finding? {
        let members = Set(selected.map(\.key))
        var missing: Set<CopyKey> = []
        for (key, object) in selected {
            var object = object
            PodTemplates.change(in: &object) { pod in
                for name in StackGaps.references(of: pod) {
                    let needed = CopyKey(
                        group: "",
                        kind: name.kind,
                        namespace: key.namespace,
                        name: name.name
                    )
                    guard !members.contains(needed), let found = source[needed],
                        owners.reason(found) == nil, !isAtTarget(needed)
                    else { continue }
                    missing.insert(needed)
                }
            }
        }
        guard !missing.isEmpty else { return nil }
        return Finding(
            check: "stack-incomplete",
            severity: .decide,
            objects: missing.map(\.description),
            reason:
                "pods of the stack \(stack) name them, they do not belong to it, and the target "
                + "lacks them; the pods would not start",
            remedy: "Select them, too, or label them \(CopyMarks.stack)=\(stack)."
        )
    }

    /// What a pod names of its namespace.
    private static func references(of pod: JSON) -> [(kind: String, name: String)] {
        var found: [(kind: String, name: String?)] = [
            ("ServiceAccount", pod["serviceAccountName"]?.string)
        ]
        for secret in pod["imagePullSecrets"]?.array ?? [] {
            found.append(("Secret", secret["name"]?.string))
        }
        for volume in pod["volumes"]?.array ?? [] {
            let sources = [volume] + (volume.at("projected", "sources")?.array ?? [])
            for source in sources {
                found.append(("ConfigMap", source.at("configMap", "name")?.string))
                found.append(("Secret", source.at("secret", "name")?.string))
                found.append(("Secret", source.at("secret", "secretName")?.string))
            }
            let claim = volume.at("persistentVolumeClaim", "claimName")?.string
            found.append(("PersistentVolumeClaim", claim))
        }
        let containers = ["initContainers", "containers"].flatMap { pod[$0]?.array ?? [] }
        for container in containers {
            for source in container["envFrom"]?.array ?? [] {
                found.append(("ConfigMap", source.at("configMapRef", "name")?.string))
                found.append(("Secret", source.at("secretRef", "name")?.string))
            }
            for variable in container["env"]?.array ?? [] {
                let source = variable["valueFrom"]
                found.append(("ConfigMap", source?.at("configMapKeyRef", "name")?.string))
                found.append(("Secret", source?.at("secretKeyRef", "name")?.string))
            }
        }
        return found.compactMap { kind, name in name.map { (kind, $0) } }
    }
}
