import JSONValues
import KubernetesObjects

/// What must hold of the kinds that make pods (`pkg/apis/apps/validation`, `batch/validation`).
enum WorkloadValidation {
    // MARK: Deployment

    static func problems(ofDeployment object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors = FieldChecks.problems(ofNegative: spec["replicas"], "spec.replicas")
        errors += problems(ofSelector: spec["selector"], kind: "deployment")
        errors += PodValidation.problems(
            ofTemplate: spec["template"],
            "spec.template",
            selector: spec["selector"]
        )
        errors += problems(ofStrategy: spec["strategy"] ?? .emptyObject)
        for key in ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"] {
            errors += FieldChecks.problems(ofNegative: spec[key], "spec.\(key)")
        }
        let deadline = spec["progressDeadlineSeconds"]?.int
        if let deadline, deadline >= 0, deadline <= spec["minReadySeconds"]?.int ?? 0 {
            errors.append(
                .invalid(
                    "spec.progressDeadlineSeconds",
                    .int(deadline),
                    "must be greater than minReadySeconds"
                )
            )
        }
        return errors
    }

    private static func problems(ofStrategy strategy: JSON) -> [FieldError] {
        let type = FieldChecks.text(strategy, "type")
        let update = strategy["rollingUpdate"]
        switch type {
        case "Recreate":
            guard update != nil else { return [] }
            return [
                .forbidden(
                    "spec.strategy.rollingUpdate",
                    "may not be specified when strategy `type` is 'Recreate'"
                )
            ]
        case "RollingUpdate":
            return problems(ofRollingUpdate: update ?? .emptyObject, "spec.strategy.rollingUpdate")
        default:
            return [
                .notSupported(
                    "spec.strategy",
                    shown: shown(strategyType: type),
                    supported: ["Recreate", "RollingUpdate"]
                )
            ]
        }
    }

    /// A strategy as Go writes its internal struct.
    private static func shown(strategyType type: String) -> String {
        "{\"Type\":\(JSON.string(type).text()),\"RollingUpdate\":null}"
    }

    private static func problems(ofRollingUpdate update: JSON, _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        for key in ["maxUnavailable", "maxSurge"] {
            errors += problems(ofCountOrPercent: update[key], "\(field).\(key)")
        }
        if isZero(update["maxUnavailable"]), isZero(update["maxSurge"]) {
            errors.append(
                .invalid(
                    "\(field).maxUnavailable",
                    update["maxUnavailable"],
                    "may not be 0 when `maxSurge` is 0"
                )
            )
        }
        return errors
    }

    private static func isZero(_ value: JSON?) -> Bool {
        value?.int == 0 || value?.string == "0%" || value?.string == "0"
    }

    static func problems(ofCountOrPercent value: JSON?, _ field: String) -> [FieldError] {
        switch value {
        case .string(let text)?:
            if text.hasSuffix("%"), let percent = Int(text.dropLast()), percent >= 0 { return [] }
            return [
                .invalid(
                    field,
                    text,
                    "a valid percent string must be a numeric string followed by an ending '%' "
                        + "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
                )
            ]
        default: return FieldChecks.problems(ofNegative: value, field)
        }
    }

    private static func problems(ofSelector selector: JSON?, kind: String) -> [FieldError] {
        guard let selector else { return [.required("spec.selector")] }
        var errors = FieldChecks.problems(ofSelector: selector, "spec.selector")
        if selector == .emptyObject {
            errors.append(
                .invalid("spec.selector", selector, "empty selector is invalid for \(kind)")
            )
        }
        return errors
    }

    static func problemsOfSelectorUpdate(_ object: JSON, _ old: JSON) -> [FieldError] {
        let selector = object.at("spec", "selector")
        guard selector != old.at("spec", "selector") else { return [] }
        return [.invalid("spec.selector", selector, FieldChecks.immutable)]
    }

    // MARK: ReplicaSet, DaemonSet, ReplicationController

    static func problems(ofReplicaSet object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        return FieldChecks.problems(ofNegative: spec["replicas"], "spec.replicas")
            + problems(ofSelector: spec["selector"], kind: "deployment")
            + PodValidation.problems(
                ofTemplate: spec["template"],
                "spec.template",
                selector: spec["selector"]
            )
    }

    static func problems(ofDaemonSet object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        return problems(ofSelector: spec["selector"], kind: "daemonset")
            + PodValidation.problems(
                ofTemplate: spec["template"],
                "spec.template",
                selector: spec["selector"]
            )
    }

    static func problems(ofReplicationController object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors = FieldChecks.problems(ofNegative: spec["replicas"], "spec.replicas")
        let selector = spec["selector"]
        if selector?.object?.isEmpty ?? true { errors.append(.required("spec.selector")) }
        guard let template = spec["template"] else {
            return errors + [.required("spec.template")]
        }
        return errors
            + PodValidation.problems(
                ofTemplate: template,
                "spec.template",
                selector: ["matchLabels": selector ?? .emptyObject]
            )
    }

    // MARK: StatefulSet

    static func problems(ofStatefulSet object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors: [FieldError] = []
        let management = FieldChecks.text(spec, "podManagementPolicy")
        if !["OrderedReady", "Parallel"].contains(management) {
            errors.append(
                .invalid(
                    "spec.podManagementPolicy",
                    management,
                    "must be 'OrderedReady' or 'Parallel'"
                )
            )
        }
        let type = spec.at("updateStrategy", "type")?.string ?? ""
        if !["RollingUpdate", "OnDelete"].contains(type) {
            errors.append(
                .invalid(
                    "spec.updateStrategy",
                    shown: shown(strategyType: type),
                    "must be 'RollingUpdate' or 'OnDelete'"
                )
            )
        }
        errors += FieldChecks.problems(ofNegative: spec["replicas"], "spec.replicas")
        errors += problems(ofSelector: spec["selector"], kind: "statefulset")
        return errors
            + PodValidation.problems(
                ofTemplate: spec["template"],
                "spec.template",
                selector: spec["selector"]
            )
    }

    static func problemsOfUpdate(ofStatefulSet object: JSON, from old: JSON) -> [FieldError] {
        var spec = object.spec ?? .emptyObject
        for key in [
            "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
        ] {
            spec[key] = old.spec?[key]
        }
        guard spec != old.spec else { return [] }
        return [
            .forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', "
                    + "'template', 'updateStrategy', 'revisionHistoryLimit', "
                    + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
            )
        ]
    }

    // MARK: ControllerRevision

    static func problems(ofControllerRevision object: JSON) -> [FieldError] {
        object["data"] == nil ? [.required("data", "data is mandatory")] : []
    }
}
