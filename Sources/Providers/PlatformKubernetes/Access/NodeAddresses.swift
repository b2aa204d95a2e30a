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
        return nodes.filter(isReady).flatMap(addresses).sorted()
    }

    /// The `addressType` of a slice that holds this address.
    static func family(_ address: String) -> String {
        address.contains(":") ? "IPv6" : "IPv4"
    }

    private func isReady(_ node: JSON) -> Bool {
        (node.at("status", "conditions")?.array ?? []).contains {
            $0["type"] == "Ready" && $0["status"] == "True"
        }
    }

    private func addresses(_ node: JSON) -> [String] {
        (node.at("status", "addresses")?.array ?? []).compactMap { address in
            address["type"] == "InternalIP" ? address["address"]?.string : nil
        }
    }
}
