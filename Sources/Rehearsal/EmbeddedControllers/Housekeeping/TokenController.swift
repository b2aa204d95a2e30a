import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Fills the Secrets that ask for a token of an account, and removes those whose account is not
/// there.
///
/// A token names its account and proves nothing: the twin lets everybody in, and a real server
/// refuses it.
struct TokenController: Controller {
    let name = "serviceaccount-token-controller"
    let watchedResources: Set<ResourceName>? = [.serviceAccounts, .secrets]
    let certificate: String

    private static let type: JSON = "kubernetes.io/service-account-token"
    private static let account = "kubernetes.io/service-account.name"
    private static let accountUID = "kubernetes.io/service-account.uid"

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        let object = change.object
        if change.resource == .secrets {
            return object["type"] == Self.type ? [ObjectAddress(.secrets, of: object)] : []
        }
        return view.objects(.secrets, namespace: object.namespace ?? "")
            .filter { $0["type"] == Self.type && $0.annotations[Self.account] == object.name }
            .map { ObjectAddress(.secrets, of: $0) }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let secret = view.object(address), !secret.isBeingDeleted else { return .none }
        let account = view.object(
            .serviceAccounts,
            namespace: address.namespace,
            name: secret.annotations[Self.account] ?? ""
        )
        let stated = secret.annotations[Self.accountUID]
        guard let account, let uid = account.uid, stated == nil || stated == uid else {
            return Reconciliation([.delete(address, uid: secret.uid ?? "", nil)])
        }
        var filled = secret
        filled.annotations[Self.accountUID] = uid
        if secret.at("data", "token") == nil {
            filled["stringData"] = [
                "token": .string("made-up:\(account.namespacedName):\(uid)"),
                "namespace": .string(address.namespace), "ca.crt": .string(certificate),
            ]
        }
        var outcome = Reconciliation()
        outcome.update(filled, from: secret)
        return outcome
    }
}
