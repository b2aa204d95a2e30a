import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Writes the Endpoints of each Service that has a selector.
struct EndpointsController: Controller {
    let name = "endpoints-controller"
    let watchedResources: Set<ResourceName>? = [.services, .pods, .endpoints]

    /// How many addresses one Endpoints object may have.
    private static let addressesMax = 1_000

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        switch change.resource {
        case .pods: return ServiceSelection.services(touchedBy: change, in: view)
        case .services: return [ObjectAddress(.services, of: change.object)]
        default:
            // Leader election keeps Endpoints that have no Service.
            if change.object.annotation(EndpointLabel.leader) != nil { return [] }
            guard change.kind != .modified else { return [] }
            return [ObjectAddress(.services, of: change.object)]
        }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        let place = ObjectAddress(.endpoints, namespace: address.namespace, name: address.name)
        let present = view.object(place)
        guard let service = view.object(address) else {
            guard let present else { return .none }
            return Reconciliation([.delete(place, uid: present.uid ?? "", nil)])
        }
        let selection = ServiceSelection(service)
        guard selection.selector != nil else { return .none }
        let subsets = EndpointSubsets(of: selection, in: view, addressesMax: Self.addressesMax)
        return write(subsets, for: selection, over: present, in: view)
    }

    private func write(
        _ subsets: EndpointSubsets,
        for selection: ServiceSelection,
        over present: JSON?,
        in view: ClusterView
    ) -> Reconciliation {
        let service = selection.service
        var endpoints: JSON = present ?? ["apiVersion": "v1", "kind": "Endpoints"]
        endpoints.name = service.name
        endpoints.namespace = service.namespace
        endpoints.labels = service.labels
        if selection.isHeadless { endpoints.labels[EndpointLabel.headless] = "" }
        endpoints.labels["endpoints.kubernetes.io/managed-by"] = "endpoint-controller"
        endpoints["subsets"] = subsets.json.isEmpty ? nil : .array(subsets.json)
        endpoints.annotations[EndpointLabel.overCapacity] =
            subsets.isTruncated ? "truncated" : nil
        guard endpoints != present else { return .none }
        endpoints.annotations[EndpointLabel.triggerTime] = TriggerTime.latest(
            of: service,
            selection.pods(includingTerminating: true, in: view),
            after: present?.annotation(EndpointLabel.triggerTime)
        )
        return Reconciliation([present == nil ? .create(endpoints) : .update(endpoints)])
    }
}
