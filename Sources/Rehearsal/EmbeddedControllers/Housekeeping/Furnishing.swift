import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Gives each namespace its `default` ServiceAccount, and again when somebody deletes it.
struct ServiceAccountController: Controller {
    let name = "serviceaccount-controller"
    let watchedResources: Set<ResourceName>? = [.namespaces, .serviceAccounts]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        Furnishing.namespaces(touchedBy: change, itemName: "default")
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard Furnishing.isWanted(in: address, view),
            view.object(.serviceAccounts, namespace: address.name, name: "default") == nil
        else { return .none }
        return Reconciliation([
            .create([
                "apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": ["name": "default", "namespace": .string(address.name)],
            ])
        ])
    }
}

/// Tells each namespace by which certificate it may know the API server.
struct RootCertificatePublisher: Controller {
    let name = "root-ca-certificate-publisher-controller"
    let watchedResources: Set<ResourceName>? = [.namespaces, .configMaps]
    let certificate: String

    private static let configMapName = "kube-root-ca.crt"
    private static let description =
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal "
        + "endpoints such as the internal service IP or kubernetes.default.svc. No other usage is "
        + "guaranteed across distributions of Kubernetes clusters."

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        Furnishing.namespaces(touchedBy: change, itemName: Self.configMapName)
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard Furnishing.isWanted(in: address, view) else { return .none }
        let data: JSON = ["ca.crt": .string(certificate)]
        let name = Self.configMapName
        guard let present = view.object(.configMaps, namespace: address.name, name: name) else {
            return Reconciliation([
                .create([
                    "apiVersion": "v1", "kind": "ConfigMap", "data": data,
                    "metadata": [
                        "name": .string(name), "namespace": .string(address.name),
                        "annotations": ["kubernetes.io/description": .string(Self.description)],
                    ],
                ])
            ])
        }
        var mended = present
        mended["data"] = data
        mended.annotations["kubernetes.io/description"] = Self.description
        var outcome = Reconciliation()
        outcome.update(mended, from: present)
        return outcome
    }
}

/// What the controllers have in common that put one object into each namespace.
enum Furnishing {
    static func namespaces(touchedBy change: ObjectChange, itemName: String) -> [ObjectAddress] {
        if change.resource == .namespaces {
            return [ObjectAddress(.namespaces, of: change.object)]
        }
        guard change.object.name == itemName, change.kind != .added else { return [] }
        return [ObjectAddress(.namespaces, namespace: "", name: change.object.namespace ?? "")]
    }

    static func isWanted(in address: ObjectAddress, _ view: ClusterView) -> Bool {
        view.object(address).map { !$0.isBeingDeleted } ?? false
    }
}
