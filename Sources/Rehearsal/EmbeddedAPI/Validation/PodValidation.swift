import JSONValues
import KubernetesObjects

/// What must hold of pods and pod templates (`pkg/apis/core/validation`).
enum PodValidation {
    static func problems(ofPod object: JSON) -> [FieldError] {
        problems(ofSpec: object.spec ?? .emptyObject, "spec")
    }

    /// A template, with the restart policies that its owner can use.
    static func problems(
        ofTemplate template: JSON?,
        _ field: String,
        selector: JSON?,
        restartPolicies: [String] = ["Always"]
    ) -> [FieldError] {
        let template = template ?? .emptyObject
        var errors: [FieldError] = []
        let labels = template.at("metadata", "labels")
        if !FieldChecks.matches(selector, labels) {
            errors.append(
                .invalid(
                    "\(field).metadata.labels",
                    labels,
                    "`selector` does not match template `labels`"
                )
            )
        }
        errors += MetadataValidation.problems(ofLabels: labels, "\(field).labels")
        errors += problems(ofSpec: template.spec ?? .emptyObject, "\(field).spec")
        let policy = template.at("spec", "restartPolicy")?.string ?? "Always"
        if !restartPolicies.contains(policy), ["Always", "OnFailure", "Never"].contains(policy) {
            errors.append(
                .notSupported(
                    "\(field).spec.restartPolicy",
                    .string(policy),
                    supported: restartPolicies
                )
            )
        }
        return errors
    }

    static func problems(ofSpec spec: JSON, _ field: String) -> [FieldError] {
        let volumes = spec["volumes"]?.array ?? []
        var errors = problems(ofVolumes: volumes, "\(field).volumes")
        let volumeNames = Set(volumes.compactMap { $0["name"]?.string })
        var names: Set<String> = []
        let containers = spec["containers"]?.array ?? []
        if containers.isEmpty { errors.append(.required("\(field).containers")) }
        for (index, container) in containers.enumerated() {
            errors += ContainerValidation.problems(
                of: container,
                "\(field).containers[\(index)]",
                volumes: volumeNames,
                names: &names
            )
        }
        for (index, container) in (spec["initContainers"]?.array ?? []).enumerated() {
            errors += ContainerValidation.problems(
                of: container,
                "\(field).initContainers[\(index)]",
                volumes: volumeNames,
                names: &names
            )
        }
        errors += problems(ofChoices: spec, field)
        if let labels = spec["nodeSelector"] {
            errors += MetadataValidation.problems(ofLabels: labels, "\(field).nodeSelector")
        }
        if let account = spec["serviceAccountName"]?.string, !account.isEmpty {
            errors += FieldChecks.subdomain(account, "\(field).serviceAccountName")
        }
        if let node = spec["nodeName"]?.string, !node.isEmpty {
            errors += FieldChecks.subdomain(node, "\(field).nodeName")
        }
        return errors
    }

    private static func problems(ofChoices spec: JSON, _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        let restart = FieldChecks.text(spec, "restartPolicy")
        let restartPolicies = ["Always", "OnFailure", "Never"]
        if !restart.isEmpty, !restartPolicies.contains(restart) {
            errors.append(
                .notSupported(
                    "\(field).restartPolicy",
                    .string(restart),
                    supported: restartPolicies
                )
            )
        }
        let policy = FieldChecks.text(spec, "dnsPolicy")
        let policies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]
        if !policy.isEmpty, !policies.contains(policy) {
            errors.append(
                .notSupported("\(field).dnsPolicy", .string(policy), supported: policies)
            )
        }
        let grace = spec["terminationGracePeriodSeconds"]
        errors += FieldChecks.problems(
            ofNegative: grace,
            "\(field).terminationGracePeriodSeconds"
        )
        return errors
    }

    private static func problems(ofVolumes volumes: [JSON], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, volume) in volumes.enumerated() {
            let path = "\(field)[\(index)]"
            let kinds = (volume.object ?? [:]).keys.filter { $0 != "name" }.sorted()
            errors += kinds.dropFirst().map {
                .forbidden("\(path).\($0)", "may not specify more than 1 volume type")
            }
            let name = FieldChecks.text(volume, "name")
            if name.isEmpty {
                errors.append(.required("\(path).name"))
            } else {
                errors += FieldChecks.label(name, "\(path).name")
            }
            if !names.insert(name).inserted {
                errors.append(.duplicate("\(path).name", .string(name)))
            }
        }
        return errors
    }

    /// The fields of a pod that may change once it is made.
    static func problemsOfUpdate(ofPod object: JSON, from old: JSON) -> [FieldError] {
        guard var spec = object.spec, let oldSpec = old.spec else { return [] }
        for key in ["containers", "initContainers"] {
            let images = (oldSpec[key]?.array ?? []).map { $0["image"] }
            guard images.count == spec[key]?.array?.count else { continue }
            var position = 0
            spec.changeEach(key) { container in
                container["image"] = images[position]
                position += 1
            }
        }
        for key in [
            "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds",
            "schedulingGates",
        ] {
            spec[key] = oldSpec[key]
        }
        guard spec != oldSpec else { return [] }
        return [
            .forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,"
                    + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                    + "`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
                    + "previously negative)"
            )
        ]
    }

    /// What the status of a pod may not say.
    static func problems(ofStatus object: JSON) -> [FieldError] {
        var addresses = (object.at("status", "podIPs")?.array ?? [])
            .compactMap { $0["ip"]?.string }
        if let first = object.at("status", "podIP")?.string, !addresses.contains(first) {
            addresses = [first]
        }
        return addresses.enumerated().flatMap { index, address in
            IPAddress.problems(of: address, "status.podIPs[\(index)]")
        }
    }
}
