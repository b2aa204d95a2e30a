import JSONValues
import KubernetesObjects

/// Something outside of the cluster, with who calls it and what tells so.
package struct OutsideCall: Sendable, Hashable {
    /// Where the calls go.
    package let address: OutsideAddress
    /// `Deployment shop/web`, or what names it when no workload is known to read that; sorted.
    package let callers: [String]
    /// Where it was found, sorted: places, never texts.
    package let evidence: [String]
}

/// Reads out of the source's facts what lies outside and is called: pure.
struct OutsideCallReader {
    private let estate: AssessedEstate
    /// ConfigMaps and Secrets.
    private let texts: [String: [ServiceMentions.Name: SlimObject]]

    /// Who calls, and where that was found.
    private struct Use {
        var callers: Set<String> = []
        var evidence: Set<String> = []
    }

    init(_ estate: AssessedEstate) {
        self.estate = estate
        var texts: [String: [ServiceMentions.Name: SlimObject]] = [:]
        for kind in ["ConfigMap", "Secret"] {
            texts[kind] = CallGraphReader.byName(estate.source.all(kind))
        }
        self.texts = texts
    }

    /// Calls of what is no Service of the source's own, sorted by address.
    func read() -> [OutsideCall] {
        let own = ownAddresses
        return all().filter { own[$0.address.host]?.hasPrefix("Service ") != true }
    }

    /// Calls of Services and nodes of the source by their addresses, with whose each is, sorted.
    func readOwn() -> [(call: OutsideCall, owner: String)] {
        let own = ownAddresses
        return all().compactMap { call in own[call.address.host].map { (call, $0) } }
    }

    /// Whose an address of the source is: `Service shop/cart`, `Node a`.
    private var ownAddresses: [String: String] {
        var owners: [String: String] = [:]
        for node in estate.source.all("Node") {
            for address in node.body.at("status", "addresses")?.array ?? [] {
                if let text = address["address"]?.string { owners[text] = "Node \(node.name)" }
            }
        }
        for service in estate.source.all("Service") {
            guard let address = service.body.at("spec", "clusterIP")?.string else { continue }
            owners[address] = "Service \(service.namespace)/\(service.name)"
        }
        return owners
    }

    private func all() -> [OutsideCall] {
        var uses: [OutsideAddress: Use] = [:]
        addConfiguration(to: &uses)
        addServices(to: &uses)
        // A site's own name, without a port, is no call.
        let entries = estate.moving("Ingress.networking.k8s.io").flatMap { ingress in
            (ingress.body.at("spec", "rules")?.array ?? []).compactMap { $0["host"]?.string }
        }
        let own = Set(entries.map { OutsideAddress(host: $0, port: nil) })
        return uses.filter { !own.contains($0.key) }.map {
            OutsideCall(
                address: $0.key,
                callers: $0.value.callers.sorted(),
                evidence: $0.value.evidence.sorted()
            )
        }.sorted { $0.address < $1.address }
    }

    /// Environment, arguments, and the ConfigMaps and Secrets that containers read.
    private func addConfiguration(to uses: inout [OutsideAddress: Use]) {
        for workload in estate.movingWorkloads {
            let caller = CallGraphReader.words(for: workload)
            for mention in workload.outside {
                uses[mention.address, default: Use()].callers.insert(caller)
                uses[mention.address, default: Use()].evidence.insert(mention.place)
            }
            let read =
                (workload.pods?.configMaps ?? []).map { ("ConfigMap", $0) }
                + (workload.pods?.secrets ?? []).map { ("Secret", $0) }
            for (kind, name) in read {
                let found = texts[kind]?[
                    ServiceMentions.Name(namespace: workload.namespace, name: name)
                ]
                for mention in found?.outside ?? [] {
                    uses[mention.address, default: Use()].callers.insert(caller)
                    uses[mention.address, default: Use()].evidence.insert(
                        "\(kind) \(name), \(mention.place)"
                    )
                }
            }
        }
    }

    // MARK: - Services that lead outside

    private func addServices(to uses: inout [OutsideAddress: Use]) {
        let callers = callersByService()
        for lead in leads {
            let words = "Service \(lead.service.namespace)/\(lead.service.name)"
            // Who names the Service with a port has been found by its configuration.
            let isKnown = uses.keys.contains { $0.host == lead.address.host }
            if lead.address.port == nil, isKnown { continue }
            uses[lead.address, default: Use()].callers.formUnion(callers[lead.service] ?? [words])
            uses[lead.address, default: Use()].evidence.insert("\(words), \(lead.place)")
        }
    }

    /// A Service and one address outside to which it leads.
    private struct Lead {
        let service: ServiceMentions.Name
        let address: OutsideAddress
        let place: String
    }

    private var leads: [Lead] {
        estate.standing("Service").flatMap(aliases)
            + estate.standing("Endpoints").flatMap { endpoints in
                (endpoints.body["subsets"]?.array ?? []).flatMap { subset in
                    addresses(
                        (subset["addresses"]?.array ?? []).compactMap { $0["ip"]?.string },
                        subset["ports"]
                    ).map { Lead(service: name(of: endpoints), address: $0, place: "Endpoints") }
                }
            }
            + estate.standing("EndpointSlice.discovery.k8s.io").flatMap { slice in
                let service = ServiceMentions.Name(
                    namespace: slice.namespace,
                    name: slice.labels["kubernetes.io/service-name"] ?? ""
                )
                let hosts = (slice.body["endpoints"]?.array ?? []).flatMap {
                    ($0["addresses"]?.array ?? []).compactMap(\.string)
                }
                return addresses(hosts, slice.body["ports"]).map {
                    Lead(service: service, address: $0, place: "EndpointSlice \(slice.name)")
                }
            }
    }

    private func aliases(_ service: SlimObject) -> [Lead] {
        guard let host = service.body.at("spec", "externalName")?.string else { return [] }
        let ports = service.body.at("spec", "ports")
        let found = addresses([host], ports)
        let all = found.isEmpty ? [OutsideAddress(host: host, port: nil)] : found
        return all.map { Lead(service: name(of: service), address: $0, place: "externalName") }
    }

    private func addresses(_ hosts: [String], _ ports: JSON?) -> [OutsideAddress] {
        hosts.flatMap { host in
            (ports?.array ?? []).compactMap { address(host, $0["port"], $0["protocol"]) }
        }
    }

    private func address(_ host: String, _ port: JSON?, _ transport: JSON?) -> OutsideAddress? {
        // Names and addresses of IPv6 are left to whoever reads the report.
        guard !host.contains(":"), let port = port?.int else { return nil }
        return OutsideAddress(host: host, port: port, isDatagram: transport == "UDP")
    }

    private func name(of object: SlimObject) -> ServiceMentions.Name {
        ServiceMentions.Name(namespace: object.namespace, name: object.name)
    }

    private func callersByService() -> [ServiceMentions.Name: Set<String>] {
        var callers: [ServiceMentions.Name: Set<String>] = [:]
        for workload in estate.movingWorkloads {
            let words = CallGraphReader.words(for: workload)
            for mention in workload.mentions { callers[mention.service, default: []].insert(words) }
            for name in workload.pods?.configMaps ?? [] {
                let key = ServiceMentions.Name(namespace: workload.namespace, name: name)
                for mention in texts["ConfigMap"]?[key]?.mentions ?? [] {
                    callers[mention.service, default: []].insert(words)
                }
            }
        }
        return callers
    }
}
