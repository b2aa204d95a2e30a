import JSONValues
import KubernetesObjects

/// Checks that many kinds share, in the words of `apimachinery/pkg/util/validation`.
enum FieldChecks {
    static let protocols = ["SCTP", "TCP", "UDP"]
    static let portRange = "must be between 1 and 65535, inclusive"
    static let immutable = "field is immutable"

    static func isPort(_ number: Int) -> Bool { (1...65_535).contains(number) }

    /// Texts of an object's member, empty when absent.
    static func text(_ object: JSON, _ key: String) -> String { object[key]?.string ?? "" }

    /// What is wrong with a port's number.
    static func problems(ofPort number: Int, _ field: String) -> [FieldError] {
        isPort(number) ? [] : [.invalid(field, .int(number), portRange)]
    }

    /// What is wrong with a protocol; nothing may be left empty.
    static func problems(ofProtocol value: String, _ field: String) -> [FieldError] {
        if value.isEmpty { return [.required(field)] }
        return protocols.contains(value)
            ? [] : [.notSupported(field, .string(value), supported: protocols)]
    }

    /// What is wrong with the name of a container's port (`IsValidPortName`).
    static func problems(ofPortName name: String) -> [String] {
        var problems: [String] = []
        if name.utf8.count > 15 { problems.append("must be no more than 15 characters") }
        let isAllowed = name.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        if !isAllowed {
            problems.append(
                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
            )
        }
        if !name.utf8.contains(where: { (0x61...0x7A).contains($0) }) {
            problems.append("must contain at least one letter (a-z)")
        }
        if name.contains("--") { problems.append("must not contain consecutive hyphens") }
        if name.hasPrefix("-") || name.hasSuffix("-") {
            problems.append("must not begin or end with a hyphen")
        }
        return problems
    }

    /// A port by number or by name, as Services and probes have it.
    static func problems(ofPortReference value: JSON?, _ field: String) -> [FieldError] {
        switch value {
        case .string(let name)?:
            return problems(ofPortName: name).map { .invalid(field, name, $0) }
        default: return problems(ofPort: value?.int ?? 0, field)
        }
    }

    static func problems(ofNegative value: JSON?, _ field: String) -> [FieldError] {
        guard let number = value?.int, number < 0 else { return [] }
        return [.invalid(field, .int(number), "must be greater than or equal to 0")]
    }

    static func subdomain(_ value: String, _ field: String) -> [FieldError] {
        NameRules.problemsOfSubdomain(value).map { .invalid(field, value, $0) }
    }

    static func label(_ value: String, _ field: String) -> [FieldError] {
        NameRules.problemsOfLabel(value).map { .invalid(field, value, $0) }
    }

    /// What is wrong with the requirements of a selector.
    static func problems(ofSelector selector: JSON, _ field: String) -> [FieldError] {
        var errors = MetadataValidation.problems(
            ofLabels: selector["matchLabels"],
            "\(field).matchLabels"
        )
        for (index, rule) in (selector["matchExpressions"]?.array ?? []).enumerated() {
            let path = "\(field).matchExpressions[\(index)]"
            let count = rule["values"]?.array?.count ?? 0
            switch text(rule, "operator") {
            case "In", "NotIn":
                if count == 0 {
                    errors.append(
                        .required(
                            "\(path).values",
                            "must be specified when `operator` is 'In' or 'NotIn'"
                        )
                    )
                }
            case "Exists", "DoesNotExist":
                if count > 0 {
                    errors.append(
                        .forbidden(
                            "\(path).values",
                            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                        )
                    )
                }
            case let word:
                errors.append(.invalid("\(path).operator", word, "not a valid selector operator"))
            }
            let key = text(rule, "key")
            errors += NameRules.problemsOfLabelKey(key).map { .invalid("\(path).key", key, $0) }
        }
        return errors
    }

    /// Whether `selector`, a `LabelSelector` object, matches `labels`; a broken one matches nothing.
    static func matches(_ selector: JSON?, _ labels: JSON?) -> Bool {
        do throws(SelectorError) {
            let parsed = try LabelSelector(object: selector)
            return parsed.matches(labels?.stringMap ?? [:])
        } catch {
            return false
        }
    }

    /// A refusal when `key` differs between the two.
    static func immutable(_ key: String, _ object: JSON, _ old: JSON) -> [FieldError] {
        object[key] == old[key] ? [] : [.invalid(key, object[key], immutable)]
    }
}
