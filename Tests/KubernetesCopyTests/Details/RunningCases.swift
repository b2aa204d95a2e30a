import Foundation
import Clocks
import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

extension CopyCase {
    /// What runs, and how often: details 16 and 18.
    static let running = [
        CopyCase("scaled", "how many run is the autoscaler's to say") { scene in
            try await scene.open(CopyCase.deployment("web", replicas: 6))
            try await scene.make(
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web, namespace: NS}
                spec:
                  minReplicas: 2
                  maxReplicas: 10
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  metrics:
                  - type: Resource
                    resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}
                """
            )
            let running = scene.rule(.running)
            try await scene.copy(running)
            let web = try await scene.copied("deployments web")
            // As many as serve all of the traffic at the source: enough for any share of it.
            #expect(web.at("spec", "replicas") == 6)
            let replicas: [FieldElement] = [.name("spec"), .name("replicas")]
            let owners = ManagedFields(of: web).owners(of: replicas).map(\.name)
            #expect(!owners.contains(CopyMarks.manager))
            let kind = try #require(try await scene.target.discovery().kind(named: "deployments"))
            _ = try await scene.target.scale(kind, namespace: "scaled", name: "web", to: 5)
            try await scene.expectNothingMore(running)
            #expect(try await scene.copied("deployments web").at("spec", "replicas") == 5)
        },
        CopyCase("begun", "a copy that died before it gave the first replicas gives them later") {
            scene in
            try await scene.open(CopyCase.deployment("web", replicas: 6))
            try await scene.make(
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web, namespace: NS}
                spec:
                  maxReplicas: 10
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                """
            )
            let running = scene.rule(.running)
            try await scene.copy(running)
            // As it was between its creation and the request that scales it.
            let web = try await scene.copied("deployments web")
            let kind = try #require(try await scene.target.discovery().kind(named: "deployments"))
            _ = try await scene.target.delete(kind, namespace: "begun", name: "web")
            try await scene.pair.wait(until: "it is gone") {
                try await !scene.isAtTarget("deployments web")
            }
            var young = ObjectHygiene.portable(web)
            young.remove(at: "spec", "replicas")
            _ = try await scene.target.create(
                kind,
                young,
                options: WriteOptions(fieldManager: CopyMarks.manager)
            )
            try await scene.copy(running)
            #expect(try await scene.copied("deployments web").at("spec", "replicas") == 6)
            try await scene.expectNothingMore(running)
        },
        CopyCase("still", "what stands still has no replicas, and says how many there were") {
            scene in
            try await scene.open(CopyCase.deployment("web", replicas: 3))
            try await scene.make(CopyCase.cronJob("ticking", isSuspended: false))
            try await scene.make(CopyCase.cronJob("resting", isSuspended: true))
            try await scene.make(CopyCase.job("once"))
            try await scene.copy()
            let web = try await scene.copied("deployments web")
            #expect(web.at("spec", "replicas") == 0)
            #expect(web.annotations[CopyMarks.replicas] == "3")
            #expect(try await scene.copied("cronjobs ticking").at("spec", "suspend") == true)
            #expect(try await scene.copied("cronjobs resting").at("spec", "suspend") == true)
            #expect(
                try await scene.copied("cronjobs resting").annotations[CopyMarks.suspended] == nil
            )
            #expect(try await !scene.isAtTarget("jobs once"))
            #expect(try await scene.list("pods", at: scene.target).isEmpty)
            try await scene.expectNothingMore()
        },
        CopyCase("jobs", "a Job does its work once") { scene in
            try await scene.open(CopyCase.job("active"))
            try await scene.make(CopyCase.job("done", more: "completions: 0"))
            try await scene.make(CopyCase.job("waiting", more: "suspend: true"))
            try await scene.make(CopyCase.cronJob("ticking", isSuspended: false))
            try await scene.pair.wait(until: "the Job without work is complete") {
                let done = try await scene.original("jobs done")
                return done.at("status", "conditions")?.array?.contains {
                    $0["type"] == "Complete"
                } == true
            }
            let plan = try await scene.plan(scene.rule(.running))
            #expect(plan.objects(of: "job-in-flight") == ["Job.batch jobs/active"])
            #expect(plan.objects(of: "cron-job-at-both-sites") == ["CronJob.batch jobs/ticking"])
            #expect(
                plan.reason(of: "Job.batch jobs/done")
                    == "it has ended, and would run again at the target"
            )
            try await scene.copy(scene.rule(.running))
            #expect(try await scene.copied("cronjobs ticking").at("spec", "suspend") == true)
            let waiting = try await scene.copied("jobs waiting")
            let uid = waiting.at("spec", "selector", "matchLabels")?.stringMap ?? [:]
            #expect(Array(uid.values) == [waiting.uid ?? ""])
            #expect(try await !scene.isAtTarget("jobs active"))
            try await scene.expectNothingMore(scene.rule(.running))
        },
    ]

    static func deployment(_ name: String, replicas: Int, cpu: String = "100m") -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), namespace: NS}
        spec:
          replicas: \(replicas)
          selector: {matchLabels: {app: \(name)}}
          template:
            metadata: {labels: {app: \(name)}}
            spec: {containers: [{name: a, image: a, resources: {requests: {cpu: \(cpu)}}}]}
        """
    }

    static func job(_ name: String, more: String = "completions: 1") -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: \(name), namespace: NS}
        spec:
          \(more)
          template:
            spec: {restartPolicy: Never, containers: [{name: a, image: a}]}
        """
    }

    static func cronJob(
        _ name: String,
        isSuspended: Bool,
        schedule: String = "0 0 1 1 *"
    ) -> String {
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: \(name), namespace: NS}
        spec:
          schedule: "\(schedule)"
          suspend: \(isSuspended)
          jobTemplate:
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}
        """
    }
}
