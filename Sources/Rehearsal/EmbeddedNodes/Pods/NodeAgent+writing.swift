import EmbeddedAPI
import EmbeddedSites
import JSONValues
import KubernetesObjects
import Synchronization

/// What a node writes about its pods.
extension NodeAgent {
    /// Writes the status of a pod, if it is still the same pod.
    func write(
        _ resource: ResourceName = .pods,
        of plan: PodPlan,
        subresource: Subresource = .status,
        _ change: (inout JSON) -> Void
    ) {
        write(
            resource,
            namespace: plan.namespace,
            name: plan.name,
            subresource: subresource
        ) { object in
            if object.uid == plan.uid { change(&object) }
        }
    }

    /// Removes a pod that has ended, if it is still the same pod.
    func remove(_ plan: PodPlan) {
        refusable { () throws(APIStatusError) in
            try cluster.delete(
                .pods,
                namespace: plan.namespace,
                name: plan.name,
                options: DeleteOptions(gracePeriodSeconds: 0, uid: plan.uid)
            )
        }
    }

    func write(
        _ resource: ResourceName,
        namespace: String?,
        name: String,
        subresource: Subresource? = .status,
        _ change: (inout JSON) -> Void
    ) {
        refusable { () throws(APIStatusError) in
            try cluster.mutate(
                resource,
                namespace: namespace,
                name: name,
                subresource: subresource,
                manager: Self.manager,
                change
            )
        }
    }

    func note(problem: String) {
        state.withLock { state in
            if state.problems.count < Self.problemsMax { state.problems.append(problem) }
        }
    }

    /// An object may be gone by the time a node writes about it; then there is nothing to say.
    private func refusable(_ body: () throws(APIStatusError) -> Void) {
        do { try body() } catch {
            if error.code != 404, error.code != 409 { note(problem: error.message) }
        }
    }
}
