import JSONValues
import KubernetesObjects

/// What must hold of Endpoints and EndpointSlices.
enum EndpointsValidation {
    static func problems(ofEndpoints object: JSON) -> [FieldError] {
        (object["subsets"]?.array ?? []).enumerated().flatMap { index, subset -> [FieldError] in
            let field = "subsets[\(index)]"
            let ready = subset["addresses"]?.array ?? []
            let notReady = subset["notReadyAddresses"]?.array ?? []
            var errors: [FieldError] = []
            if ready.isEmpty, notReady.isEmpty {
                errors.append(
                    .required(field, "must specify `addresses` or `notReadyAddresses`")
                )
            }
            errors += problems(ofAddresses: ready, "\(field).addresses")
            errors += problems(ofAddresses: notReady, "\(field).notReadyAddresses")
            let ports = subset["ports"]?.array ?? []
            for (position, port) in ports.enumerated() {
                let path = "\(field).ports[\(position)]"
                let name = FieldChecks.text(port, "name")
                if ports.count > 1, name.isEmpty {
                    errors.append(.required("\(path).name"))
                } else if !name.isEmpty {
                    errors += FieldChecks.label(name, "\(path).name")
                }
                errors += FieldChecks.problems(ofPort: port["port"]?.int ?? 0, "\(path).port")
                errors += FieldChecks.problems(
                    ofProtocol: FieldChecks.text(port, "protocol"),
                    "\(path).protocol"
                )
            }
            return errors
        }
    }

    private static func problems(ofAddresses addresses: [JSON], _ field: String) -> [FieldError] {
        addresses.enumerated().flatMap { index, address -> [FieldError] in
            let path = "\(field)[\(index)].ip"
            let text = FieldChecks.text(address, "ip")
            guard let parsed = IPAddress(text) else {
                // A real server finds this twice, once as an address and once as an endpoint.
                return [
                    .invalid(path, text, IPAddress.validText),
                    .invalid(path, text, "must be a valid IP address"),
                ]
            }
            return parsed.problemsAsEndpoint(path, text)
        }
    }

    // MARK: EndpointSlice

    private static let addressTypes = ["FQDN", "IPv4", "IPv6"]

    /// Endpoints that stand as they stood in `old` are not looked at again.
    static func problems(ofSlice object: JSON, since old: JSON? = nil) -> [FieldError] {
        let type = FieldChecks.text(object, "addressType")
        var errors: [FieldError] = []
        if type.isEmpty {
            errors.append(.required("addressType"))
        } else if !addressTypes.contains(type) {
            errors.append(
                .notSupported("addressType", .string(type), supported: addressTypes)
            )
        }
        errors += problems(ofSlicePorts: object["ports"]?.array ?? [])
        let endpoints = object["endpoints"]?.array ?? []
        if endpoints.count > 1_000 {
            errors.append(.tooMany("endpoints", count: endpoints.count, max: 1_000))
            return errors
        }
        if endpoints == old?["endpoints"]?.array { return errors }
        for (index, endpoint) in endpoints.enumerated() {
            let field = "endpoints[\(index)].addresses"
            let addresses = endpoint["addresses"]?.array ?? []
            if addresses.isEmpty {
                errors.append(.required(field, "must contain at least 1 address"))
            }
            if addresses.count > 100 {
                errors.append(.tooMany(field, count: addresses.count, max: 100))
            }
            for (position, address) in addresses.enumerated() {
                let path = "\(field)[\(position)]"
                errors += problems(ofAddress: address.string ?? "", path, type: type)
            }
        }
        return errors
    }

    private static func problems(
        ofAddress text: String,
        _ field: String,
        type: String
    ) -> [FieldError] {
        switch type {
        case "IPv4", "IPv6":
            guard let address = IPAddress(text) else {
                return [.invalid(field, text, IPAddress.validText)]
            }
            var errors: [FieldError] = []
            if address.isVersion4 != (type == "IPv4") {
                errors.append(.invalid(field, text, "must be an \(type) address"))
            }
            return errors + address.problemsAsEndpoint(field, text)
        case "FQDN": return FieldChecks.subdomain(text, field)
        default: return []
        }
    }

    private static func problems(ofSlicePorts ports: [JSON]) -> [FieldError] {
        var errors: [FieldError] = []
        if ports.count > 20_000 {
            errors.append(.tooMany("ports", count: ports.count, max: 20_000))
        }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "ports[\(index)]"
            let name = FieldChecks.text(port, "name")
            if !name.isEmpty { errors += FieldChecks.label(name, "\(field).name") }
            if !names.insert(name).inserted {
                errors.append(.duplicate("\(field).name", .string(name)))
            }
            let value = FieldChecks.text(port, "protocol")
            if !FieldChecks.protocols.contains(value) {
                errors.append(
                    .notSupported(
                        "\(field).protocol",
                        .string(value),
                        supported: FieldChecks.protocols
                    )
                )
            }
        }
        return errors
    }
}
