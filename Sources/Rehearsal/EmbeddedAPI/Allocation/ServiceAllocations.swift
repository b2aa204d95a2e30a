import JSONValues
import KubernetesObjects

/// Which addresses and node ports are taken, and by which Service.
struct ServiceAllocations: Sendable {
    let range: AddressRange
    let ports: ClosedRange<Int>
    private var addressOwners: [Int: ObjectKey] = [:]
    private var portOwners: [PortKey: ObjectKey] = [:]

    /// A node port: TCP and UDP may share a number.
    private struct PortKey: Hashable {
        let number: Int
        let transport: String
    }

    init(range: AddressRange, ports: ClosedRange<Int>) {
        self.range = range
        self.ports = ports
    }

    /// Gives everything back that `key` holds.
    mutating func release(_ key: ObjectKey) {
        addressOwners = addressOwners.filter { $0.value != key }
        portOwners = portOwners.filter { $0.value != key }
    }

    /// Takes what the Service needs: what it names, or what is drawn.
    ///
    /// What the Service held before is given back first, so that it can keep it.
    mutating func assign(
        _ service: inout JSON,
        _ key: ObjectKey,
        random: inout SeededRandom
    ) -> [FieldError] {
        release(key)
        var errors = assignFamilies(&service)
        guard errors.isEmpty else { return errors }
        errors += assignAddress(&service, key, &random)
        if needsNodePorts(service) { errors += assignPorts(&service, key, &random) }
        return errors
    }

    private func needsNodePorts(_ service: JSON) -> Bool {
        switch service.at("spec", "type")?.string {
        case "NodePort": true
        case "LoadBalancer": service.at("spec", "allocateLoadBalancerNodePorts")?.bool != false
        default: false
        }
    }

    /// The twin's clusters have IPv4 only.
    private func assignFamilies(_ service: inout JSON) -> [FieldError] {
        guard service.at("spec", "type") != "ExternalName" else { return [] }
        let isHeadless = service.at("spec", "clusterIP") == "None"
        let hasSelector = service.at("spec", "selector")?.object?.isEmpty == false
        let isFree = isHeadless && !hasSelector
        let families = service.at("spec", "ipFamilies")?.array ?? []
        if !isFree, let index = families.firstIndex(where: { $0 != "IPv4" }) {
            return [
                .invalid(
                    "spec.ipFamilies[\(index)]",
                    families[index],
                    "not configured on this cluster"
                )
            ]
        }
        let policy = service.at("spec", "ipFamilyPolicy")?.string
        if !isFree, policy == "RequireDualStack" {
            return [
                .invalid(
                    "spec.ipFamilyPolicy",
                    "RequireDualStack",
                    "this cluster is not configured for dual-stack services"
                )
            ]
        }
        if policy == nil {
            let isDual = isFree && families.isEmpty
            service.set(
                .string(isDual ? "RequireDualStack" : "SingleStack"),
                at: "spec",
                "ipFamilyPolicy"
            )
        }
        if families.isEmpty {
            service.set(
                isFree && policy == nil ? ["IPv4", "IPv6"] : ["IPv4"],
                at: "spec",
                "ipFamilies"
            )
        }
        return []
    }

    private mutating func assignAddress(
        _ service: inout JSON,
        _ key: ObjectKey,
        _ random: inout SeededRandom
    ) -> [FieldError] {
        guard service.at("spec", "type") != "ExternalName" else { return [] }
        let wanted = service.at("spec", "clusterIP")?.string ?? ""
        if wanted == "None" { return [] }
        if wanted.isEmpty {
            guard let offset = draw(range.usable, &random, isTaken: { addressOwners[$0] != nil })
            else {
                return [allocationFailed([], "range is full")]
            }
            addressOwners[offset] = key
            service.set(.string(range.text(at: offset)), at: "spec", "clusterIP")
            service.set([.string(range.text(at: offset))], at: "spec", "clusterIPs")
            return []
        }
        // An address that is none is for validation to refuse.
        guard let address = IPAddress(wanted) else { return [] }
        let problem: String
        if let offset = range.offset(of: address) {
            if addressOwners.updateValue(key, forKey: offset) == nil { return [] }
            problem = "provided IP is already allocated"
        } else {
            problem = "the provided network does not match the current range"
        }
        return [
            allocationFailed(
                [.string(wanted)],
                "failed to allocate IP \(wanted): \(problem)"
            )
        ]
    }

