import EmbeddedAPI
import JSONValues

/// The Services of a site and what stands behind them, as one observer knows them.
///
/// A pure value that is fed changes in order. It follows kube-proxy: all slices of a Service are
/// merged, an endpoint that several slices name counts once, and endpoints that terminate but still
/// serve are used only when nothing is ready. Session affinity and traffic policies are not known
/// to it.
package struct ServiceDirectory: Sendable {
    /// A port of a Service.
    package struct PortKey: Hashable, Sendable {
        package let service: ServiceKey
        package let number: Int

        package init(service: ServiceKey, number: Int) {
            self.service = service
            self.number = number
        }
    }

    /// How many ExternalNames may lead to one another.
    private static let aliasMax = 4

    package init() {}

    private var services: [ServiceKey: ServiceRecord] = [:]
    private var slices: [ServiceKey: [String: SliceRecord]] = [:]
    private var sliceOwners: [String: ServiceKey] = [:]
    private var backends: [PortKey: [TwinEndpoint]] = [:]
    private var nodePorts: [Int: PortKey] = [:]

    /// Takes in one change of a Service or an EndpointSlice; others are ignored.
    package mutating func apply(_ change: ObjectChange) {
        switch change.resource {
        case .services: applyService(change.object, isGone: change.kind == .deleted)
        case .endpointSlices: applySlice(change.object, isGone: change.kind == .deleted)
        default: break
        }
    }

    /// The endpoints behind a port of a Service; empty when none serves or there is no such port.
    package func endpoints(of service: ServiceKey, port: Int) -> [TwinEndpoint] {
        backends[PortKey(service: service, number: port)] ?? []
    }

    /// The addresses of all endpoints of a Service that are ready.
    package func addresses(of service: ServiceKey) -> Set<TwinAddress> {
        let endpoints = (slices[service] ?? [:]).values.flatMap(\.endpoints)
        return Set(endpoints.filter(\.isReady).map(\.address))
    }

    package func endpoints(ofNodePort nodePort: Int) -> [TwinEndpoint] {
        nodePorts[nodePort].flatMap { backends[$0] } ?? []
    }

    /// The node ports that lead to a Service now.
    package func nodePorts(of service: ServiceKey) -> [Int] {
        (services[service]?.ports ?? []).compactMap(\.nodePort)
    }

    /// The Services of which a change tells something.
    package static func services(in change: ObjectChange) -> Set<ServiceKey> {
        let versions = [change.object, change.previous].compactMap { $0 }
        switch change.resource {
        case .services: return Set(versions.compactMap { ServiceRecord($0)?.key })
        case .endpointSlices: return Set(versions.compactMap { SliceRecord.service(of: $0) })
        default: return []
        }
    }

    /// The number of a port that an Ingress calls by name.
    package func portNumber(of service: ServiceKey, named name: String) -> Int? {
        services[service]?.ports.first { $0.name == name }?.number
    }

    /// What a name means to a pod of `namespace`; nil when DNS would not know it.
    ///
    /// `consulted` is told every Service, there or not, on which the answer depends.
    package func endpoints(
        named name: ServiceName,
        from namespace: String,
        consulted: (ServiceKey) -> Void = { _ in }
    ) -> [TwinEndpoint]? {
        endpoints(named: name, from: namespace, aliases: 0, consulted)
    }

    /// The address that DNS answers a pod of `namespace` with; nil where it knows none, or those of pods.
    package func address(named name: ServiceName, from namespace: String) -> String? {
        let known = name.readings(in: namespace).lazy.compactMap { services[$0.service] }
        return known.first?.address
    }

    private func endpoints(
        named name: ServiceName,
        from namespace: String,
        aliases: Int,
        _ consulted: (ServiceKey) -> Void
    ) -> [TwinEndpoint]? {
        for reading in name.readings(in: namespace) {
            consulted(reading.service)
            guard let service = services[reading.service] else { continue }
            if let alias = service.externalName {
                guard aliases < Self.aliasMax, let next = ServiceName("\(alias):\(name.port)")
                else {
                    return nil
                }
                return endpoints(named: next, from: namespace, aliases: aliases + 1, consulted)
            }
            if service.isHeadless { return headless(reading, port: name.port) }
            if reading.hostname == nil { return endpoints(of: service.key, port: name.port) }
        }
        return nil
    }

    /// DNS answers with the addresses themselves, and the caller dials the port it has in mind.
    private func headless(_ reading: ServiceName.Reading, port: Int) -> [TwinEndpoint]? {
        let addresses = (slices[reading.service] ?? [:]).values
            .flatMap(\.endpoints)
            .filter { $0.isReady && (reading.hostname == nil || $0.hostname == reading.hostname) }
            .map(\.address)
        if reading.hostname != nil, addresses.isEmpty { return nil }
        return Set(addresses).sorted().map { TwinEndpoint($0, port: port) }
    }

    private mutating func applyService(_ object: JSON, isGone: Bool) {
        guard let record = ServiceRecord(object) else { return }
        if let known = services[record.key] {
            for port in known.ports {
                if let nodePort = port.nodePort { nodePorts[nodePort] = nil }
                backends[PortKey(service: record.key, number: port.number)] = nil
            }
        }
        services[record.key] = isGone ? nil : record
        guard !isGone else { return }
        for port in record.ports {
            guard let nodePort = port.nodePort else { continue }
            nodePorts[nodePort] = PortKey(service: record.key, number: port.number)
        }
        refresh(record.key)
    }

    private mutating func applySlice(_ object: JSON, isGone: Bool) {
        guard let name = object.at("metadata", "name")?.string,
            let namespace = object.at("metadata", "namespace")?.string
        else { return }
        let id = "\(namespace)/\(name)"
        if let owner = sliceOwners.removeValue(forKey: id) {
            slices[owner]?[id] = nil
            refresh(owner)
        }
        guard !isGone, let record = SliceRecord(object) else { return }
        sliceOwners[id] = record.service
        slices[record.service, default: [:]][id] = record
        refresh(record.service)
    }

    /// Works out anew what stands behind each port of a Service.
    private mutating func refresh(_ key: ServiceKey) {
        guard let service = services[key] else { return }
        let records = slices[key] ?? [:]
        for port in service.ports {
            var ready: Set<TwinEndpoint> = []
            var servingOut: Set<TwinEndpoint> = []
            for record in records.values {
                guard let number = record.portNumbers[port.name] else { continue }
                for endpoint in record.endpoints {
                    let dialled = TwinEndpoint(endpoint.address, port: number)
                    if endpoint.isReady { ready.insert(dialled) }
                    if endpoint.isServingOut { servingOut.insert(dialled) }
                }
            }
            let chosen = ready.isEmpty ? servingOut : ready
            backends[PortKey(service: key, number: port.number)] = chosen.sorted()
        }
    }
}
