import JSONValues

/// A tool outside a cluster that keeps an object as it knows it.
package enum ObjectKeeper: String, Sendable, Hashable {
    case argoCD = "Argo CD"
    case flux = "Flux"
    /// It writes when it is asked to, and never by itself.
    case helm = "Helm"

    /// Told by what the tools leave at an object; nil when nothing tells of one.
    package init?(
        labels: [String: String],
        annotations: [String: String],
        managers: Set<String>
    ) {
        let keys = Set(labels.keys).union(annotations.keys)
        if !keys.isDisjoint(with: ObjectKeeper.argoKeys) || managers.contains("argocd-controller") {
            self = .argoCD
        } else if !keys.isDisjoint(with: ObjectKeeper.fluxKeys)
            || !managers.isDisjoint(with: ["kustomize-controller", "helm-controller"])
        {
            self = .flux
        } else if annotations["meta.helm.sh/release-name"] != nil
            || labels["app.kubernetes.io/managed-by"] == "Helm"
        {
            self = .helm
        } else {
            return nil
        }
    }

    /// Of a whole object.
    package init?(of object: JSON) {
        self.init(
            labels: object.labels,
            annotations: object.annotations,
            managers: Set(object.managedFields.compactMap { $0["manager"]?.string })
        )
    }

    private static let argoKeys: Set = [
        "argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance",
    ]
    private static let fluxKeys: Set = [
        "kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name",
    ]
}
