import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// What the slices of one Service and one address type should hold.
struct SliceBuilder: Sendable {
    /// The endpoints that share a set of ports, and an empty slice for them.
    struct Group: Sendable {
        var slice: JSON
        var endpoints: [JSON]
    }

    let service: JSON
    /// In the order in which their first pods stand.
    private(set) var groups: [Group] = []
    private let addressType: String
    private let pods: [JSON]

    init(_ selection: ServiceSelection, _ addressType: String, in view: ClusterView) {
        service = selection.service
        self.addressType = addressType
        pods = selection.pods(includingTerminating: true, in: view)
        var indices: [[JSON]: Int] = [:]
        for pod in pods {
            let ports = Self.ports(of: selection, in: pod)
            let index = indices[ports] ?? groups.count
            if index == groups.count {
                indices[ports] = index
                groups.append(Group(slice: fresh(ports: ports), endpoints: []))
            }
            if let endpoint = endpoint(of: pod, selection, in: view) {
                groups[index].endpoints.append(endpoint)
            }
        }
    }

    static func addressTypes(of service: JSON) -> [String] {
        let families = (service.at("spec", "ipFamilies")?.array ?? []).compactMap(\.string)
        guard families.isEmpty else { return families }
        let address = service.at("spec", "clusterIP")?.string ?? ""
        return [address.contains(":") ? "IPv6" : "IPv4"]
    }

    /// An empty slice of the Service, without a name.
    func fresh(ports: [JSON]) -> JSON {
        var slice: JSON = [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "addressType": .string(addressType), "endpoints": .null,
        ]
        // A real one writes null for what is empty.
        slice["ports"] = ports.isEmpty ? .null : .array(ports)
        slice.generateName = "\(service.name ?? "")-"
        slice.namespace = service.namespace
        slice.ownerReferences = [Ownership.reference(to: service)]
        slice.labels = labels
        return slice
    }

    /// `slice` with the labels that the Service now gives it.
    func relabelled(_ slice: JSON) -> JSON {
        let ours: Set<String> = [
            EndpointLabel.serviceName, EndpointLabel.managedBy, EndpointLabel.headless,
        ]
        guard
            slice.labels.filter({ !ours.contains($0.key) })
                != service.labels.filter({ !ours.contains($0.key) })
        else { return slice }
        var slice = slice
        slice.labels = labels
        return slice
    }

    func isOwner(of slice: JSON) -> Bool {
        slice.ownerReferences.contains { $0["uid"]?.string == service.uid }
    }

    /// Whether `slice` says what it should that there is nothing.
    func isPlaceholder(_ slice: JSON) -> Bool {
        isOwner(of: slice) && slice.labels == labels
            && slice["ports"]?.array?.isEmpty ?? true && SlicePacking.endpoints(of: slice).isEmpty
    }

    /// `next` in the place of an existing slice.
    func recycled(_ slice: JSON, as next: JSON) -> JSON {
        var recycled = slice
        recycled.labels = next.labels
        recycled["ports"] = next["ports"]
        recycled["endpoints"] = next["endpoints"]
        return recycled
    }

    /// Nil when the change that brings on the write left no time behind, as a deletion does.
    func triggerTime(after known: String?) -> String? {
        TriggerTime.latest(of: service, pods, after: known)
    }

    private var labels: [String: String] {
        var labels = service.labels
        labels[EndpointLabel.headless] = ServiceSelection(service).isHeadless ? "" : nil
        labels[EndpointLabel.serviceName] = service.name
        labels[EndpointLabel.managedBy] = EndpointSliceController.managedBy
        return labels
    }

    private static func ports(of selection: ServiceSelection, in pod: JSON) -> [JSON] {
        selection.ports.compactMap { port in
            guard let number = ServiceSelection.targetPort(of: port, in: pod) else { return nil }
            var json: JSON = [
                "name": .string(port["name"]?.string ?? ""), "port": .int(number),
                "protocol": .string(port["protocol"]?.string ?? "TCP"),
            ]
            json["appProtocol"] = port["appProtocol"]
            return json
        }
    }

    /// Nil for a pod without an address of the type, or whose Node does not exist.
    private func endpoint(
        of pod: JSON,
        _ selection: ServiceSelection,
        in view: ClusterView
    ) -> JSON? {
        let node = pod.nodeName.flatMap { view.object(.nodes, name: $0) }
        guard node != nil || selection.publishesNotReady else { return nil }
        let addresses = pod.podAddresses.filter { $0.contains(":") == (addressType == "IPv6") }
        guard !addresses.isEmpty else { return nil }
        let isServing = pod.isPodReady
        var endpoint: JSON = [
            "addresses": .array(addresses.map(JSON.string)),
            "conditions": [
                "ready": .bool(
                    selection.publishesNotReady || (isServing && !pod.isBeingDeleted)
                ),
                "serving": .bool(isServing), "terminating": .bool(pod.isBeingDeleted),
            ],
            "targetRef": ServiceSelection.reference(to: pod),
        ]
        endpoint["nodeName"] = pod.nodeName.map(JSON.string)
        endpoint["zone"] = node?.label("topology.kubernetes.io/zone").map(JSON.string)
        if selection.namesHost(of: pod) { endpoint["hostname"] = pod.at("spec", "hostname") }
        return endpoint
    }
}
