import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Empties namespaces that are being deleted, and lets them go when nothing is left in them.
struct NamespaceController: Controller {
    let name = "namespace-controller"
    let watchedResources: Set<ResourceName>? = nil

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        if change.resource == .namespaces {
            guard change.kind != .deleted, change.object.isBeingDeleted else { return [] }
            return [ObjectAddress(.namespaces, of: change.object)]
        }
        guard let namespace = change.object.namespace, !namespace.isEmpty,
            view.object(.namespaces, name: namespace)?.isBeingDeleted == true
        else { return [] }
        return [ObjectAddress(.namespaces, namespace: "", name: namespace)]
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let namespace = view.object(address), namespace.isBeingDeleted else { return .none }
        let content = NamespaceContent(of: address.name, in: view)
        let doomed = content.doomed
        guard doomed.isEmpty else {
            // What remains shows only when these are deleted.
            return Reconciliation(doomed, again: .milliseconds(1))
        }
        var outcome = Reconciliation()
        outcome.updateStatus(status(of: namespace, content, in: view), of: namespace)
        guard outcome.writes.isEmpty, content.isEmpty else { return outcome }
        var finalized = namespace
        let held = (namespace.at("spec", "finalizers")?.array ?? []).filter { $0 != "kubernetes" }
        finalized.set(.array(held), at: "spec", "finalizers")
        outcome.writes.append(.finalize(finalized))
        return outcome
    }

    private func status(
        of namespace: JSON,
        _ content: NamespaceContent,
        in view: ClusterView
    ) -> JSON {
        var conditions = Conditions(of: namespace)
        func settle(_ type: String, _ reason: String, _ message: String, isTrue: Bool = false) {
            conditions.setInPlace(
                type,
                isTrue ? "True" : "False",
                reason: reason,
                message: message,
                now: view.now
            )
        }
        settle(
            "NamespaceDeletionDiscoveryFailure",
            "ResourcesDiscovered",
            "All resources successfully discovered"
        )
        settle(
            "NamespaceDeletionGroupVersionParsingFailure",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed"
        )
        settle(
            "NamespaceDeletionContentFailure",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization"
        )
        if let text = content.resourcesText {
            settle("NamespaceContentRemaining", "SomeResourcesRemain", text, isTrue: true)
        } else {
            settle(
                "NamespaceContentRemaining",
                "ContentRemoved",
                "All content successfully removed"
            )
        }
        if let text = content.finalizersText {
            settle("NamespaceFinalizersRemaining", "SomeFinalizersRemain", text, isTrue: true)
        } else {
            settle(
                "NamespaceFinalizersRemaining",
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished"
            )
        }
        var status = namespace.status ?? .emptyObject
        status["conditions"] = conditions.json
        return status
    }
}
