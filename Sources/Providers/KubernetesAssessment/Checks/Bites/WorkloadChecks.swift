import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Claims whose data does not move with them.
struct VolumeClaimCheck: AssessmentCheck {
    let name = "volume-data"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("PersistentVolumeClaim").map { "\($0.key)" }
                + estate.moving("StatefulSet.apps").filter {
                    $0.body.at("spec", "volumeClaimTemplates")?.array?.isEmpty == false
                }.map { "\($0.key)" },
            "a copied claim gets a new, empty volume: the data stays at the source",
            remedy:
                "Move the data (replication, snapshot, backup) before its pods start at the target."
        )
    }
}

/// Pods that live on files of their node.
struct HostPathCheck: AssessmentCheck {
    let name = "host-path"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let volumes = estate.moving("PersistentVolume").filter {
            $0.body.at("spec", "hostPath") != nil || $0.body.at("spec", "local") != nil
        }
        let pods = estate.movingWorkloads.filter { workload in
            (workload.pods?.spec["volumes"]?.array ?? []).contains { $0["hostPath"] != nil }
        }
        return finding(
            .decide,
            volumes + pods,
            "they use files of one node, which no other node has",
            remedy: "See whether the target's nodes have the same files; move data to a volume."
        )
    }
}

/// Jobs that a copy would run again.
struct JobCheck: AssessmentCheck {
    let name = "job-in-flight"

    func findings(in estate: AssessedEstate) -> [Finding] {
        let jobs = estate.moving("Job.batch")
        return finding(
            .decide,
            jobs.filter { $0.body.at("status", "active")?.int ?? 0 > 0 },
            "they run now; copied, their work would be done twice, and not copied they end here",
            remedy: "Wait for their end, or start them at the target by hand."
        )
            + finding(
                .note,
                jobs.filter { $0.body.at("status", "completionTime") != nil },
                "they have ended; a copy would run them again, so it leaves them out",
                remedy: "Nothing, unless somebody reads their result from the cluster."
            )
    }
}

/// Schedules that both sites would keep.
struct CronJobCheck: AssessmentCheck {
    let name = "cron-job"

    func findings(in estate: AssessedEstate) -> [Finding] {
        finding(
            .decide,
            estate.moving("CronJob.batch").filter { $0.body.at("spec", "suspend") != true },
            "running at both sites, each run of theirs happens twice",
            remedy:
                "They arrive suspended. Resume each at the target when it is suspended at the source."
        )
    }
}

/// Autoscalers without the numbers that they scale by.
struct AutoscalerCheck: AssessmentCheck {
    let name = "autoscaler-without-metrics"

    /// Which API answers for a type of metric.
    private static let groups = [
        "Resource": "metrics.k8s.io", "ContainerResource": "metrics.k8s.io",
        "Pods": "custom.metrics.k8s.io", "Object": "custom.metrics.k8s.io",
        "External": "external.metrics.k8s.io",
    ]

    func findings(in estate: AssessedEstate) -> [Finding] {
        guard let target = estate.target.discovery else { return [] }
        let served = Set(target.preferredVersions.keys).union(target.kinds.map(\.group))
        var found: [String: [SlimObject]] = [:]
        for scaler in estate.moving("HorizontalPodAutoscaler.autoscaling") {
            let metrics = scaler.body.at("spec", "metrics")?.array ?? []
            let types = metrics.isEmpty ? ["Resource"] : metrics.compactMap { $0["type"]?.string }
            for group in Set(types.compactMap { AutoscalerCheck.groups[$0] })
            where !served.contains(group) {
                found[group, default: []].append(scaler)
            }
        }
        return found.sorted { $0.key < $1.key }.flatMap { group, scalers in
            finding(
                .decide,
                scalers,
                "the target does not serve \(group): they cannot scale there",
                remedy: "Install what serves it (metrics-server, a Prometheus adapter, KEDA) first."
            )
        }
    }
}
