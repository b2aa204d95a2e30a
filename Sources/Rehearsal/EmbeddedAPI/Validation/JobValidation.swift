import JSONValues
import KubernetesObjects

/// What must hold of Jobs and CronJobs (`pkg/apis/batch/validation`).
enum JobValidation {
    static func problems(ofJob object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors: [FieldError] = []
        for key in [
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit",
            "ttlSecondsAfterFinished",
        ] {
            errors += FieldChecks.problems(ofNegative: spec[key], "spec.\(key)")
        }
        if spec["selector"] == nil { errors.append(.required("spec.selector")) }
        if spec["manualSelector"]?.bool != true, let selector = spec["selector"],
            selector["matchLabels"]?.object?.count != 1 || selector["matchExpressions"] != nil
        {
            errors.append(
                .invalid("spec.selector", selector, "`selector` not auto-generated")
            )
        }
        errors += PodValidation.problems(
            ofTemplate: spec["template"],
            "spec.template",
            selector: spec["selector"],
            restartPolicies: ["Always", "OnFailure", "Never"]
        )
        return errors + problems(ofRestartPolicy: spec["template"], "spec.template")
    }

    private static func problems(ofRestartPolicy template: JSON?, _ field: String) -> [FieldError] {
        let policy = template?.at("spec", "restartPolicy")?.string ?? ""
        guard policy.isEmpty || policy == "Always" else { return [] }
        return [
            .required(
                "\(field).spec.restartPolicy",
                "valid values: \"OnFailure\", \"Never\""
            )
        ]
    }

    static func problemsOfUpdate(ofJob object: JSON, from old: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        let oldSpec = old.spec ?? .emptyObject
        var errors: [FieldError] = []
        for key in ["completions", "selector", "template", "completionMode", "podFailurePolicy"]
        where spec[key] != oldSpec[key] {
            errors.append(.invalid("spec.\(key)", spec[key], FieldChecks.immutable))
        }
        return errors
    }

    static func problems(ofCronJob object: JSON) -> [FieldError] {
        let spec = object.spec ?? .emptyObject
        var errors: [FieldError] = []
        let schedule = FieldChecks.text(spec, "schedule")
        if schedule.isEmpty {
            errors.append(.required("spec.schedule"))
        } else if let problem = problem(ofSchedule: schedule) {
            errors.append(.invalid("spec.schedule", schedule, problem))
        }
        let policy = FieldChecks.text(spec, "concurrencyPolicy")
        let policies = ["Allow", "Forbid", "Replace"]
        if !policies.contains(policy) {
            errors.append(
                .notSupported("spec.concurrencyPolicy", .string(policy), supported: policies)
            )
        }
        let template = spec.at("jobTemplate", "spec", "template")
        let field = "spec.jobTemplate.spec.template"
        errors += PodValidation.problems(ofSpec: template?.spec ?? .emptyObject, "\(field).spec")
        errors += problems(ofRestartPolicy: template, field)
        let name = object.name ?? ""
        if name.utf8.count > 52 {
            errors.append(
                .invalid("metadata.name", name, "must be no more than 52 characters")
            )
        }
        return errors
    }

    private static func problem(ofSchedule schedule: String) -> String? {
        if schedule.hasPrefix("@") { return nil }
        let fields = schedule.split(separator: " ")
        guard fields.count != 5 else { return nil }
        let shown = fields.joined(separator: " ")
        return "expected exactly 5 fields, found \(fields.count): [\(shown)]"
    }
}
