import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Where a site's node ports answer.
struct NodeAddresses: Sendable {
    let access: SiteAccess

    /// The internal addresses of the nodes that are ready, sorted.
    func ready() async throws(ProviderError) -> [String] {
        let nodes = try await access.list(
            ObjectReference(apiVersion: "v1", kind: "Node", namespace: nil, name: "")
        )
        return nodes.filter { $0.hasCondition("Ready") }.flatMap(addresses).sorted()
    }

    /// The `addressType` of a slice that holds this address.
    static func family(_ address: String) -> String {
        address.contains(":") ? "IPv6" : "IPv4"
    }

    private func addresses(_ node: JSON) -> [String] {
        (node.at("status", "addresses")?.array ?? []).compactMap { address in
            address["type"] == "InternalIP" ? address["address"]?.string : nil
        }
    }
}
