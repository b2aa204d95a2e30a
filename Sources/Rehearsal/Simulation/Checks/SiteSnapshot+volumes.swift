import JSONValues
import KubernetesObjects

extension SiteSnapshot {
    /// The names of what a rollback leaves because it holds data: claims that pods got meanwhile, their volumes,
    /// and where the run had made it the namespace around them, without a mark of the run.
    package func leftWithVolumes(since before: SiteSnapshot) -> Set<String> {
        let came = objects.filter { before.objects[$0.key] == nil }
        let claims = Set(
            came.values.filter { $0.kind == "PersistentVolumeClaim" }.map(\.namespacedName)
        )
        let namespaces = Set(claims.compactMap { $0.split(separator: "/").first.map(String.init) })
        let left = came.filter { _, object in
            switch object.kind {
            case "PersistentVolumeClaim": return true
            case "PersistentVolume":
                let claim = object.at("spec", "claimRef")
                return claims.contains(
                    "\(claim?["namespace"]?.string ?? "")/\(claim?["name"]?.string ?? "")"
                )
            case "Namespace":
                return namespaces.contains(object.name ?? "")
                    && !object.text().contains("\"diolkos.dev")
            default:
                return namespaces.contains(object.namespace ?? "")
                    && ClusterMade.reason(object) != nil
            }
        }
        return Set(left.keys)
    }
}
