import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Runs the pods of a Job until enough of them have succeeded.
///
/// Jobs with `completionMode: Indexed` are run as if they were not indexed.
struct JobController: Controller {
    let name = "job-controller"
    let watchedResources: Set<ResourceName>? = [.jobs, .pods]

    /// What holds a pod of a Job until it is counted.
    static let tracking = "batch.kubernetes.io/job-tracking"

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        guard change.resource == .pods else {
            return [ObjectAddress(.jobs, of: change.object)]
        }
        return change.controllers(
            kind: "Job",
            .jobs,
            in: view,
            selector: LabelSelector.ofWorkload
        )
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        let candidates = view.objects(.pods, namespace: address.namespace)
        guard let job = view.object(address), !job.isBeingDeleted else {
            return release(candidates, ofJobNamed: address.name)
        }
        let claim = Ownership.claim(candidates, for: job, .ofWorkload(job))
        var sync = JobSync(job, pods: claim.objects, now: view.now)
        sync.run()
        var outcome = sync.outcome
        outcome.writes = claim.writes + outcome.writes
        return outcome
    }

    /// Nobody counts the pods of a Job that is gone, so nothing must hold them.
    private func release(_ pods: [JSON], ofJobNamed name: String) -> Reconciliation {
        let held = pods.filter { pod in
            pod.finalizers.contains(Self.tracking) && pod.controllerReference?["kind"] == "Job"
                && pod.controllerReference?["name"]?.string == name
        }
        return Reconciliation(held.map { .update(Self.untracked($0)) })
    }

    static func untracked(_ pod: JSON) -> JSON {
        var pod = pod
        pod.finalizers.removeAll { $0 == tracking }
        return pod
    }
}
