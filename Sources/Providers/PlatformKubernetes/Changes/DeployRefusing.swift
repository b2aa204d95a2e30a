import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Lets the API server refuse deployments of one workload, its deletion included; of what the run has put at
/// the site, every change by others of what runs and of how much of it.
///
/// Restarting (`kubectl rollout restart`) is no deployment, and where the workload comes from, scaling and
/// suspending are none either. The policy ignores its own failures: a freeze must never be what stops a site.
///
/// Repeated: what bears this step's mark is left alone. Undone: both objects are deleted, by uid.
struct DeployRefusing: ChangeMaker {
    /// What is refused.
    enum Scope: Sendable {
        /// Deployments, whoever makes them.
        case deployments
        /// Deployments and other counts of pods, unless the run makes them, or a controller.
        case changesOfOthers
    }

    let access: SiteAccess
    let workload: WorkloadID
    let scope: Scope

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
                        "resources": .array(resources.map(JSON.string)),
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
                    "expression": .string(expression),
                    "message": .string(
                        "\(workload) crosses \(way) (\(run)) and is not \(refused) meanwhile; "
                            + "`diolkos status` says how far it is. Roll it back, or finish the "
                            + "migration, then \(wish)"
                    ),
                    "reason": "Forbidden",
                ]
            ],
        ]
    }

    private var resources: [String] {
        let plural = workload.kind.lowercased() + "s"
        let isScaled = scope == .changesOfOthers && !workload.isCronJob && !workload.isDaemonSet
        return isScaled ? [plural, "\(plural)/scale"] : [plural]
    }

    private var expression: String {
        switch scope {
        case .deployments: DeployExpression.isNone(of: workload)
        case .changesOfOthers: DeployExpression.isNoneOfOthers(to: workload)
        }
    }

    private var way: String { scope == .deployments ? "to another site" : "from another site" }
    private var refused: String { scope == .deployments ? "deployed" : "changed by others" }
    private var wish: String { scope == .deployments ? "deploy" : "change it" }

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
                + ["timeZone", "startingDeadlineSeconds"].map(isKeptOrAbsent)
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

    /// True of what the run writes, of what controllers do, and of writes that change neither what runs nor
    /// how much of it.
    ///
    /// A run is known by the name in which it writes, which a deletion has not: it lets deletions in
    /// before it makes any. What scales may be a controller of anybody's, which has an account as well.
    static func isNoneOfOthers(to workload: WorkloadID) -> String {
        let manager = KubernetesClient.Configuration().fieldManager
        let isOurs =
            "has(request.options) && has(request.options.fieldManager) "
            + "&& request.options.fieldManager == '\(manager)'"
        let isController =
            "request.userInfo.username == 'system:kube-controller-manager' "
            + "|| \(isOfGroup("system:serviceaccounts:kube-system"))"
        let kept = ([isNone(of: workload)] + counts(of: workload).map(isKeptOrAbsent))
            .joined(separator: " && ")
        let scaled = "\(isOfGroup("system:serviceaccounts")) || \(isKeptOrAbsent("replicas"))"
        let change =
            "has(request.subResource) && request.subResource == 'scale' ? \(scaled) : \(kept)"
        return "\(isOurs) || \(isController) || (\(change))"
    }

    /// The fields of a spec that tell how much of it runs.
    private static func counts(of workload: WorkloadID) -> [String] {
        if workload.isDaemonSet { return [] }
        if workload.isCronJob { return ["suspend"] }
        return workload.isStatefulSet ? ["replicas", "ordinals"] : ["replicas"]
    }

    private static func isOfGroup(_ group: String) -> String {
        "has(request.userInfo.groups) && '\(group)' in request.userInfo.groups"
    }

    /// Of a field of the spec that need not be there.
    private static func isKeptOrAbsent(_ field: String) -> String {
        "(has(object.spec.\(field)) == has(oldObject.spec.\(field)) && "
            + "(!has(object.spec.\(field)) || \(isKept("spec.\(field)"))))"
    }

    private static func isKept(_ path: String) -> String { "object.\(path) == oldObject.\(path)" }
}
