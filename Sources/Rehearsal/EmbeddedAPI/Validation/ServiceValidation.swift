import JSONValues
import KubernetesObjects

/// What must hold of Services (`ValidateService`).
enum ServiceValidation {
    private static let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]

    static func problems(of object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        let type = FieldChecks.text(spec, "type")
        var errors: [FieldError] = []
        let isHeadless = spec["clusterIP"] == "None"
        let ports = spec["ports"]?.array ?? []
        if ports.isEmpty, !isHeadless, type != "ExternalName" {
            errors.append(.required("spec.ports"))
        }
        if type == "ExternalName" {
            let name = FieldChecks.text(spec, "externalName")
            if name.isEmpty {
                errors.append(.required("spec.externalName"))
            } else {
                let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
                errors += FieldChecks.subdomain(bare, "spec.externalName")
            }
        }
        errors += problems(ofPorts: ports, type: type)
        errors += MetadataValidation.problems(ofLabels: spec["selector"], "spec.selector")
        let affinity = FieldChecks.text(spec, "sessionAffinity")
        if !["ClientIP", "None"].contains(affinity) {
            errors.append(
                .notSupported(
                    "spec.sessionAffinity",
                    .string(affinity),
                    supported: ["ClientIP", "None"]
                )
            )
        }
        errors += problems(ofAddresses: spec, type: type)
        if !types.contains(type) {
            errors.append(.notSupported("spec.type", .string(type), supported: types))
        }
        errors += problems(ofDuplicatePorts: ports)
        return errors
    }

    private static func problems(ofPorts ports: [JSON], type: String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "spec.ports[\(index)]"
            let name = FieldChecks.text(port, "name")
            if ports.count > 1, name.isEmpty {
                errors.append(.required("\(field).name"))
            } else if !name.isEmpty {
                errors += FieldChecks.label(name, "\(field).name")
                if !names.insert(name).inserted {
                    errors.append(.duplicate("\(field).name", .string(name)))
                }
            }
            errors += FieldChecks.problems(ofPort: port["port"]?.int ?? 0, "\(field).port")
            errors += FieldChecks.problems(
                ofProtocol: FieldChecks.text(port, "protocol"),
                "\(field).protocol"
            )
            errors += FieldChecks.problems(
                ofPortReference: port["targetPort"],
                "\(field).targetPort"
            )
            if type == "ClusterIP" || type == "ExternalName", (port["nodePort"]?.int ?? 0) != 0 {
                errors.append(
                    .forbidden("\(field).nodePort", "may not be used when `type` is '\(type)'")
                )
            }
        }
        return errors
    }

    /// Two ports of one number and protocol; the value is shown as Go shows its internal struct.
    private static func problems(ofDuplicatePorts ports: [JSON]) -> [FieldError] {
        var seen: Set<JSON> = []
        var errors: [FieldError] = []
        for (index, port) in ports.enumerated() {
            let key: JSON = .array([port["port"] ?? .null, port["protocol"] ?? .null])
            guard !seen.insert(key).inserted else { continue }
            let shown =
                "Duplicate value: {\"Name\":\"\",\"Protocol\":"
                + "\"\(FieldChecks.text(port, "protocol"))\",\"AppProtocol\":null,"
                + "\"Port\":\(port["port"]?.int ?? 0),\"TargetPort\":0,\"NodePort\":0}"
            errors.append(
                FieldError(type: .duplicate, field: "spec.ports[\(index)]", body: shown)
            )
        }
        return errors
    }

    private static func problems(ofAddresses spec: JSON, type: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, address) in (spec["externalIPs"]?.array ?? []).enumerated() {
            let field = "spec.externalIPs[\(index)]"
            let text = address.string ?? ""
            guard let parsed = IPAddress(text) else {
                errors.append(.invalid(field, text, IPAddress.validText))
                continue
            }
            errors += parsed.problemsAsEndpoint(field, text)
        }
        let addresses = spec["clusterIPs"]?.array?.compactMap(\.string) ?? []
        for (index, address) in addresses.enumerated() where address != "None" {
            let field = "spec.clusterIPs[\(index)]"
            errors += IPAddress.problems(of: address, field)
            guard let parsed = IPAddress(address) else { continue }
            let family = spec["ipFamilies"]?[index]?.string ?? "IPv4"
            if parsed.isVersion4 != (family == "IPv4") {
                errors.append(
                    .invalid(
                        field,
                        address,
                        "expected an \(family) value as indicated by `ipFamilies[\(index)]`"
                    )
                )
            }
        }
        if type == "ExternalName", !addresses.isEmpty {
            errors.append(
                .forbidden("spec.clusterIPs", "may not be set when type is 'ExternalName'")
            )
        }
        return errors
    }

    /// An address stays once it is given, for as long as the type needs one.
    static func problemsOfUpdate(of object: JSON, from old: JSON) -> [FieldError] {
        let withoutAddress = object.at("spec", "type") == "ExternalName"
        guard !withoutAddress, old.at("spec", "type") != "ExternalName",
            let before = old.at("spec", "clusterIP")?.string, !before.isEmpty
        else { return [] }
        guard object.at("spec", "clusterIP")?.string != before else { return [] }
        return [
            .invalid(
                "spec.clusterIPs[0]",
                object.at("spec", "clusterIPs"),
                "may not change once set"
            )
        ]
    }

    static func problems(ofStatus object: JSON) -> [FieldError] {
        let ingress = object.at("status", "loadBalancer", "ingress")?.array ?? []
        guard object.at("spec", "type") != "LoadBalancer", !ingress.isEmpty else { return [] }
        return [
            .forbidden(
                "status.loadBalancer.ingress",
                "may only be used when `spec.type` is 'LoadBalancer'"
            )
        ]
    }
}
