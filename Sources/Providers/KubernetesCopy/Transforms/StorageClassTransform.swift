import JSONValues
import KubernetesObjects

/// Gives claims and volumes the target's storage classes.
struct StorageClassTransform: ObjectTransform {
    private static let annotation = "volume.beta.kubernetes.io/storage-class"
    private static let quotaSuffix = ".storageclass.storage.k8s.io/"

    private let names: [String: String]

    init(_ names: [String: String]) { self.names = names }

    var parts: [String] { names.keys.sorted().map(StorageClassTransform.part) }

    func apply(to object: inout JSON, log: inout TransformLog) {
        var used: Set<String> = []
        switch (object.groupVersionKind?.group, object.kind) {
        case ("", "PersistentVolumeClaim"), ("", "PersistentVolume"): change(&object, &used)
        case ("apps", "StatefulSet"):
            object.changeElements(at: "spec", "volumeClaimTemplates") { change(&$0, &used) }
        case ("", "ResourceQuota"): changeQuota(&object, &used)
        default: break
        }
        PodTemplates.change(in: &object) { pod in
            pod.changeElements(at: "volumes") { volume in
                guard var claim = volume.at("ephemeral", "volumeClaimTemplate") else { return }
                change(&claim, &used)
                volume.set(claim, at: "ephemeral", "volumeClaimTemplate")
            }
        }
        for name in used { log.match(StorageClassTransform.part(name)) }
    }

    private func change(_ claim: inout JSON, _ used: inout Set<String>) {
        if let name = claim.at("spec", "storageClassName")?.string, let target = names[name] {
            claim.set(.string(target), at: "spec", "storageClassName")
            used.insert(name)
        }
        let key = StorageClassTransform.annotation
        if let name = claim.annotations[key], let target = names[name] {
            claim.annotations[key] = target
            used.insert(name)
        }
    }

    /// Limits of single classes bear the class in their key.
    private func changeQuota(_ quota: inout JSON, _ used: inout Set<String>) {
        guard let limits = quota.at("spec", "hard")?.object else { return }
        var changed: JSONMembers = [:]
        for (key, value) in limits {
            guard let end = key.firstRange(of: StorageClassTransform.quotaSuffix),
                let target = names[String(key[..<end.lowerBound])]
            else {
                changed[key] = value
                continue
            }
            changed[target + key[end.lowerBound...]] = value
            used.insert(String(key[..<end.lowerBound]))
        }
        quota.set(.object(changed), at: "spec", "hard")
    }

    private static func part(_ name: String) -> String { "storageClasses.\(name)" }
}
