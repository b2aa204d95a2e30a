import JSONValues
import KubernetesObjects

/// What must hold of RBAC objects, autoscalers, disruption budgets, leases and events.
enum PolicyValidation {
    // MARK: RBAC

    static func problems(ofRole object: JSON) -> [FieldError] {
        let isClusterWide = object.kind == "ClusterRole"
        return (object["rules"]?.array ?? []).enumerated().flatMap { index, rule -> [FieldError] in
            let field = "rules[\(index)]"
            var errors: [FieldError] = []
            if rule["verbs"]?.array?.isEmpty ?? true {
                errors.append(
                    .required("\(field).verbs", "verbs must contain at least one value")
                )
            }
            let urls = rule["nonResourceURLs"]?.array ?? []
            if !urls.isEmpty {
                if !isClusterWide {
                    errors.append(
                        .invalid(
                            "\(field).nonResourceURLs",
                            .array(urls),
                            "namespaced rules cannot apply to non-resource URLs"
                        )
                    )
                }
                return errors
            }
            if rule["apiGroups"]?.array?.isEmpty ?? true {
                errors.append(
                    .required(
                        "\(field).apiGroups",
                        "resource rules must supply at least one api group"
                    )
                )
            }
            if rule["resources"]?.array?.isEmpty ?? true {
                errors.append(
                    .required(
                        "\(field).resources",
                        "resource rules must supply at least one resource"
                    )
                )
            }
            return errors
        }
    }

    static func problems(ofBinding object: JSON) -> [FieldError] {
        let isClusterWide = object.kind == "ClusterRoleBinding"
        let kinds = isClusterWide ? ["ClusterRole"] : ["Role", "ClusterRole"]
        let role = object["roleRef"] ?? .emptyObject
        var errors: [FieldError] = []
        let group = FieldChecks.text(role, "apiGroup")
        if group != "rbac.authorization.k8s.io" {
            errors.append(
                .notSupported(
                    "roleRef.apiGroup",
                    .string(group),
                    supported: ["rbac.authorization.k8s.io"]
                )
            )
        }
        let kind = FieldChecks.text(role, "kind")
        if !kinds.contains(kind) {
            errors.append(.notSupported("roleRef.kind", .string(kind), supported: kinds))
        }
        if FieldChecks.text(role, "name").isEmpty { errors.append(.required("roleRef.name")) }
        for (index, subject) in (object["subjects"]?.array ?? []).enumerated() {
            errors += problems(ofSubject: subject, "subjects[\(index)]", isClusterWide)
        }
        return errors
    }

    private static func problems(
        ofSubject subject: JSON,
        _ field: String,
        _ isClusterWide: Bool
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if FieldChecks.text(subject, "name").isEmpty { errors.append(.required("\(field).name")) }
        let kind = FieldChecks.text(subject, "kind")
        switch kind {
        case "ServiceAccount":
            if isClusterWide, FieldChecks.text(subject, "namespace").isEmpty {
                errors.append(.required("\(field).namespace"))
            }
        case "User", "Group": break
        default:
            errors.append(
                .notSupported(
                    "\(field).kind",
                    .string(kind),
                    supported: ["ServiceAccount", "User", "Group"]
                )
            )
        }
        return errors
    }

    static func problemsOfUpdate(ofBinding object: JSON, from old: JSON) -> [FieldError] {
        guard object["roleRef"] != old["roleRef"] else { return [] }
        let role = object["roleRef"] ?? .emptyObject
        let shown: JSON = .object([
            "APIGroup": role["apiGroup"] ?? "", "Kind": role["kind"] ?? "",
            "Name": role["name"] ?? "",
        ])
        return [.invalid("roleRef", shown, "cannot change roleRef")]
    }

    // MARK: Autoscaling and disruption

    static func problems(ofAutoscaler object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors: [FieldError] = []
        let least = spec["minReplicas"]?.int
        let most = spec["maxReplicas"]?.int ?? 0
        if let least, least < 1 {
            errors.append(
                .invalid(
                    "spec.minReplicas",
                    .int(least),
                    "must be greater than or equal to 1"
                )
            )
        }
        if most < 1 {
            errors.append(.required("spec.maxReplicas", "must be set and greater than 0"))
        } else if let least, most < least {
            errors.append(
                .invalid(
                    "spec.maxReplicas",
                    .int(most),
                    "must be greater than or equal to `minReplicas`"
                )
            )
        }
        let target = spec["scaleTargetRef"] ?? .emptyObject
        for key in ["kind", "name"] where FieldChecks.text(target, key).isEmpty {
            errors.append(.required("spec.scaleTargetRef.\(key)"))
        }
        let apiVersion = FieldChecks.text(target, "apiVersion")
        if apiVersion.isEmpty {
            errors.append(
                .invalid(
                    "spec.scaleTargetRef.apiVersion",
                    apiVersion,
                    "apiVersion must specify API group"
                )
            )
        }
        return errors
    }

    static func problems(ofDisruptionBudget object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        if spec["minAvailable"] != nil, spec["maxUnavailable"] != nil {
            let shown: JSON = .object([
                "MinAvailable": spec["minAvailable"] ?? .null,
                "Selector": spec["selector"] ?? .null,
                "MaxUnavailable": spec["maxUnavailable"] ?? .null,
                "UnhealthyPodEvictionPolicy": spec["unhealthyPodEvictionPolicy"] ?? .null,
            ])
            let order = [
                "MinAvailable", "Selector", "MaxUnavailable", "UnhealthyPodEvictionPolicy",
            ]
            return [
                .invalid(
                    "spec",
                    shown: FieldError.text(of: shown, order: order),
                    "minAvailable and maxUnavailable cannot be both set"
                )
            ]
        }
        return ["minAvailable", "maxUnavailable"].flatMap { key -> [FieldError] in
            guard let value = spec[key] else { return [] }
            return WorkloadValidation.problems(ofCountOrPercent: value, "spec.\(key)")
        }
    }

    // MARK: Leases, classes, events

    static func problems(ofLease object: JSON) -> [FieldError] {
        guard let seconds = object.at("spec", "leaseDurationSeconds")?.int, seconds <= 0 else {
            return []
        }
        return [
            .invalid("spec.leaseDurationSeconds", .int(seconds), "must be greater than 0")
        ]
    }

    static func problemsOfUpdate(ofPriorityClass object: JSON, from old: JSON) -> [FieldError] {
        ["value", "preemptionPolicy"].filter { object[$0] != old[$0] }.map {
            .forbidden($0, "may not be changed in an update.")
        }
    }

    static func problems(ofEvent object: JSON) -> [FieldError] {
        let involved = object.at("involvedObject", "namespace")?.string ?? ""
        let namespace = object.namespace ?? ""
        guard !involved.isEmpty, involved != namespace else { return [] }
        return [
            .invalid(
                "involvedObject.namespace",
                involved,
                "does not match event.namespace"
            )
        ]
    }
}
