import JSONValues
import KubernetesObjects

/// What must hold of Ingresses, their classes, and network policies.
enum IngressValidation {
    private static let pathTypes = ["Exact", "ImplementationSpecific", "Prefix"]

    static func problems(of object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        let rules = spec["rules"]?.array ?? []
        var errors: [FieldError] = []
        if rules.isEmpty, spec["defaultBackend"] == nil {
            errors.append(
                .invalid(
                    "spec",
                    spec["rules"],
                    "either `defaultBackend` or `rules` must be specified"
                )
            )
        }
        if let backend = spec["defaultBackend"] {
            errors += problems(ofBackend: backend, "spec.defaultBackend")
        }
        for (index, rule) in rules.enumerated() {
            errors += problems(ofRule: rule, "spec.rules[\(index)]")
        }
        for (index, tls) in (spec["tls"]?.array ?? []).enumerated() {
            for (position, host) in (tls["hosts"]?.array ?? []).enumerated() {
                errors += problems(
                    ofHost: host.string ?? "",
                    "spec.tls[\(index)].hosts[\(position)]"
                )
            }
        }
        if let name = spec["ingressClassName"]?.string {
            errors += FieldChecks.subdomain(name, "spec.ingressClassName")
        }
        return errors
    }

    private static func problems(ofHost host: String, _ field: String) -> [FieldError] {
        if host.hasPrefix("*.") {
            return FieldChecks.subdomain(String(host.dropFirst(2)), field)
        }
        return FieldChecks.subdomain(host, field)
    }

    private static func problems(ofRule rule: JSON, _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        if let host = rule["host"]?.string, !host.isEmpty {
            if IPAddress(host) != nil {
                errors.append(
                    .invalid("\(field).host", host, "must be a DNS name, not an IP address")
                )
            }
            errors += problems(ofHost: host, "\(field).host")
        }
        guard let http = rule["http"] else { return errors }
        let paths = http["paths"]?.array ?? []
        if paths.isEmpty { errors.append(.required("\(field).http.paths")) }
        for (index, path) in paths.enumerated() {
            errors += problems(ofPath: path, "\(field).http.paths[\(index)]")
        }
        return errors
    }

    private static func problems(ofPath path: JSON, _ field: String) -> [FieldError] {
        guard let type = path["pathType"]?.string else {
            return [.required("\(field).pathType", "pathType must be specified")]
        }
        var errors: [FieldError] = []
        let text = FieldChecks.text(path, "path")
        switch type {
        case "Exact", "Prefix":
            if !text.hasPrefix("/") {
                errors.append(.invalid("\(field).path", text, "must be an absolute path"))
            }
        case "ImplementationSpecific":
            if !text.isEmpty, !text.hasPrefix("/") {
                errors.append(.invalid("\(field).path", text, "must be an absolute path"))
            }
        default:
            errors.append(
                .notSupported("\(field).pathType", .string(type), supported: pathTypes)
            )
        }
        return errors + problems(ofBackend: path["backend"] ?? .emptyObject, "\(field).backend")
    }

    private static func problems(ofBackend backend: JSON, _ field: String) -> [FieldError] {
        guard let service = backend["service"] else {
            guard backend["resource"] == nil else { return [] }
            return [.required(field, "resource or service backend is required")]
        }
        var errors: [FieldError] = []
        let name = FieldChecks.text(service, "name")
        if name.isEmpty {
            errors.append(.required("\(field).service.name"))
        } else {
            errors += NameRules.problemsOfServiceName(name)
                .map { .invalid("\(field).service.name", name, $0) }
        }
        let port = service["port"] ?? .emptyObject
        let number = port["number"]?.int ?? 0
        let portName = FieldChecks.text(port, "name")
        if portName.isEmpty, number == 0 {
            errors.append(
                .required("\(field)", "port name or number is required")
            )
        } else if portName.isEmpty {
            errors += FieldChecks.problems(ofPort: number, "\(field).service.port.number")
        }
        return errors
    }

    static func problems(ofClass object: JSON) -> [FieldError] {
        let controller = object.at("spec", "controller")?.string ?? ""
        if controller.isEmpty { return [.required("spec.controller")] }
        guard controller.contains("/") else {
            return [
                .invalid(
                    "spec.controller",
                    controller,
                    "must be a domain-prefixed path (such as \"acme.io/foo\")"
                )
            ]
        }
        return []
    }

    static func problemsOfUpdate(ofClass object: JSON, from old: JSON) -> [FieldError] {
        let controller = object.at("spec", "controller")
        guard controller != old.at("spec", "controller") else { return [] }
        return [.invalid("spec.controller", controller, FieldChecks.immutable)]
    }

    static func problems(ofPolicy object: JSON) -> [FieldError] {
        let sides = [("ingress", "from"), ("egress", "to")]
        return sides.flatMap { side, peers -> [FieldError] in
            let rules = object.at("spec", side)?.array ?? []
            return rules.enumerated().flatMap { index, rule -> [FieldError] in
                (rule[peers]?.array ?? []).enumerated().flatMap { position, peer -> [FieldError] in
                    guard let range = peer.at("ipBlock", "cidr")?.string else { return [] }
                    return IPAddress.problems(
                        ofRange: range,
                        "spec.\(side)[\(index)].\(peers)[\(position)].ipBlock.cidr"
                    )
                }
            }
        }
    }
}
