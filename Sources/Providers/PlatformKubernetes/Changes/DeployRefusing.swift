import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Lets the API server refuse deployments of one workload, its deletion included.
///
/// Scaling, restarting (`kubectl rollout restart`) and suspending are no deployments. The policy ignores its
/// own failures: a freeze must never be what stops a site.
///
/// Repeated: what bears this step's mark is left alone. Undone: both objects are deleted, by uid.
struct DeployRefusing: ChangeMaker {
    let access: SiteAccess
    let workload: WorkloadID

    private var refusal: DeployRefusal { DeployRefusal(of: workload) }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        for (reference, spec) in [(refusal.policy, policy(mark.run)), (refusal.binding, binding)] {
            let object: JSON = [
                "apiVersion": .string(reference.apiVersion), "kind": .string(reference.kind),
                "metadata": ["name": .string(reference.name)], "spec": spec,
            ]
            _ = try await own(reference, mark).ensure(object)
        }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        for reference in refusal.objects.reversed() { try await own(reference, mark).remove() }
    }

    private func own(_ reference: ObjectReference, _ mark: StepMark) -> OwnObject {
        OwnObject(access: access, reference: reference, mark: mark)
    }

    private func policy(_ run: RunID) -> JSON {
        let kind = workload.reference
        let group = kind.apiVersion.split(separator: "/").dropLast().joined()
        return [
            "failurePolicy": "Ignore",
            "matchConstraints": [
                "namespaceSelector": [
                    "matchLabels": ["kubernetes.io/metadata.name": .string(workload.namespace)]
                ],
                "resourceRules": [
                    [
                        "apiGroups": [.string(group)], "apiVersions": ["*"],
                        "operations": ["UPDATE", "DELETE"],
                        "resources": [.string(kind.kind.lowercased() + "s")],
                        "resourceNames": [.string(workload.name)],
                    ]
                ],
            ],
            "variables": .array(
                DeployExpression.variables(of: workload).map {
                    ["name": .string($0.name), "expression": .string($0.expression)]
                }
            ),
            "validations": [
                [
                    "expression": .string(DeployExpression.isNone(of: workload)),
                    "message": .string(
                        "\(workload) crosses to another site (\(run)) and is not deployed "
                            + "meanwhile; `diolkos status` says how far it is. Roll it back, or "
                            + "finish the migration, then deploy"
                    ),
                    "reason": "Forbidden",
                ]
            ],
        ]
    }

    private var binding: JSON {
        ["policyName": .string(refusal.policy.name), "validationActions": ["Deny"]]
    }
}

/// What tells a deployment from every other write, in the Common Expression Language.
///
/// It says what `PodTemplate` says: see there.
enum DeployExpression {
    /// The annotations of the pods, before and after; an annotation that only restarts them aside.
    static func variables(of workload: WorkloadID) -> [(name: String, expression: String)] {
        guard !workload.isCronJob else { return [] }
        return [("before", "oldObject"), ("after", "object")].map { name, object in
            let annotations = "\(object).spec.template.metadata.annotations"
            return (name, "has(\(annotations)) ? \(annotations) : {}")
        }
    }

    /// True of a write that deploys nothing.
    static func isNone(of workload: WorkloadID) -> String {
        let parts: [String]
        if workload.isCronJob {
            parts =
                ["spec.jobTemplate", "spec.schedule", "spec.concurrencyPolicy"].map(isKept)
                + ["timeZone", "startingDeadlineSeconds"].map {
                    "(has(object.spec.\($0)) == has(oldObject.spec.\($0)) && "
                        + "(!has(object.spec.\($0)) || \(isKept("spec.\($0)"))))"
                }
        } else {
            let restart = "'\(PodTemplate.restartAnnotation)'"
            parts =
                ["spec.template.spec", "spec.template.metadata.labels"].map(isKept) + [
                    "variables.after.all(k, k == \(restart) || k in variables.before "
                        + "&& variables.before[k] == variables.after[k])",
                    "variables.before.all(k, k == \(restart) || k in variables.after)",
                ]
        }
        return (["object != null"] + parts).joined(separator: " && ")
    }

    private static func isKept(_ path: String) -> String { "object.\(path) == oldObject.\(path)" }
}
