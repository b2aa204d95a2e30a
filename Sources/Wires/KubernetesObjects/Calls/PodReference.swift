import JSONValues

/// An object of its own namespace that a pod names.
package struct PodReference: Sendable, Hashable {
    /// A kind of the core group: `ConfigMap`, `Secret`, `ServiceAccount`, `PersistentVolumeClaim`.
    package let kind: String
    /// Its name there.
    package let name: String

    /// All that a pod does not start, or does not pull its images, without.
    ///
    /// What it may do without (`optional: true`) is not among them.
    package static func needs(of podSpec: JSON) -> Set<PodReference> {
        found(in: podSpec) { $0["optional"] != true }
    }

    /// All that a pod uses where it is there.
    package static func all(of podSpec: JSON) -> Set<PodReference> {
        found(in: podSpec) { _ in true }
    }

    private static func found(
        in podSpec: JSON,
        where counts: (JSON) -> Bool
    ) -> Set<PodReference> {
        var found: Set<PodReference> = []
        func add(_ kind: String, _ holder: JSON?, _ key: String) {
            guard let holder, let name = holder[key]?.string, !name.isEmpty, counts(holder)
            else { return }
            found.insert(PodReference(kind: kind, name: name))
        }
        add("ServiceAccount", podSpec, "serviceAccountName")
        for secret in podSpec["imagePullSecrets"]?.array ?? [] { add("Secret", secret, "name") }
        for volume in podSpec["volumes"]?.array ?? [] {
            add("ConfigMap", volume["configMap"], "name")
            add("Secret", volume["secret"], "secretName")
            add("PersistentVolumeClaim", volume["persistentVolumeClaim"], "claimName")
            for part in volume.at("projected", "sources")?.array ?? [] {
                add("ConfigMap", part["configMap"], "name")
                add("Secret", part["secret"], "name")
            }
        }
        for container in ["initContainers", "containers"].flatMap({ podSpec[$0]?.array ?? [] }) {
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
