import JSONValues
import KubernetesObjects
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
            var spec = pods.spec
            // Without these images may be there all the same; they have a check of their own.
            spec["imagePullSecrets"] = nil
            for reference in PodReference.needs(of: spec) {
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
}

extension PodReference {
    /// The resource of its kind.
    fileprivate var plural: String { "\(kind.lowercased())s" }

    /// What each cluster makes for each namespace.
    fileprivate var isInEveryNamespace: Bool {
        kind == "ConfigMap" && name == "kube-root-ca.crt"
            || kind == "ServiceAccount" && name == "default"
    }
}
