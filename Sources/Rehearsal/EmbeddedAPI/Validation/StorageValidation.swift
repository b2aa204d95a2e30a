import JSONValues
import KubernetesObjects

/// What must hold of ConfigMaps, Secrets, claims, volumes and classes.
enum StorageValidation {
    private static let sizeMax = 1_048_576

    // MARK: ConfigMap and Secret

    static func problems(ofConfigMap object: JSON) -> [FieldError] {
        let data = object["data"]?.object ?? [:]
        let binary = object["binaryData"]?.object ?? [:]
        var errors: [FieldError] = []
        for key in data.keys.sorted() {
            errors += problems(ofKey: key, "data[\(key)]")
            if binary[key] != nil {
                errors.append(
                    .invalid("data[\(key)]", key, "duplicate of key present in binaryData")
                )
            }
        }
        for key in binary.keys.sorted() { errors += problems(ofKey: key, "binaryData[\(key)]") }
        return errors + problems(ofSize: Array(data.values) + Array(binary.values), "")
    }

    static func problems(ofSecret object: JSON) -> [FieldError] {
        let data = object["data"]?.object ?? [:]
        var errors = data.keys.sorted().flatMap { problems(ofKey: $0, "data[\($0)]") }
        errors += problems(ofSize: Array(data.values), "data")
        let required: [String] =
            switch FieldChecks.text(object, "type") {
            case "kubernetes.io/tls": ["tls.crt", "tls.key"]
            case "kubernetes.io/dockerconfigjson": [".dockerconfigjson"]
            case "kubernetes.io/dockercfg": [".dockercfg"]
            case "kubernetes.io/ssh-auth": ["ssh-privatekey"]
            default: []
            }
        errors += required.filter { data[$0] == nil }.map { .required("data[\($0)]") }
        switch FieldChecks.text(object, "type") {
        case "kubernetes.io/basic-auth" where data["username"] == nil && data["password"] == nil:
            errors += [.required("data[username]"), .required("data[password]")]
        case "kubernetes.io/service-account-token":
            let key = "kubernetes.io/service-account.name"
            if (object.annotations[key] ?? "").isEmpty {
                errors.append(.required("metadata.annotations[\(key)]"))
            }
        default: break
        }
        return errors
    }

    private static func problems(ofKey key: String, _ field: String) -> [FieldError] {
        if key.utf8.count > 253 {
            return [.invalid(field, key, "must be no more than 253 characters")]
        }
        let isAllowed =
            !key.isEmpty
            && key.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0)
                    || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
            }
        if !isAllowed {
            return [
                .invalid(
                    field,
                    key,
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
                        + "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for "
                        + "validation is '[-._a-zA-Z0-9]+')"
                )
            ]
        }
        if key == "." || key == ".." { return [.invalid(field, key, "must not be '\(key)'")] }
        return []
    }

    private static func problems(ofSize values: [JSON], _ field: String) -> [FieldError] {
        let size = values.reduce(0) { $0 + ($1.string?.utf8.count ?? 0) }
        return size > sizeMax ? [.tooLong(field, max: sizeMax)] : []
    }

    static func problemsOfUpdate(ofConfigMap object: JSON, from old: JSON) -> [FieldError] {
        problems(ofImmutable: ["data", "binaryData"], object, old)
    }

    static func problemsOfUpdate(ofSecret object: JSON, from old: JSON) -> [FieldError] {
        FieldChecks.immutable("type", object, old) + problems(ofImmutable: ["data"], object, old)
    }

    private static func problems(
        ofImmutable keys: [String],
        _ object: JSON,
        _ old: JSON
    ) -> [FieldError] {
        guard old["immutable"]?.bool == true else { return [] }
        var errors: [FieldError] = []
        let text = "field is immutable when `immutable` is set"
        if object["immutable"]?.bool != true { errors.append(.forbidden("immutable", text)) }
        errors += keys.filter { object[$0] != old[$0] }.map { .forbidden($0, text) }
        return errors
    }

    // MARK: Claims, volumes, classes

    static func problems(ofClaim object: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        if object.at("spec", "accessModes")?.array?.isEmpty ?? true {
            errors.append(.required("spec.accessModes", "at least 1 access mode is required"))
        }
        if object.at("spec", "resources", "requests", "storage") == nil {
            errors.append(.required("spec.resources[storage]"))
        }
        return errors
    }

    static func problemsOfUpdate(ofClaim object: JSON, from old: JSON) -> [FieldError] {
        var spec = object.spec ?? .emptyObject
        let oldSpec = old.spec ?? .emptyObject
        spec["volumeAttributesClassName"] = oldSpec["volumeAttributesClassName"]
        if old.at("status", "phase") == "Bound" {
            spec.set(oldSpec.at("resources", "requests"), at: "resources", "requests")
        }
        // Binding is the one change that an unbound claim allows.
        if (oldSpec["volumeName"]?.string ?? "").isEmpty { spec["volumeName"] = nil }
        guard spec != oldSpec else { return [] }
        return [
            .forbidden(
                "spec",
                "spec is immutable after creation except resources.requests and "
                    + "volumeAttributesClassName for bound claims"
            )
        ]
    }

    static func problems(ofVolume object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors: [FieldError] = []
        if spec["accessModes"]?.array?.isEmpty ?? true {
            errors.append(.required("spec.accessModes"))
        }
        if spec["capacity"]?.object?.isEmpty ?? true {
            errors.append(.required("spec.capacity"))
            errors.append(.notSupported("spec.capacity", .null, supported: ["storage"]))
        }
        let notKinds: Set<String> = [
            "accessModes", "capacity", "claimRef", "persistentVolumeReclaimPolicy",
            "storageClassName", "mountOptions", "volumeMode", "nodeAffinity",
            "volumeAttributesClassName",
        ]
        if (spec.object ?? [:]).keys.allSatisfy(notKinds.contains) {
            errors.append(.required("spec", "must specify a volume type"))
        }
        return errors
    }

    static func problems(ofClass object: JSON) -> [FieldError] {
        FieldChecks.text(object, "provisioner").isEmpty ? [.required("provisioner")] : []
    }

    static func problemsOfUpdate(ofClass object: JSON, from old: JSON) -> [FieldError] {
        var errors: [FieldError] = []
        if object["parameters"] != old["parameters"] {
            errors.append(.forbidden("parameters", "updates to parameters are forbidden."))
        }
        errors += FieldChecks.immutable("provisioner", object, old)
        if object["reclaimPolicy"] != old["reclaimPolicy"] {
            errors.append(.forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden."))
        }
        return errors + FieldChecks.immutable("volumeBindingMode", object, old)
    }
}
