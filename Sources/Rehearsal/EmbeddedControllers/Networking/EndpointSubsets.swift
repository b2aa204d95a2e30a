import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// The addresses of a Service's pods, packed as an Endpoints object has them: addresses with the same
/// ports stand together.
struct EndpointSubsets: Sendable {
    private(set) var json: [JSON] = []
    private(set) var isTruncated = false

    /// One address and whether it is ready.
    private struct Address: Sendable {
        let json: JSON
        let isReady: Bool
        var ip: String { json["ip"]?.string ?? "" }
        var uid: String { json.at("targetRef", "uid")?.string ?? "" }
    }

    init(of selection: ServiceSelection, in view: ClusterView, addressesMax: Int) {
        var portsByAddress: [String: [JSON]] = [:]
        var addresses: [String: Address] = [:]
        let pods = selection.pods(includingTerminating: selection.publishesNotReady, in: view)
        for pod in pods {
            guard let ip = Self.address(of: pod, for: selection.service) else { continue }
            let isReady = selection.publishesNotReady || pod.isPodReady
            let address = Address(json: Self.json(of: pod, ip, selection), isReady: isReady)
            let key = "\(ip) \(pod.uid ?? "")"
            let ports = selection.ports.compactMap { Self.port(of: $0, in: pod) }
            guard !ports.isEmpty || (selection.ports.isEmpty && selection.isHeadless) else {
                continue
            }
            addresses[key] = address
            portsByAddress[key] = ports
        }
        let groups = Dictionary(grouping: addresses.keys.sorted()) {
            Self.order($0, portsByAddress)
        }
        var room = addressesMax
        for key in groups.keys.sorted(by: Self.isBefore) {
            let members = (groups[key] ?? []).compactMap { addresses[$0] }
            append(members, ports: key, room: &room)
        }
    }

    private mutating func append(_ members: [Address], ports: [JSON], room: inout Int) {
        let sorted = members.sorted { ($0.ip, $0.uid) < ($1.ip, $1.uid) }
        let ready = sorted.filter(\.isReady).prefix(room)
        room -= ready.count
        let unready = sorted.filter { !$0.isReady }.prefix(room)
        room -= unready.count
        if ready.count + unready.count < members.count { isTruncated = true }
        var subset = JSON.emptyObject
        if !ready.isEmpty { subset["addresses"] = .array(ready.map(\.json)) }
        if !unready.isEmpty { subset["notReadyAddresses"] = .array(unready.map(\.json)) }
        if !ports.isEmpty { subset["ports"] = .array(ports) }
        if subset != .emptyObject { json.append(subset) }
    }

    private static func order(_ key: String, _ ports: [String: [JSON]]) -> [JSON] {
        (ports[key] ?? []).sorted { left, right in
            let names = (left["name"]?.string ?? "", right["name"]?.string ?? "")
            if names.0 != names.1 { return names.0 < names.1 }
            let protocols = (left["protocol"]?.string ?? "", right["protocol"]?.string ?? "")
            if protocols.0 != protocols.1 { return protocols.0 < protocols.1 }
            return left["port"]?.int ?? 0 < right["port"]?.int ?? 0
        }
    }

    private static func isBefore(_ left: [JSON], _ right: [JSON]) -> Bool {
        JSON.array(left).text() < JSON.array(right).text()
    }

    /// The pod's address of the first family of the Service.
    private static func address(of pod: JSON, for service: JSON) -> String? {
        let wantsIPv6 = service.at("spec", "ipFamilies")?[0]?.string == "IPv6"
        return pod.podAddresses.first { $0.contains(":") == wantsIPv6 }
    }

    private static func json(of pod: JSON, _ ip: String, _ selection: ServiceSelection) -> JSON {
        var json: JSON = ["ip": .string(ip), "targetRef": ServiceSelection.reference(to: pod)]
        json["nodeName"] = pod.nodeName.map(JSON.string)
        if selection.namesHost(of: pod) { json["hostname"] = pod.at("spec", "hostname") }
        return json
    }

    private static func port(of port: JSON, in pod: JSON) -> JSON? {
        guard let number = ServiceSelection.targetPort(of: port, in: pod) else { return nil }
        var json: JSON = [
            "port": .int(number), "protocol": .string(port["protocol"]?.string ?? "TCP"),
        ]
        json["name"] = port["name"]
        json["appProtocol"] = port["appProtocol"]
        return json
    }
}
