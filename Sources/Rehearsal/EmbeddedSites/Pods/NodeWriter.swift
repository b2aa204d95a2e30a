import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import Synchronization

/// What the nodes of one site write, about themselves and about the pods that run on them.
///
/// An object may have gone by the time a node writes about it, or be another one of its name; then there is
/// nothing to say.
package final class NodeWriter: Sendable {
    /// As whom nodes write.
    package static let manager = "kubelet"
    /// How many problems are remembered; later ones are not.
    private static let problemsMax = 32

    private let cluster: any FollowedCluster
    private let noted = Mutex<[String]>([])

    package init(_ cluster: any FollowedCluster) { self.cluster = cluster }

    /// What went wrong that cannot be in a world that is well, in the order in which it did.
    package var problems: [String] { noted.withLock { $0 } }

    /// Remembers what cannot be in a world that is well.
    package func note(_ problem: String) {
        noted.withLock { noted in
            if noted.count < Self.problemsMax { noted.append(problem) }
        }
    }

    /// Makes the Node object of a node, unless it is there; whether it was made.
    @discardableResult
    package func register(_ node: TwinNode, now: WallTime) throws(APIStatusError) -> Bool {
        guard cluster.get(.nodes, namespace: nil, name: node.name) == nil else { return false }
        try cluster.create(node.object(now: now), manager: Self.manager, isDryRun: false)
        // A server strips the status of what is created, as the field belongs to the subresource.
        try cluster.mutate(
            .nodes,
            namespace: nil,
            name: node.name,
            subresource: .status,
            manager: Self.manager
        ) { object in
            object["status"] = node.object(now: now)["status"]
        }
        return true
    }

    /// Binds a pod to a node: several changes of a pod may be seen before that is, and the first one counts.
    package func bind(_ plan: PodPlan, to node: TwinNode) {
        write(of: plan, subresource: .binding) { object in
            guard (object.at("spec", "nodeName")?.string ?? "").isEmpty else { return }
            object.set(.string(node.name), at: "spec", "nodeName")
        }
    }

    /// Writes the status of a pod, if it is still the same pod.
    package func write(
        of plan: PodPlan,
        subresource: Subresource = .status,
        _ change: (inout JSON) -> Void
    ) {
        write(.pods, namespace: plan.namespace, name: plan.name, subresource: subresource) {
            if $0.uid == plan.uid { change(&$0) }
        }
    }

    /// Writes an object of any kind, or a part of it.
    package func write(
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

    /// Removes a pod that has ended, if it is still the same pod.
    package func remove(_ plan: PodPlan) {
        refusable { () throws(APIStatusError) in
            try cluster.delete(
                .pods,
                namespace: plan.namespace,
                name: plan.name,
                options: DeleteOptions(gracePeriodSeconds: 0, uid: plan.uid)
            )
        }
    }

    private func refusable(_ body: () throws(APIStatusError) -> Void) {
        do { try body() } catch {
            if error.code != 404, error.code != 409 { note(error.message) }
        }
    }
}
