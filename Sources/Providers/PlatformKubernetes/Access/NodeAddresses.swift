import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Where a site's node ports answer.
struct NodeAddresses: Sendable {
    let access: SiteAccess

    /// The internal addresses of the nodes that are ready, sorted.
    func ready() async throws(ProviderError) -> [String] {
        NodeAddresses.ready(of: try await nodes())
    }

    /// Every node of the site.
    func nodes() async throws(ProviderError) -> [JSON] {
        try await access.list(
            ObjectReference(apiVersion: "v1", kind: "Node", namespace: nil, name: "")
        )
    }

    /// The internal addresses of those among the nodes that are ready, sorted.
    static func ready(of nodes: [JSON]) -> [String] {
        nodes.filter { $0.hasCondition("Ready") }.flatMap(\.internalAddresses).sorted()
    }

    /// The `addressType` of a slice that holds this address.
    static func family(_ address: String) -> String {
        address.contains(":") ? "IPv6" : "IPv4"
    }
}
