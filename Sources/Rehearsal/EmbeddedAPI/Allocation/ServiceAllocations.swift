import JSONValues
import KubernetesObjects

/// Which addresses and node ports are taken, and by which Service.
struct ServiceAllocations: Sendable {
    let ports: ClosedRange<Int>
    /// One for each family, the cluster's own first.
    private var pools: [Pool]
    private var portOwners: [PortKey: ObjectKey] = [:]

    /// A node port: TCP and UDP may share a number.
    private struct PortKey: Hashable {
        let number: Int
        let transport: String
    }

    /// The addresses of one family, and who has which.
    private struct Pool: Sendable {
        let range: AddressRange
        var owners: [Int: ObjectKey] = [:]
    }

    init(ranges: [AddressRange], ports: ClosedRange<Int>) {
        pools = ranges.map { Pool(range: $0) }
        self.ports = ports
    }

    /// Gives everything back that `key` holds.
    mutating func release(_ key: ObjectKey) {
        for index in pools.indices {
            pools[index].owners = pools[index].owners.filter { $0.value != key }
        }
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
        errors += assignAddresses(&service, key, &random)
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

    /// Settles which families a Service has (`initIPFamilyFields` of the original).
    private func assignFamilies(_ service: inout JSON) -> [FieldError] {
        guard service.at("spec", "type") != "ExternalName" else { return [] }
        let isFree =
            service.at("spec", "clusterIP") == "None"
            && service.at("spec", "selector")?.object?.isEmpty != false
        let served = pools.map { JSON.string($0.range.family) }
        let families = service.at("spec", "ipFamilies")?.array ?? []
        let policy = service.at("spec", "ipFamilyPolicy")?.string
        if isFree, policy == nil {
            service.set(
                .string(families.isEmpty ? "RequireDualStack" : "SingleStack"),
                at: "spec",
                "ipFamilyPolicy"
            )
            if families.isEmpty { service.set(["IPv4", "IPv6"], at: "spec", "ipFamilies") }
            return []
        }
        let problems = isFree ? [] : familyProblems(service, families, served, policy)
        guard problems.isEmpty else { return problems }
        if policy == nil { service.set("SingleStack", at: "spec", "ipFamilyPolicy") }
        let first = families.first ?? served[0]
        let isDual = policy == "RequireDualStack" || policy == "PreferDualStack"
        let others = families.dropFirst() + served.filter { $0 != first && families.count < 2 }
        service.set(.array([first] + (isDual ? Array(others) : [])), at: "spec", "ipFamilies")
        return []
    }

    private func familyProblems(
        _ service: JSON,
        _ families: [JSON],
        _ served: [JSON],
        _ policy: String?
    ) -> [FieldError] {
        let isDual = policy == "RequireDualStack" || policy == "PreferDualStack"
        // One that had two addresses gives the second one back.
        let hadTwo = service.at("spec", "clusterIPs")?.array?.count == 2
        if families.count > 1, !isDual, !hadTwo {
            let wanted = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP "
            return [
                .invalid(
                    "spec.ipFamilyPolicy",
                    .string(policy ?? "SingleStack"),
                    wanted + "families are specified"
                )
            ]
        }
        if let index = families.firstIndex(where: { !served.contains($0) }) {
            return [
                .invalid(
                    "spec.ipFamilies[\(index)]",
                    families[index],
                    "not configured on this cluster"
                )
            ]
        }
        guard policy == "RequireDualStack", served.count < 2 else { return [] }
        return [
            .invalid(
                "spec.ipFamilyPolicy",
                "RequireDualStack",
                "this cluster is not configured for dual-stack services"
            )
        ]
    }

    /// One address for each family of the Service.
    private mutating func assignAddresses(
        _ service: inout JSON,
        _ key: ObjectKey,
        _ random: inout SeededRandom
    ) -> [FieldError] {
        guard service.at("spec", "type") != "ExternalName",
            service.at("spec", "clusterIP") != "None"
        else { return [] }
        let first = service.at("spec", "clusterIP")?.string ?? ""
        let others = (service.at("spec", "clusterIPs")?.array ?? []).dropFirst()
        let wanted = [first] + others.map { $0.string ?? "" }
        var addresses: [JSON] = []
        for (index, family) in (service.at("spec", "ipFamilies")?.array ?? []).enumerated() {
            guard let pool = pools.firstIndex(where: { .string($0.range.family) == family })
            else { continue }
            let text = index < wanted.count ? wanted[index] : ""
            // An address that is none is for validation to refuse.
            if !text.isEmpty, IPAddress(text) == nil { return [] }
            let (address, problem) = takeAddress(text, from: pool, key, &random)
            if let problem { return [problem] }
            addresses.append(.string(address))
        }
        service.set(addresses.first, at: "spec", "clusterIP")
        service.set(.array(addresses), at: "spec", "clusterIPs")
        return []
    }

    /// The address that was wanted, or one that is drawn where none was.
    private mutating func takeAddress(
        _ wanted: String,
        from pool: Int,
        _ key: ObjectKey,
        _ random: inout SeededRandom
    ) -> (address: String, problem: FieldError?) {
        let range = pools[pool].range
        guard let address = IPAddress(wanted) else {
            let taken = pools[pool].owners
            guard let offset = draw(range.usable, &random, isTaken: { taken[$0] != nil }) else {
                return ("", allocationFailed([], "range is full"))
            }
            pools[pool].owners[offset] = key
            return (range.text(at: offset), nil)
        }
        let problem: String
        if let offset = range.offset(of: address) {
            if pools[pool].owners.updateValue(key, forKey: offset) == nil { return (wanted, nil) }
            problem = "provided IP is already allocated"
        } else {
            problem = "the provided network does not match the current range"
        }
        return (
            "", allocationFailed([.string(wanted)], "failed to allocate IP \(wanted): \(problem)")
        )
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
