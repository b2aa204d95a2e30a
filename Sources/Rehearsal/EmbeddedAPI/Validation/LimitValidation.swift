import JSONValues
import KubernetesObjects

/// What must hold of LimitRanges and ResourceQuotas.
enum LimitValidation {
    // MARK: LimitRange

    static func problems(ofLimitRange object: JSON) -> [FieldError] {
        var types: Set<String> = []
        return (object.at("spec", "limits")?.array ?? []).enumerated().flatMap {
            index,
            limit -> [FieldError] in
            let field = "spec.limits[\(index)]"
            let type = FieldChecks.text(limit, "type")
            guard types.insert(type).inserted else {
                return [.duplicate("\(field).type", .string(type))]
            }
            var errors: [FieldError] = []
            if type == "Pod" {
                for key in ["default", "defaultRequest"] where limit[key]?.object?.isEmpty == false
                {
                    errors.append(
                        .forbidden(
                            "\(field).\(key)",
                            "may not be specified when `type` is 'Pod'"
                        )
                    )
                }
            }
            if type == "PersistentVolumeClaim", limit.at("min", "storage") == nil,
                limit.at("max", "storage") == nil
            {
                errors.append(
                    .required(
                        "\(field).limits",
                        "either minimum or maximum storage value is required, but neither was "
                            + "provided"
                    )
                )
            }
            return errors + Bounds(limit, field).problems
        }
    }

    /// The bounds and defaults of one kind of thing, which must not contradict each other.
    private struct Bounds {
        let field: String
        let lowest: Quantities
        let highest: Quantities
        let defaults: Quantities
        let defaultRequests: Quantities
        let ratios: Quantities

        init(_ limit: JSON, _ field: String) {
            self.field = field
            lowest = Quantities(limit["min"])
            highest = Quantities(limit["max"])
            defaults = Quantities(limit["default"])
            defaultRequests = Quantities(limit["defaultRequest"])
            ratios = Quantities(limit["maxLimitRequestRatio"])
        }

        var problems: [FieldError] {
            let names = [lowest, highest, defaults, defaultRequests, ratios].flatMap(\.names)
            return Set(names).sorted().flatMap(problems)
        }

        private func problems(of name: String) -> [FieldError] {
            let (low, high) = (lowest[name], highest[name])
            let (filled, asked) = (defaults[name], defaultRequests[name])
            var errors: [FieldError] = []
            func check(
                _ left: (String, Quantity?),
                _ right: (String, Quantity?),
                at key: String,
                shown: Quantity?
            ) {
                guard let first = left.1, let second = right.1, first > second else { return }
                errors.append(
                    .invalid(
                        "\(field).\(key)[\(name)]",
                        shown?.description ?? "",
                        "\(left.0) value \(first) is greater than \(right.0) value \(second)"
                    )
                )
            }
            check(("min", low), ("max", high), at: "min", shown: low)
            let request = "default request"
            check(("min", low), (request, asked), at: "defaultRequest", shown: asked)
            check((request, asked), ("max", high), at: "defaultRequest", shown: asked)
            check((request, asked), ("default limit", filled), at: "defaultRequest", shown: asked)
            check(("min", low), ("default", filled), at: "default", shown: low)
            check(("default", filled), ("max", high), at: "default", shown: high)
            if let ratio = ratios[name], ratio < Quantity(1) {
                errors.append(
                    .invalid(
                        "\(field).maxLimitRequestRatio[\(name)]",
                        ratio.description,
                        "ratio \(ratio) is less than 1"
                    )
                )
            }
            return errors
        }
    }

    // MARK: ResourceQuota

    private static let counted: Set<String> = [
        "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ]

    private static let ofPods: Set<String> = [
        "cpu", "memory", "pods", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ]

    private static let standard = counted.union(ofPods).union([
        "ephemeral-storage", "requests.storage",
    ])

    private static let scopes: Set<String> = [
        "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass",
        "CrossNamespacePodAffinity", "VolumeAttributesClass",
    ]

    static func problems(ofQuota object: JSON) -> [FieldError] {
        let hard = Quantities(object.at("spec", "hard"))
        return hard.names.flatMap { name -> [FieldError] in
            let field = "spec.hard[\(name)]"
            var errors: [FieldError] = []
            if !name.contains("/"), !standard.contains(name) {
                errors = [
                    .invalid(field, name, "must be a standard resource type or fully qualified"),
                    .invalid(field, name, "must be a standard resource for quota"),
                ]
            }
            guard let amount = hard[name] else { return errors }
            if amount < Quantity(0) {
                errors.append(
                    .invalid(field, amount.description, "must be greater than or equal to 0")
                )
            }
            let isCount = counted.contains(name) || name.hasPrefix("count/")
            if isCount, amount.milliunits % 1_000 != 0 {
                errors.append(.invalid(field, amount.description, "must be an integer"))
            }
            return errors
        } + problems(ofScopes: object, hard)
    }

    private static func problems(ofScopes object: JSON, _ hard: Quantities) -> [FieldError] {
        guard let value = object.at("spec", "scopes"), let named = value.array else { return [] }
        let field = "spec.scopes"
        var errors: [FieldError] = []
        for scope in named.compactMap(\.string) {
            guard scopes.contains(scope) else {
                errors.append(.invalid(field, value, "unsupported scope"))
                continue
            }
            let allowed = scope == "BestEffort" ? ["pods"] : ofPods
            for name in hard.names where standard.contains(name) && !allowed.contains(name) {
                errors.append(.invalid(field, value, "unsupported scope applied to resource"))
            }
        }
        for pair in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]]
        where pair.allSatisfy({ named.contains(.string($0)) }) {
            errors.append(.invalid(field, value, "conflicting scopes"))
        }
        return errors
    }

    static func problemsOfUpdate(ofQuota object: JSON, from old: JSON) -> [FieldError] {
        let scopes = object.at("spec", "scopes")
        guard scopes != old.at("spec", "scopes") else { return [] }
        return [.invalid("spec.scopes", scopes, FieldChecks.immutable)]
    }
}
