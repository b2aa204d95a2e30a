import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Writes the EndpointSlices of each Service that has a selector.
///
/// When the selector is taken away the slices stay as they are, and no longer follow the pods: a
/// real one leaves them behind too.
struct EndpointSliceController: Controller {
    let name = "endpointslice-controller"
    let watchedResources: Set<ResourceName>? = [.services, .pods, .nodes, .endpointSlices]
    let endpointsPerSliceMax: Int

    static let managedBy = "endpointslice-controller.k8s.io"

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        switch change.resource {
        case .pods: return ServiceSelection.services(touchedBy: change, in: view)
        case .services: return [ObjectAddress(.services, of: change.object)]
        case .nodes: return change.kind == .modified ? [] : servicesOnNode(change.object, in: view)
        default:
            return [change.object, change.previous].compactMap { $0 }
                .filter { $0.label(EndpointLabel.managedBy) == Self.managedBy }
                .compactMap { slice in
                    slice.label(EndpointLabel.serviceName).map {
                        ObjectAddress(.services, namespace: slice.namespace ?? "", name: $0)
                    }
                }
        }
    }

    /// A pod without its Node has no endpoint, so a Node that comes or goes changes some.
    private func servicesOnNode(_ node: JSON, in view: ClusterView) -> [ObjectAddress] {
        let pods = view.objects(.pods).filter { $0.nodeName == node.name }
        let namespaces = Set(pods.compactMap(\.namespace))
        return namespaces.sorted().flatMap { view.objects(.services, namespace: $0) }
            .filter { ServiceSelection($0).selector != nil }
            .map { ObjectAddress(.services, of: $0) }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let service = view.object(address) else { return .none }
        let selection = ServiceSelection(service)
        guard selection.selector != nil else { return .none }
        let own = view.objects(.endpointSlices, namespace: address.namespace).filter {
            let labels = $0.at("metadata", "labels")
            return labels?[EndpointLabel.serviceName]?.string == address.name
                && labels?[EndpointLabel.managedBy]?.string == Self.managedBy
                && !$0.isBeingDeleted
        }
        let types = SliceBuilder.addressTypes(of: service)
        var outcome = Reconciliation()
        for slice in own where !types.contains(slice["addressType"]?.string ?? "") {
            outcome.writes.append(delete(slice))
        }
        for type in types {
            let present = own.filter { $0["addressType"]?.string == type }
            reconcile(present, SliceBuilder(selection, type, in: view), &outcome)
        }
        return outcome
    }

    private func reconcile(
        _ present: [JSON],
        _ builder: SliceBuilder,
        _ outcome: inout Reconciliation
    ) {
        var created: [JSON] = []
        var updated: [JSON] = []
        var deleted = present.filter { !builder.isOwner(of: $0) }
        var byPorts = Dictionary(grouping: present.filter(builder.isOwner)) {
            SlicePacking.portKey($0)
        }
        for group in builder.groups {
            let packing = SlicePacking(
                byPorts.removeValue(forKey: SlicePacking.portKey(group.slice)) ?? [],
                desired: group.endpoints,
                endpointsMax: endpointsPerSliceMax,
                fresh: group.slice,
                relabel: builder.relabelled
            )
            created += packing.created
            updated += packing.updated
            deleted += packing.deleted
        }
        deleted += byPorts.values.flatMap { $0 }.sorted { ($0.name ?? "") < ($1.name ?? "") }
        if created.isEmpty, deleted.count == present.count {
            // A Service always has a slice, so that proxies know that it has no endpoints.
            if deleted.count == 1, builder.isPlaceholder(deleted[0]) { return }
            created.append(builder.fresh(ports: []))
        }
        finish(created, updated, deleted, builder, &outcome)
    }

    /// Reuses slices that would be deleted for those that would be made, and notes the time.
    private func finish(
        _ created: [JSON],
        _ updated: [JSON],
        _ deleted: [JSON],
        _ builder: SliceBuilder,
        _ outcome: inout Reconciliation
    ) {
        var created = created
        var updated = updated
        var doomed: [JSON] = []
        for slice in deleted {
            guard builder.isOwner(of: slice), let next = created.popLast() else {
                doomed.append(slice)
                continue
            }
            updated.append(builder.recycled(slice, as: next))
        }
        func stamped(_ slice: JSON) -> JSON {
            var slice = slice
            let known = slice.annotation(EndpointLabel.triggerTime)
            slice.annotations[EndpointLabel.triggerTime] = builder.triggerTime(after: known)
            return slice
        }
        if !builder.service.isBeingDeleted {
            outcome.writes += created.map { .create(stamped($0)) }
        }
        outcome.writes += updated.map { .update(stamped($0)) }
        outcome.writes += doomed.map { delete($0) }
    }

    private func delete(_ slice: JSON) -> ObjectWrite {
        .delete(ObjectAddress(.endpointSlices, of: slice), uid: slice.uid ?? "", nil)
    }
}
