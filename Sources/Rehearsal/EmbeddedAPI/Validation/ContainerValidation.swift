import JSONValues
import KubernetesObjects

/// What must hold of one container of a pod.
enum ContainerValidation {
    /// `names` collects the names that are taken within the pod.
    static func problems(
        of container: JSON,
        _ field: String,
        volumes: Set<String>,
        names: inout Set<String>
    ) -> [FieldError] {
        var errors: [FieldError] = []
        let name = FieldChecks.text(container, "name")
        if name.isEmpty {
            errors.append(.required("\(field).name"))
        } else {
            errors += FieldChecks.label(name, "\(field).name")
        }
        if !name.isEmpty, !names.insert(name).inserted {
            errors.append(.duplicate("\(field).name", .string(name)))
        }
        if FieldChecks.text(container, "image").isEmpty {
            errors.append(.required("\(field).image"))
        }
        errors += problems(ofPorts: container["ports"]?.array ?? [], "\(field).ports")
        errors += problems(ofEnvironment: container["env"]?.array ?? [], "\(field).env")
        for (index, mount) in (container["volumeMounts"]?.array ?? []).enumerated() {
            errors += problems(ofMount: mount, "\(field).volumeMounts[\(index)]", volumes)
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if let value = container[probe] {
                errors += problems(ofProbe: value, "\(field).\(probe)")
            }
        }
        let policy = FieldChecks.text(container, "imagePullPolicy")
        let policies = ["Always", "IfNotPresent", "Never"]
        if !policy.isEmpty, !policies.contains(policy) {
            errors.append(
                .notSupported("\(field).imagePullPolicy", .string(policy), supported: policies)
            )
        }
        return errors
    }

    private static func problems(ofPorts ports: [JSON], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "\(field)[\(index)]"
            if let name = port["name"]?.string, !name.isEmpty {
                let problems = FieldChecks.problems(ofPortName: name)
                errors += problems.map { .invalid("\(path).name", name, $0) }
                if problems.isEmpty, !names.insert(name).inserted {
                    errors.append(.duplicate("\(path).name", .string(name)))
                }
            }
            let number = port["containerPort"]?.int ?? 0
            if number == 0 {
                errors.append(.required("\(path).containerPort"))
            } else {
                errors += FieldChecks.problems(ofPort: number, "\(path).containerPort")
            }
            if let host = port["hostPort"]?.int, host != 0 {
                errors += FieldChecks.problems(ofPort: host, "\(path).hostPort")
            }
            errors += FieldChecks.problems(
                ofProtocol: FieldChecks.text(port, "protocol"),
                "\(path).protocol"
            )
        }
        return errors
    }

    private static func problems(ofEnvironment variables: [JSON], _ field: String) -> [FieldError] {
        variables.enumerated().flatMap { index, variable -> [FieldError] in
            let path = "\(field)[\(index)]"
            let name = FieldChecks.text(variable, "name")
            if name.isEmpty { return [.required("\(path).name")] }
            let isAllowed = name.utf8.allSatisfy {
                (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=")
            }
            if !isAllowed {
                return [
                    .invalid(
                        "\(path).name",
                        name,
                        "a valid environment variable name must consist only of printable ASCII "
                            + "characters other than '='"
                    )
                ]
            }
            if variable["valueFrom"] != nil, FieldChecks.text(variable, "value") != "" {
                return [
                    .invalid(
                        "\(path).valueFrom",
                        "",
                        "may not be specified when `value` is not empty"
                    )
                ]
            }
            return []
        }
    }

    private static func problems(
        ofMount mount: JSON,
        _ field: String,
        _ volumes: Set<String>
    ) -> [FieldError] {
        var errors: [FieldError] = []
        let name = FieldChecks.text(mount, "name")
        if name.isEmpty {
            errors.append(.required("\(field).name"))
        } else if !volumes.contains(name) {
            errors.append(.notFound("\(field).name", .string(name)))
        }
        if FieldChecks.text(mount, "mountPath").isEmpty {
            errors.append(.required("\(field).mountPath"))
        }
        return errors
    }

    private static func problems(ofProbe probe: JSON, _ field: String) -> [FieldError] {
        let handlers = ["exec", "httpGet", "tcpSocket", "grpc"].filter { probe[$0] != nil }
        var errors: [FieldError] = handlers.dropFirst().map {
            .forbidden("\(field).\($0)", "may not specify more than 1 handler type")
        }
        if handlers.isEmpty { errors.append(.required(field, "must specify a handler type")) }
        for handler in ["httpGet", "tcpSocket"] {
            if let value = probe[handler] {
                errors += FieldChecks.problems(
                    ofPortReference: value["port"],
                    "\(field).\(handler).port"
                )
            }
        }
        for key in [
            "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold",
            "failureThreshold",
        ] {
            errors += FieldChecks.problems(ofNegative: probe[key], "\(field).\(key)")
        }
        return errors
    }
}
