import JSONValues
import KubernetesObjects
import MigrationModel

/// Volumes arrive empty: what needs their data waits, and what both sites share is not deleted with
/// a copy.
struct VolumeRule: DetailRule {
    private let isStopped: Bool
    /// Claims that are bound at the source, as `namespace/name`.
    private let bound: Set<String>

    init(source: SiteObjects, isStopped: Bool) {
        self.isStopped = isStopped
        bound = Set(
            source.objects.values.filter {
                $0.groupKind == "PersistentVolumeClaim" && $0.at("status", "phase") == "Bound"
            }.map(\.namespacedName)
        )
    }

    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        if object.groupKind == "PersistentVolume",
            object.annotations["pv.kubernetes.io/provisioned-by"] != nil
        {
            return Staying(reason: "the target's provisioner makes one of its own for the claim")
        }
        guard object.groupKind == "Pod", !isStopped, needsData(object) else { return nil }
        return Staying(reason: "its volumes are empty at the target", finding: emptyVolume(key))
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        if wanted.groupKind == "PersistentVolume",
            wanted.at("spec", "persistentVolumeReclaimPolicy") != "Retain"
        {
            wanted.set("Retain", at: "spec", "persistentVolumeReclaimPolicy")
            return [
                Finding(
                    check: "volume-is-shared",
                    severity: .note,
                    objects: ["\(key)"],
                    reason: "it stands for storage that both sites see now; its copy retains it",
                    remedy: "Set the reclaim policy when the source no longer uses the storage."
                )
            ]
        }
        guard !isStopped, needsData(original) else { return [] }
        let before = wanted
        StoppedForm.apply(to: &wanted, present: present)
        return wanted == before ? [] : [emptyVolume(key)]
    }

    private func emptyVolume(_ key: CopyKey) -> Finding {
        Finding(
            check: "volume-without-data",
            severity: .decide,
            objects: ["\(key)"],
            reason:
                "it uses volumes with data at the source, which arrive empty; it is not started",
            remedy: "Bring the data over, then scale it up at the target."
        )
    }

    /// Whether it mounts a claim that holds data at the source.
    private func needsData(_ workload: JSON) -> Bool {
        let namespace = workload.namespace ?? ""
        let claims = (workload.podSpec?["volumes"]?.array ?? []).compactMap {
            $0.at("persistentVolumeClaim", "claimName")?.string
        }
        if claims.contains(where: { bound.contains("\(namespace)/\($0)") }) { return true }
        let templates = workload.at("spec", "volumeClaimTemplates")?.array ?? []
        return templates.compactMap(\.name).contains { template in
            bound.contains { $0.hasPrefix("\(namespace)/\(template)-\(workload.name ?? "")-") }
        }
    }
}
