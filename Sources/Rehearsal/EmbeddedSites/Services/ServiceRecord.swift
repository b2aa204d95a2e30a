import JSONValues

/// What a Service proxy needs to know of a Service.
package struct ServiceRecord: Sendable, Equatable {
    /// One port of a Service.
    package struct Port: Sendable, Equatable {
        /// Empty when the Service leaves it unnamed.
        package let name: String
        package let number: Int
        package let nodePort: Int?
    }

    package let key: ServiceKey
    package let ports: [Port]
    package let isHeadless: Bool
    /// The address by which it is reached, whatever stands behind it; nil where it has none.
    package let address: String?
    /// Where the name leads instead, for a Service of type ExternalName.
    package let externalName: String?

    /// The node port behind each of its ports that has one.
    package var nodePorts: [Int: Int] {
        let led = ports.compactMap { port in port.nodePort.map { (port.number, $0) } }
        return Dictionary(led, uniquingKeysWith: { first, _ in first })
    }

    /// Nil for an object without namespace or name.
    package init?(_ object: JSON) {
        guard let name = object.at("metadata", "name")?.string,
            let namespace = object.at("metadata", "namespace")?.string
        else { return nil }
        key = ServiceKey(namespace: namespace, name: name)
        let spec = object["spec"] ?? .emptyObject
        let address = spec["clusterIP"]?.string
        isHeadless = address == "None"
        self.address = isHeadless ? nil : address
        externalName =
            spec["type"]?.string == "ExternalName" ? spec["externalName"]?.string : nil
        ports = (spec["ports"]?.array ?? []).compactMap { port in
            guard let number = port["port"]?.int,
                port["protocol"]?.string ?? "TCP" == "TCP"
            else { return nil }
            let nodePort = port["nodePort"]?.int.flatMap { $0 == 0 ? nil : $0 }
            return Port(name: port["name"]?.string ?? "", number: number, nodePort: nodePort)
        }
    }
}

/// What a Service proxy needs to know of an EndpointSlice.
package struct SliceRecord: Sendable, Equatable {
    /// One endpoint of a slice.
    package struct Endpoint: Sendable, Equatable {
        package let address: TwinAddress
        package let hostname: String?
        package let isReady: Bool
        /// Whether it serves while it terminates: good enough when nothing is ready.
        package let isServingOut: Bool
    }

    package let service: ServiceKey
    package let portNumbers: [String: Int]
    package let endpoints: [Endpoint]

    /// Nil for a slice that belongs to no Service, or not to IPv4.
    package init?(_ object: JSON) {
        guard let service = SliceRecord.service(of: object),
            object["addressType"]?.string == "IPv4"
        else { return nil }
        self.service = service
        var portNumbers: [String: Int] = [:]
        for port in object["ports"]?.array ?? [] {
            guard let number = port["port"]?.int, port["protocol"]?.string ?? "TCP" == "TCP" else {
                continue
            }
            portNumbers[port["name"]?.string ?? ""] = number
        }
        self.portNumbers = portNumbers
        endpoints = (object["endpoints"]?.array ?? []).flatMap { endpoint in
            let conditions = endpoint["conditions"] ?? .emptyObject
            let isReady = conditions["ready"]?.bool ?? true
            let isServing = conditions["serving"]?.bool ?? isReady
            let isTerminating = conditions["terminating"]?.bool ?? false
            return (endpoint["addresses"]?.array ?? []).compactMap { address in
                address.string.flatMap(TwinAddress.init).map {
                    Endpoint(
                        address: $0,
                        hostname: endpoint["hostname"]?.string,
                        isReady: isReady,
                        isServingOut: isServing && isTerminating
                    )
                }
            }
        }
    }

    /// The Service that a slice belongs to; nil for one that belongs to none.
    static func service(of slice: JSON) -> ServiceKey? {
        guard let namespace = slice.at("metadata", "namespace")?.string,
            let name = slice.at("metadata", "labels", "kubernetes.io/service-name")?.string
        else { return nil }
        return ServiceKey(namespace: namespace, name: name)
    }
}