    private func allocationFailed(_ addresses: [JSON], _ problem: String) -> FieldError {
        .invalid("spec.clusterIPs", .array(addresses), problem)
    }

    private mutating func assignPorts(
        _ service: inout JSON,
        _ key: ObjectKey,
        _ random: inout SeededRandom
    ) -> [FieldError] {
        var errors: [FieldError] = []
        var list = service.at("spec", "ports")?.array ?? []
        for index in list.indices {
            let transport = list[index]["protocol"]?.string ?? "TCP"
            let wanted = list[index]["nodePort"]?.int ?? 0
            if wanted != 0 {
                if let problem = take(wanted, transport, key) {
                    errors.append(
                        .invalid("spec.ports[\(index)].nodePort", .int(wanted), problem)
                    )
                }
                continue
            }
            guard let port = drawPort(transport, key, &random) else {
                errors.append(
                    FieldError(
                        type: .internalError,
                        field: "spec.ports[\(index)].nodePort",
                        body: "failed to allocate a nodePort: range is full"
                    )
                )
                continue
            }
            list[index]["nodePort"] = .int(port)
        }
        service.set(.array(list), at: "spec", "ports")
        return errors + assignHealthPort(&service, key, &random)
    }

    /// A balancer that keeps traffic local asks each node on a port of its own.
    private mutating func assignHealthPort(
        _ service: inout JSON,
        _ key: ObjectKey,
        _ random: inout SeededRandom
    ) -> [FieldError] {
        guard service.at("spec", "type") == "LoadBalancer",
            service.at("spec", "externalTrafficPolicy") == "Local"
        else { return [] }
        let wanted = service.at("spec", "healthCheckNodePort")?.int ?? 0
        if wanted != 0 {
            guard let problem = take(wanted, "TCP", key) else { return [] }
            return [.invalid("spec.healthCheckNodePort", .int(wanted), problem)]
        }
        if let port = drawPort("TCP", key, &random) {
            service.set(.int(port), at: "spec", "healthCheckNodePort")
        }
        return []
    }

    /// What keeps `number` from being taken; nil when it is taken now.
    private mutating func take(_ number: Int, _ transport: String, _ key: ObjectKey) -> String? {
        guard ports.contains(number) else {
            return "provided port is not in the valid range. The range of valid ports is "
                + "\(ports.lowerBound)-\(ports.upperBound)"
        }
        let port = PortKey(number: number, transport: transport)
        guard portOwners[port] == nil else { return "provided port is already allocated" }
        portOwners[port] = key
        return nil
    }

    private mutating func drawPort(
        _ transport: String,
        _ key: ObjectKey,
        _ random: inout SeededRandom
    ) -> Int? {
        let taken = Set(portOwners.keys.map(\.number))
        let range = ports.lowerBound..<(ports.upperBound + 1)
        guard let port = draw(range, &random, isTaken: taken.contains) else { return nil }
        portOwners[PortKey(number: port, transport: transport)] = key
        return port
    }

    /// A free number: the first one behind a place that is drawn.
    private func draw(
        _ range: Range<Int>,
        _ random: inout SeededRandom,
        isTaken: (Int) -> Bool
    ) -> Int? {
        let start = Int(random.next() % UInt64(range.count))
        for step in 0..<range.count {
            let candidate = range.lowerBound + (start + step) % range.count
            if !isTaken(candidate) { return candidate }
        }
        return nil
    }
}
