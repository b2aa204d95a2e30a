import JSONValues
import KubernetesObjects

/// What a server fills into the kinds that make pods (`pkg/apis/apps/v1`, `batch/v1`).
enum WorkloadDefaults {
    static func set(deployment object: inout JSON) {
        object.change("spec") { spec in
            PodDefaults.set(template: &spec, at: "template")
            spec.setDefault("replicas", 1)
            spec.setDefault("strategy", .emptyObject)
            spec.change("strategy") { strategy in
                strategy.setDefaultText("type", "RollingUpdate")
                guard strategy["type"] == "RollingUpdate" else { return }
                strategy.setDefault("rollingUpdate", .emptyObject)
                strategy.change("rollingUpdate") { update in
                    update.setDefault("maxUnavailable", "25%")
                    update.setDefault("maxSurge", "25%")
                }
            }
            spec.setDefault("revisionHistoryLimit", 10)
            spec.setDefault("progressDeadlineSeconds", 600)
        }
    }

    static func set(replicaSet object: inout JSON) {
        object.change("spec") { spec in
            PodDefaults.set(template: &spec, at: "template")
            spec.setDefault("replicas", 1)
        }
    }

    static func set(statefulSet object: inout JSON) {
        object.change("spec") { spec in
            PodDefaults.set(template: &spec, at: "template")
            spec.setDefaultText("podManagementPolicy", "OrderedReady")
            spec.setDefault("updateStrategy", .emptyObject)
            spec.change("updateStrategy") { strategy in
                strategy.setDefaultText("type", "RollingUpdate")
                guard strategy["type"] == "RollingUpdate" else { return }
                strategy.setDefault("rollingUpdate", .emptyObject)
                strategy.change("rollingUpdate") { $0.setDefault("partition", 0) }
            }
            spec.setDefault("persistentVolumeClaimRetentionPolicy", .emptyObject)
            spec.change("persistentVolumeClaimRetentionPolicy") { policy in
                policy.setDefaultText("whenDeleted", "Retain")
                policy.setDefaultText("whenScaled", "Retain")
            }
            spec.setDefault("replicas", 1)
            spec.setDefault("revisionHistoryLimit", 10)
            spec.changeEach("volumeClaimTemplates") { claim in
                claim.apiVersion = "v1"
                claim.kind = "PersistentVolumeClaim"
                StorageDefaults.set(persistentVolumeClaim: &claim)
            }
        }
        object.change("status") { $0.setDefault("availableReplicas", 0) }
    }

    static func set(daemonSet object: inout JSON) {
        let key = "deprecated.daemonset.template.generation"
        if object.annotations[key] == nil { object.annotations[key] = "1" }
        object.change("spec") { spec in
            PodDefaults.set(template: &spec, at: "template")
            spec.setDefault("updateStrategy", .emptyObject)
            spec.change("updateStrategy") { strategy in
                strategy.setDefaultText("type", "RollingUpdate")
                guard strategy["type"] == "RollingUpdate" else { return }
                strategy.setDefault("rollingUpdate", .emptyObject)
                strategy.change("rollingUpdate") { update in
                    update.setDefault("maxUnavailable", 1)
                    update.setDefault("maxSurge", 0)
                }
            }
            spec.setDefault("revisionHistoryLimit", 10)
        }
    }

    static func set(replicationController object: inout JSON) {
        let labels = object.at("spec", "template", "metadata", "labels")
        object.change("spec") { spec in
            PodDefaults.set(template: &spec, at: "template")
            spec.setDefault("replicas", 1)
            if let labels { spec.setDefault("selector", labels) }
        }
        if let labels = labels?.stringMap, object.labels.isEmpty { object.labels = labels }
    }

    static func set(job object: inout JSON) {
        object.change("spec", setJobSpec)
        let labels = object.at("spec", "template", "metadata", "labels")?.stringMap
        if let labels, object.labels.isEmpty { object.labels = labels }
    }

    static func set(cronJob object: inout JSON) {
        object.change("spec") { spec in
            spec.setDefaultText("concurrencyPolicy", "Allow")
            spec.setDefault("suspend", false)
            spec.setDefault("successfulJobsHistoryLimit", 3)
            spec.setDefault("failedJobsHistoryLimit", 1)
            spec.change("jobTemplate") { template in
                template.change("spec") { PodDefaults.set(template: &$0, at: "template") }
            }
        }
    }

    private static func setJobSpec(_ spec: inout JSON) {
        PodDefaults.set(template: &spec, at: "template")
        if spec["completions"] == nil, spec["parallelism"] == nil {
            spec["completions"] = 1
            spec["parallelism"] = 1
        }
        spec.setDefault("parallelism", 1)
        spec.setDefault("backoffLimit", spec["backoffLimitPerIndex"] == nil ? 6 : 2_147_483_647)
        spec.setDefault("completionMode", "NonIndexed")
        spec.setDefault("suspend", false)
        spec.setDefault("manualSelector", false)
        spec.setDefault(
            "podReplacementPolicy",
            spec["podFailurePolicy"] == nil ? "TerminatingOrFailed" : "Failed"
        )
    }
}
