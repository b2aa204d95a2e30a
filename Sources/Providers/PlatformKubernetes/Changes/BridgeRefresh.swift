import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Leads the bridges of a run to where the other site is reached now.
///
/// Repeated: those that lead there are left alone. Undone: nothing, for where they led before may be
/// gone; what made a bridge takes it away.
struct BridgeRefresh: ChangeMaker {
    let access: SiteAccess
    let namespaces: [String]

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        var changed: [JSON] = []
        let bridges = try await bridges(of: mark.run)
        var other = OtherSite(from: access)
        // What leads to an entry asks the other site nothing, not even while that cannot be reached.
        let asking = bridges.filter { $0.annotations[MarkNames.bridgeWay] != "entry" }
        for namespace in Set(asking.compactMap(\.namespace)).sorted() {
            try await other.readServices(of: mark.run, in: namespace)
        }
        for bridge in bridges {
            guard let reference = ObjectReference(bridge) else { continue }
            let end = try await BridgeRefresh.end(of: bridge, at: &other)
            guard BridgeRefresh.isStale(bridge, end) else { continue }
            try await FencedObject.forward(access, reference, mark).write { found in
                BridgeRefresh.isStale(found, end) ? BridgeRefresh.patch(found, end) : []
            }
            changed.append(.string(reference.description))
        }
        return Receipt(details: changed.isEmpty ? .emptyObject : ["changed": .array(changed)])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {}

    /// The bridges that this run made at this site, sorted.
    private func bridges(of run: RunID) async throws(ProviderError) -> [JSON] {
        let labels = try run.label(["endpointslice.kubernetes.io/managed-by": Marks.sliceManager])
        var found: [JSON] = []
        for namespace in namespaces {
            found += try await access.list(.slice(namespace), labels: labels)
        }
        return found.sorted { $0.namespacedName < $1.namespacedName }
    }

    /// A recorded bridge as it should be now; as it was where that cannot be read.
    static func fresh(_ slice: JSON, access: SiteAccess) async -> JSON {
        do {
            var other = OtherSite(from: access)
            let end = try await end(of: slice, at: &other)
            var fresh = slice
            fresh["endpoints"] = end.endpoints
            fresh["ports"] = ports(of: slice, end)
            return fresh
        } catch {
            // The other site may be gone, and then it does not matter to whom of it this leads.
            return slice
        }
    }

    /// Where the bridge should lead now.
    ///
    /// What leads to an entry is told by the run's plan alone and goes nowhere else.
    private static func end(
        of bridge: JSON,
        at other: inout OtherSite
    ) async throws(ProviderError) -> BridgeEnd {
        let ports = (bridge["ports"]?.array ?? []).compactMap { port -> ServicePort? in
            port["port"]?.int.map { ServicePort(name: port["name"]?.string ?? "", port: $0) }
        }
        let way: BridgeWay
        switch bridge.annotations[MarkNames.bridgeWay] {
        case "loadBalancer": way = .loadBalancer(annotations: [:])
        case "entry":
            return BridgeEnd(
                addresses: addresses(of: bridge),
                ports: Dictionary(
                    ports.map { ($0.name, $0.port) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        default: way = .nodePorts
        }
        let service = PlannedService(
            service: ServiceName(
                namespace: bridge.namespace ?? "",
                name: bridge.labels["kubernetes.io/service-name"] ?? ""
            ),
            selector: [:],
            ports: ports,
            way: way
        )
        return try await BridgeEnd.now(of: service, at: &other)
    }

    private static func addresses(of bridge: JSON) -> [String] {
        (bridge["endpoints"]?.array ?? [])
            .flatMap { $0["addresses"]?.array ?? [] }.compactMap(\.string)
    }

    private static func ports(of bridge: JSON, _ end: BridgeEnd) -> JSON {
        .array(
            (bridge["ports"]?.array ?? []).map { port in
                var port = port
                if let number = end.ports[port["name"]?.string ?? ""] {
                    port["port"] = .int(number)
                }
                return port
            }
        )
    }

    private static func isStale(_ bridge: JSON, _ end: BridgeEnd) -> Bool {
        addresses(of: bridge) != end.addresses || bridge["ports"] != ports(of: bridge, end)
    }

    private static func patch(_ bridge: JSON, _ end: BridgeEnd) -> [JSON] {
        [
            ["op": "replace", "path": "/endpoints", "value": end.endpoints],
            ["op": "replace", "path": "/ports", "value": ports(of: bridge, end)],
        ]
    }
}
