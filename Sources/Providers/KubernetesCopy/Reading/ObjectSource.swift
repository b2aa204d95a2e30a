import JSONValues
import KubernetesAPI
import KubernetesObjects

/// Where objects are read from: a cluster, a folder of manifests, an archive.
package protocol ObjectSource: Sendable {
    /// What a person calls it: a context, a path.
    var name: String { get }

    /// Every kind that it has or serves, and what it could not tell.
    func discover() async throws(KubernetesError) -> Discovery

    /// Every object of a kind, page by page; one whose `isFirst` is set makes the ones before void.
    func read(
        _ kind: ResourceKind,
        namespace: String?,
        onPage: (ObjectPage) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError)
}

/// A cluster that answers.
package struct ClusterSource: ObjectSource {
    /// The context of the kubeconfig.
    package let name: String
    /// Who asks its server.
    package let client: KubernetesClient

    /// Sends nothing yet.
    package init(name: String, client: KubernetesClient) {
        self.name = name
        self.client = client
    }

    /// Asks the server anew, as kinds come and go.
    package func discover() async throws(KubernetesError) -> Discovery {
        try await client.refreshDiscovery()
    }

    /// Lists the collection page by page; begins anew by itself where the list is too old to go on.
    package func read(
        _ kind: ResourceKind,
        namespace: String?,
        onPage: (ObjectPage) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        try await client.list(kind, namespace: namespace, onPage: onPage)
    }
}
