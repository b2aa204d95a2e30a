import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// The slice that leads a name to the other site's local name.
///
/// Its endpoints are nodes of the other site with the node ports of the local name there, its load
/// balancer or the entry: none of them goes with a pod, so it keeps working while nobody looks after it.
struct Bridge: Sendable {
    let access: SiteAccess
    let service: PlannedService

    var reference: ObjectReference { Bridge.reference(of: service) }

    /// What the slice is called that leads a name to the other site.
    static func reference(of service: PlannedService) -> ObjectReference {
        .slice(service.service.namespace, service.service.name + "-bridge")
    }

    /// Whether a slice is one of ours, of whichever run.
    static func isBridge(_ slice: JSON) -> Bool {
        slice.labels["endpointslice.kubernetes.io/managed-by"] == Marks.sliceManager
    }

    /// The slice as it should be now.
    func desired() async throws(ProviderError) -> JSON {
        let end = try await BridgeEnd.now(of: service, access: access)
        return [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": .string(reference.name),
                "namespace": .string(service.service.namespace),
                "labels": [
                    "kubernetes.io/service-name": .string(service.service.name),
                    "endpointslice.kubernetes.io/managed-by": .string(Marks.sliceManager),
                ],
                "annotations": .object([MarkNames.bridgeWay: .string(service.way.word)]),
            ],
            "addressType": .string(NodeAddresses.family(end.addresses[0])),
            "ports": .array(service.ports.map { port($0, end) }),
            "endpoints": end.endpoints,
        ]
    }

    private func port(_ port: ServicePort, _ end: BridgeEnd) -> JSON {
        var object: JSON = [
            "name": .string(port.name), "protocol": .string(port.transport),
            "port": .int(end.ports[port.name] ?? port.port),
        ]
        if let appProtocol = port.appProtocol { object["appProtocol"] = .string(appProtocol) }
        return object
    }

    /// Adds the slice; one of this run that is there already is left as it is.
    func add(_ slice: JSON, mark: StepMark) async throws(ProviderError) -> JSON {
        try await restore(Marks.stamp(mark, on: slice), mark: mark)
    }

    /// Puts back a slice that was removed, with the marks that it had.
    func restore(_ slice: JSON, mark: StepMark) async throws(ProviderError) -> JSON {
        if let found = try await access.find(reference) { return try await accept(found, mark) }
        if let created = try await access.create(slice, as: reference) { return created }
        return try await accept(try await access.get(reference), mark)
    }

    private func accept(_ found: JSON, _ mark: StepMark) async throws(ProviderError) -> JSON {
        guard Bridge.isBridge(found), Marks.run(of: found) == mark.run else {
            throw .drift(
                reason: "\(reference) is at \(access.context) already and is not of this run; it "
                    + "was not touched. Remove it, then plan anew"
            )
        }
        try await FencedObject.forward(access, reference, mark).ensureStamp()
        return found
    }

    /// Removes the slice if it is of this run.
    func remove(mark: StepMark) async throws(ProviderError) {
        guard let found = try await access.find(reference), Bridge.isBridge(found),
            Marks.run(of: found) == mark.run, let uid = found.uid
        else { return }
        try await FencedObject.forward(access, reference, mark).delete(uid: uid)
    }
}

/// Adds the bridge.
///
/// Repeated: left alone. Undone: removed if it is of this run.
struct BridgeAddition: ChangeMaker {
    let access: SiteAccess
    let service: PlannedService

    private var bridge: Bridge { Bridge(access: access, service: service) }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        let slice = try await bridge.add(try await bridge.desired(), mark: mark)
        return Receipt(details: ["uid": slice.uid.map(JSON.string) ?? .null])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        try await bridge.remove(mark: mark)
    }
}

/// Removes the bridge.
///
/// Repeated: nothing is left to remove. Undone: it stands as it stood, but that it leads to where the
/// other site is reached now, if that can be read.
struct BridgeRemoval: ChangeMaker {
    let access: SiteAccess
    let service: PlannedService

    private var bridge: Bridge { Bridge(access: access, service: service) }

    func survey() async throws(ProviderError) -> BeforeImage {
        guard let found = try await access.find(bridge.reference) else { return BeforeImage() }
        // Its marks go with it, so that whoever made it knows it again.
        let slice = ObjectHygiene.portable(found)
        return BeforeImage(clear: ["slice": slice])
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await bridge.remove(mark: mark)
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        guard let slice = before.clear.value["slice"] else { return }
        _ = try await bridge.restore(await BridgeRefresh.fresh(slice, access: access), mark: mark)
    }
}
