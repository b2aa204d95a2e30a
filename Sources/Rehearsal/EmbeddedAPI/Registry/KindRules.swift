import JSONValues
import KubernetesObjects

extension ResourceDefinition {
    /// How the server treats objects of this kind.
    var rules: ResourceRules {
        isCustom ? KindRules.custom(self) : KindRules.builtIn[storage] ?? ResourceRules()
    }
}

/// The rules of each kind that has any of its own.
enum KindRules {
    static let builtIn: [ResourceName: ResourceRules] =
        core.merging(workloads) { $1 }.merging(networking) { $1 }.merging(others) { $1 }

    /// Custom resources: their schema says the rest (`CustomValidation`).
    static func custom(_ definition: ResourceDefinition) -> ResourceRules {
        let hasStatus = definition.subresources.contains(.status)
        return ResourceRules(
            countsGeneration: { object, old in
                var (object, old) = (object, old)
                object["metadata"] = nil
                old["metadata"] = nil
                if hasStatus {
                    object["status"] = nil
                    old["status"] = nil
                }
                return object != old
            },
            hasStatus: hasStatus,
            statusKeeps: .everything,
            allowsUnconditionalUpdate: false
        )
    }

    // MARK: Core

    private static let core: [ResourceName: ResourceRules] = [
        .namespaces: ResourceRules(
            hasStatus: true,
            keepsGenerationOnDelete: true,
            setDefaults: { object in
                let name: JSON = .string(object.name ?? "")
                object.set(name, at: "metadata", "labels", "kubernetes.io/metadata.name")
            },
            prepareForCreate: prepareNamespace,
            problemsOfName: NameRules.problemsOfLabel
        ),
        .nodes: ResourceRules(setDefaults: setNodeDefaults, prepareForCreate: prepareNode),
        .pods: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            setDefaults: PodDefaults.set(pod:),
            prepareForCreate: PodAdmission.prepareForCreate,
            validate: PodValidation.problems(ofPod:),
            validateUpdate: PodValidation.problemsOfUpdate(ofPod:from:),
            validateStatus: PodValidation.problems(ofStatus:)
        ),
        .configMaps: ResourceRules(
            validate: StorageValidation.problems(ofConfigMap:),
            validateUpdate: StorageValidation.problemsOfUpdate(ofConfigMap:from:)
        ),
        .secrets: ResourceRules(
            setDefaults: StorageDefaults.set(secret:),
            validate: StorageValidation.problems(ofSecret:),
            validateUpdate: StorageValidation.problemsOfUpdate(ofSecret:from:)
        ),
        .events: ResourceRules(
            createsOnUpdate: true,
            validate: PolicyValidation.problems(ofEvent:)
        ),
        .limitRanges: ResourceRules(
            createsOnUpdate: true,
            setDefaults: StorageDefaults.set(limitRange:),
            validate: LimitValidation.problems(ofLimitRange:)
        ),
        .resourceQuotas: ResourceRules(
            hasStatus: true,
            validate: LimitValidation.problems(ofQuota:),
            validateUpdate: LimitValidation.problemsOfUpdate(ofQuota:from:)
        ),
        .persistentVolumes: ResourceRules(
            hasStatus: true,
            setDefaults: StorageDefaults.set(persistentVolume:),
            prepareForCreate: { $0.finalizers += ["kubernetes.io/pv-protection"] },
            validate: StorageValidation.problems(ofVolume:)
        ),
        .persistentVolumeClaims: ResourceRules(
            hasStatus: true,
            setDefaults: StorageDefaults.set(persistentVolumeClaim:),
            prepareForCreate: { $0.finalizers += ["kubernetes.io/pvc-protection"] },
            validate: StorageValidation.problems(ofClaim:),
            validateUpdate: StorageValidation.problemsOfUpdate(ofClaim:from:)
        ),
        .replicationControllers: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            setDefaults: WorkloadDefaults.set(replicationController:),
            validate: WorkloadValidation.problems(ofReplicationController:)
        ),
    ]

    private static func prepareNamespace(_ object: inout JSON) {
        if object.at("spec", "finalizers")?.array?.contains("kubernetes") != true {
            let own = object.at("spec", "finalizers")?.array ?? []
            object.set(.array(own + ["kubernetes"]), at: "spec", "finalizers")
        }
        object.status = ["phase": "Active"]
    }

    private static func setNodeDefaults(_ object: inout JSON) {
        object.change("status") { status in
            if let capacity = status["capacity"] { status.setDefault("allocatable", capacity) }
        }
        if let range = object.at("spec", "podCIDR"), object.at("spec", "podCIDRs") == nil {
            object.set([range], at: "spec", "podCIDRs")
        }
    }

    /// What the TaintNodesByCondition admission adds: nothing runs before the node is ready.
    private static func prepareNode(_ object: inout JSON) {
        let taint: JSON = ["key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"]
        let taints = object.at("spec", "taints")?.array ?? []
        guard !taints.contains(taint) else { return }
        object.set(.array(taints + [taint]), at: "spec", "taints")
    }

    // MARK: Workloads

    private static let workloads: [ResourceName: ResourceRules] = [
        .deployments: ResourceRules(
            countsGeneration: { ResourceRules.bySpec($0, $1) || $0.annotations != $1.annotations },
            hasStatus: true,
            statusKeeps: .labels,
            setDefaults: WorkloadDefaults.set(deployment:),
            validate: WorkloadValidation.problems(ofDeployment:),
            validateUpdate: WorkloadValidation.problemsOfSelectorUpdate
        ),
        .replicaSets: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            setDefaults: WorkloadDefaults.set(replicaSet:),
            validate: WorkloadValidation.problems(ofReplicaSet:),
            validateUpdate: WorkloadValidation.problemsOfSelectorUpdate
        ),
        .statefulSets: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            setDefaults: WorkloadDefaults.set(statefulSet:),
            problemsOfName: NameRules.problemsOfSubdomain,
            validate: WorkloadValidation.problems(ofStatefulSet:),
            validateUpdate: WorkloadValidation.problemsOfUpdate(ofStatefulSet:from:)
        ),
        .daemonSets: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            setDefaults: WorkloadDefaults.set(daemonSet:),
            validate: WorkloadValidation.problems(ofDaemonSet:),
            validateUpdate: WorkloadValidation.problemsOfSelectorUpdate
        ),
        .controllerRevisions: ResourceRules(
            validate: WorkloadValidation.problems(ofControllerRevision:),
            validateUpdate: { FieldChecks.immutable("data", $0, $1) }
        ),
        .jobs: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            propagation: .orphan,
            setDefaults: WorkloadDefaults.set(job:),
            prepareForCreate: JobSelector.set,
            validate: JobValidation.problems(ofJob:),
            validateUpdate: JobValidation.problemsOfUpdate(ofJob:from:)
        ),
        .cronJobs: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            setDefaults: WorkloadDefaults.set(cronJob:),
            validate: JobValidation.problems(ofCronJob:)
        ),
    ]

    // MARK: Networking

    private static let networking: [ResourceName: ResourceRules] = [
        .services: ResourceRules(
            hasStatus: true,
            createsOnUpdate: true,
            setDefaults: NetworkDefaults.set(service:),
            problemsOfName: NameRules.problemsOfLabel,
            validate: ServiceValidation.problems(of:),
            validateUpdate: ServiceValidation.problemsOfUpdate(of:from:),
            validateStatus: ServiceValidation.problems(ofStatus:)
        ),
        .endpoints: ResourceRules(
            createsOnUpdate: true,
            setDefaults: NetworkDefaults.set(endpoints:),
            validate: EndpointsValidation.problems(ofEndpoints:)
        ),
        .endpointSlices: ResourceRules(
            countsGeneration: {
                ResourceRules.byContent($0, $1) || $0.labels != $1.labels
            },
            setDefaults: NetworkDefaults.set(endpointSlice:),
            validate: { EndpointsValidation.problems(ofSlice: $0) },
            validateAgain: { EndpointsValidation.problems(ofSlice: $0, since: $1) },
            validateUpdate: { FieldChecks.immutable("addressType", $0, $1) }
        ),
        .ingresses: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            validate: IngressValidation.problems(of:)
        ),
        .ingressClasses: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            setDefaults: NetworkDefaults.set(ingressClass:),
            validate: IngressValidation.problems(ofClass:),
            validateUpdate: IngressValidation.problemsOfUpdate(ofClass:from:)
        ),
        .networkPolicies: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            setDefaults: NetworkDefaults.set(networkPolicy:),
            validate: IngressValidation.problems(ofPolicy:)
        ),
    ]

    // MARK: Everything else

    private static let role = ResourceRules(
        createsOnUpdate: true,
        problemsOfName: NameRules.problemsOfPathSegment,
        validate: PolicyValidation.problems(ofRole:)
    )

    private static let binding = ResourceRules(
        createsOnUpdate: true,
        setDefaults: PolicyDefaults.set(binding:),
        problemsOfName: NameRules.problemsOfPathSegment,
        validate: PolicyValidation.problems(ofBinding:),
        validateUpdate: PolicyValidation.problemsOfUpdate(ofBinding:from:)
    )

    private static let webhooks = ResourceRules(
        countsGeneration: { $0["webhooks"] != $1["webhooks"] },
        allowsUnconditionalUpdate: false,
        setDefaults: PolicyDefaults.set(webhooks:)
    )

    private static let others: [ResourceName: ResourceRules] = [
        .roles: role,
        .clusterRoles: role,
        .roleBindings: binding,
        .clusterRoleBindings: binding,
        .horizontalPodAutoscalers: ResourceRules(
            hasStatus: true,
            setDefaults: PolicyDefaults.set(autoscaler:),
            validate: PolicyValidation.problems(ofAutoscaler:)
        ),
        .podDisruptionBudgets: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            validate: PolicyValidation.problems(ofDisruptionBudget:)
        ),
        .leases: ResourceRules(
            createsOnUpdate: true,
            allowsUnconditionalUpdate: false,
            validate: PolicyValidation.problems(ofLease:)
        ),
        .storageClasses: ResourceRules(
            setDefaults: StorageDefaults.set(storageClass:),
            validate: StorageValidation.problems(ofClass:),
            validateUpdate: StorageValidation.problemsOfUpdate(ofClass:from:)
        ),
        .priorityClasses: ResourceRules(
            countsGeneration: ResourceRules.byContent,
            setDefaults: PolicyDefaults.set(priorityClass:),
            validateUpdate: PolicyValidation.problemsOfUpdate(ofPriorityClass:from:)
        ),
        .customResourceDefinitions: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            allowsUnconditionalUpdate: false,
            keepsGenerationOnDelete: true,
            setDefaults: CustomDefinitionRules.setDefaults,
            prepareForCreate: CustomDefinitionRules.prepareForCreate,
            validate: CustomDefinitionRules.problems(of:)
        ),
        .apiServices: ResourceRules(hasStatus: true, allowsUnconditionalUpdate: false),
        .validatingAdmissionPolicies: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            hasStatus: true,
            allowsUnconditionalUpdate: false,
            setDefaults: PolicyDefaults.set(admissionPolicy:),
            validate: AdmissionPolicyValidation.problems(ofPolicy:)
        ),
        .validatingAdmissionPolicyBindings: ResourceRules(
            countsGeneration: ResourceRules.bySpec,
            allowsUnconditionalUpdate: false,
            validate: AdmissionPolicyValidation.problems(ofBinding:)
        ),
        ResourceName("mutatingwebhookconfigurations", group: "admissionregistration.k8s.io"):
            webhooks,
        ResourceName("validatingwebhookconfigurations", group: "admissionregistration.k8s.io"):
            webhooks,
    ]
}
