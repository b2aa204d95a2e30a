import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Reads what the nodes of a site have left for pods that come.
struct RoomReader: Sendable {
    let access: SiteAccess
    let nodes: [JSON]

    /// Nil where no node is open, or pods of other namespaces may not be listed.
    func read() async throws(ProviderError) -> Requests? {
        let open = nodes.filter(isOpen)
        guard !open.isEmpty else { return nil }
        let pods: [JSON]
        do {
            let kind = try await access.client.resource(
                for: GroupVersionKind(group: "", version: "v1", kind: "Pod")
            )
            pods = try await access.client.list(kind, namespace: nil).items
        } catch {
            if error.isForbidden { return nil }
            throw access.providerError(error, isWrite: false)
        }
        let names = Set(open.compactMap(\.name))
        let taken = pods.filter { pod in
            !pod.isPodFinished && names.contains(pod.at("spec", "nodeName")?.string ?? "")
        }
        let allocatable = open.reduce(Requests()) {
            $0 + Requests(units: ResourceUnits.of($1.at("status", "allocatable")))
        }
        return allocatable.without(
            taken.reduce(Requests()) {
                $0 + Requests(units: ResourceUnits.ofPod($1.spec ?? .emptyObject))
            }
        )
    }

    /// Whether it takes pods that tolerate nothing.
    private func isOpen(_ node: JSON) -> Bool {
        node.hasCondition("Ready") && node.at("spec", "unschedulable")?.bool != true
            && !(node.at("spec", "taints")?.array ?? []).contains {
                ["NoSchedule", "NoExecute"].contains($0["effect"]?.string)
            }
    }
}
