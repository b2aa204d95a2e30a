import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Copies the Endpoints that somebody else writes, for a Service without a selector, into slices.
struct SliceMirroringController: Controller {
    let name = "endpointslice-mirroring-controller"
    let watchedResources: Set<ResourceName>? = [.services, .endpoints, .endpointSlices]

    static let managedBy = "endpointslicemirroring-controller.k8s.io"
    /// How many addresses of one subset are copied.
    private static let endpointsMax = 1_000

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        let namespace = change.object.namespace ?? ""
        let names =
            change.resource == .endpointSlices
            ? [change.object, change.previous].compactMap { $0 }
                .filter { $0.label(EndpointLabel.managedBy) == Self.managedBy }
                .compactMap { $0.label(EndpointLabel.serviceName) }
            : [change.object.name ?? ""]
        return Set(names).sorted().map {
            ObjectAddress(.endpoints, namespace: namespace, name: $0)
        }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        let own = view.objects(.endpointSlices, namespace: address.namespace).filter {
            $0.label(EndpointLabel.serviceName) == address.name
                && $0.label(EndpointLabel.managedBy) == Self.managedBy
        }
        let service = view.object(.services, namespace: address.namespace, name: address.name)
        guard let endpoints = view.object(address), isMirrored(endpoints), let service,
            service.at("spec", "selector")?.object == nil
        else { return Reconciliation(own.map(delete)) }
        return mirror(endpoints, over: own)
    }

    private func isMirrored(_ endpoints: JSON) -> Bool {
        endpoints.label(EndpointLabel.skipMirror) != "true"
            && endpoints.annotation(EndpointLabel.leader) == nil
    }

    private func mirror(_ endpoints: JSON, over own: [JSON]) -> Reconciliation {
        var outcome = Reconciliation()
        var spare = own.filter { !$0.isBeingDeleted }
        var wanted: [JSON] = []
        for slice in slices(of: endpoints) {
            let index = spare.firstIndex {
                $0["addressType"] == slice["addressType"]
                    && SlicePacking.portKey($0) == SlicePacking.portKey(slice)
            }
            guard let index else {
                wanted.append(slice)
                continue
            }
            let present = spare.remove(at: index)
            outcome.update(copy(slice, over: present), from: present)
        }
        for slice in wanted {
            // A slice that would be deleted serves for one that would be made.
            if let index = spare.firstIndex(where: { $0["addressType"] == slice["addressType"] }) {
                outcome.writes.append(.update(copy(slice, over: spare.remove(at: index))))
            } else if !endpoints.isBeingDeleted {
                outcome.writes.append(.create(slice))
            }
        }
        outcome.writes += spare.map(delete)
        return outcome
    }

    private func copy(_ slice: JSON, over present: JSON) -> JSON {
        var copied = present
        copied["ports"] = slice["ports"]
        copied["endpoints"] = slice["endpoints"]
        copied.labels = slice.labels
        copied.annotations = slice.annotations
        return copied
    }

    /// One slice for each subset and address type.
    private func slices(of endpoints: JSON) -> [JSON] {
        (endpoints["subsets"]?.array ?? []).flatMap { subset -> [JSON] in
            let ready = (subset["addresses"]?.array ?? []).map { endpoint($0, isReady: true) }
            let unready = (subset["notReadyAddresses"]?.array ?? []).map {
                endpoint($0, isReady: false)
            }
            let all = (ready + unready).prefix(Self.endpointsMax)
            return ["IPv4", "IPv6"].compactMap { type in
                let members = all.filter {
                    ($0["addresses"]?[0]?.string ?? "").contains(":") == (type == "IPv6")
                }
                guard !members.isEmpty else { return nil }
                return slice(of: endpoints, subset, Array(members), type)
            }
        }
    }

    private func slice(
        of endpoints: JSON,
        _ subset: JSON,
        _ members: [JSON],
        _ type: String
    ) -> JSON {
        var slice: JSON = [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "addressType": .string(type), "endpoints": .array(members),
        ]
        slice["ports"] = .array((subset["ports"]?.array ?? []).map(port))
        slice.generateName = "\(endpoints.name ?? "")-"
        slice.namespace = endpoints.namespace
        slice.ownerReferences = [Ownership.reference(to: endpoints)]
        slice.labels = endpoints.labels
        slice.labels[EndpointLabel.serviceName] = endpoints.name
        slice.labels[EndpointLabel.managedBy] = Self.managedBy
        let notCopied: Set<String> = [EndpointLabel.triggerTime, EndpointLabel.lastApplied]
        slice.annotations = endpoints.annotations.filter { !notCopied.contains($0.key) }
        return slice
    }

    private func endpoint(_ address: JSON, isReady: Bool) -> JSON {
        var endpoint: JSON = [
            "addresses": [address["ip"] ?? ""], "conditions": ["ready": .bool(isReady)],
        ]
        endpoint["targetRef"] = address["targetRef"]
        endpoint["nodeName"] = address["nodeName"]
        endpoint["hostname"] = address["hostname"]
        return endpoint
    }

    private func port(_ port: JSON) -> JSON {
        var json: JSON = [
            "name": .string(port["name"]?.string ?? ""),
            "protocol": .string(port["protocol"]?.string ?? "TCP"),
        ]
        json["port"] = port["port"]
        json["appProtocol"] = port["appProtocol"]
        return json
    }

    private func delete(_ slice: JSON) -> ObjectWrite {
        .delete(ObjectAddress(.endpointSlices, of: slice), uid: slice.uid ?? "", nil)
    }
}
