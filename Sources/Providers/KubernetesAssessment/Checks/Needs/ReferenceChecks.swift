import JSONValues
import MigrationModel

/// Secrets for pulling images that pods or accounts name and nobody has.
struct ImagePullSecretCheck: AssessmentCheck {
    let name = "image-pull-secret-absent"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var missing: [String: [SlimObject]] = [:]
        for object in estate.movingWorkloads + estate.moving("ServiceAccount") {
            let list = object.pods?.spec["imagePullSecrets"] ?? object.body["imagePullSecrets"]
            for name in (list?.array ?? []).compactMap({ $0["name"]?.string }) {
                let isThere = [estate.source, estate.target].contains {
                    $0.has("Secret", name, in: object.namespace) || !$0.hasRead("secrets")
                }
                if !isThere { missing[name, default: []].append(object) }
            }
        }
        return missing.sorted { $0.key < $1.key }.flatMap { secret, objects in
            finding(
                .decide,
                objects,
                "they pull images with the Secret \(secret), which neither site has: nodes that do "
                    + "not hold the images already cannot pull them",
                remedy: "Make the Secret at the target, or take the name out."
            )
        }
    }
}

/// ConfigMaps, Secrets, accounts and claims that workloads name and nobody has.
struct MissingReferenceCheck: AssessmentCheck {
    let name = "reference-absent"

    func findings(in estate: AssessedEstate) -> [Finding] {
        var missing: [String: [SlimObject]] = [:]
        for workload in estate.movingWorkloads {
            guard let pods = workload.pods else { continue }
            for reference in MissingReferenceCheck.references(of: pods) {
                let isThere = [estate.source, estate.target].contains {
                    $0.has(reference.kind, reference.name, in: workload.namespace)
                        || reference.isInEveryNamespace || !$0.hasRead(reference.plural)
                }
                if isThere { continue }
                let what = "\(reference.kind) \(workload.namespace)/\(reference.name)"
                missing[what, default: []].append(workload)
            }
        }
        return missing.sorted { $0.key < $1.key }.flatMap { what, objects in
            finding(
                .decide,
                objects,
                "they name \(what), which neither site has: their pods do not start anew at either",
                remedy: "Make it, or find out what makes it at the source and install that."
            )
        }
    }

    /// What a pod cannot start without.
    struct Reference: Hashable {
        let kind: String
        let name: String

        var plural: String { "\(kind.lowercased())s" }

        /// What each cluster makes for each namespace.
        var isInEveryNamespace: Bool {
            kind == "ConfigMap" && name == "kube-root-ca.crt"
                || kind == "ServiceAccount" && name == "default"
        }
    }

    static func references(of pods: PodFacts) -> Set<Reference> {
        var found: Set<Reference> = []
        func add(_ kind: String, _ holder: JSON?, _ key: String) {
            guard let name = holder?[key]?.string, !name.isEmpty, holder?["optional"] != true
            else { return }
            found.insert(Reference(kind: kind, name: name))
        }
        add("ServiceAccount", pods.spec, "serviceAccountName")
        for volume in pods.spec["volumes"]?.array ?? [] {
            add("ConfigMap", volume["configMap"], "name")
            add("Secret", volume["secret"], "secretName")
            add("PersistentVolumeClaim", volume["persistentVolumeClaim"], "claimName")
            for part in volume.at("projected", "sources")?.array ?? [] {
                add("ConfigMap", part["configMap"], "name")
                add("Secret", part["secret"], "name")
            }
        }
        for container in pods.containers {
            for variable in container["env"]?.array ?? [] {
                add("ConfigMap", variable.at("valueFrom", "configMapKeyRef"), "name")
                add("Secret", variable.at("valueFrom", "secretKeyRef"), "name")
            }
            for part in container["envFrom"]?.array ?? [] {
                add("ConfigMap", part["configMapRef"], "name")
                add("Secret", part["secretRef"], "name")
            }
        }
        return found
    }
}
