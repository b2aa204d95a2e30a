import Clocks
import HTTPTransport

/// Everything that is needed to speak to one cluster as one user.
package struct ClusterAccess: Sendable {
    /// What the user calls it: the context's name, or `in-cluster`.
    package let name: String
    /// What a transport must be made for.
    package let site: HTTPSite
    /// What every path begins with.
    package let pathPrefix: String
    /// The namespace that is meant where none is named.
    package let namespace: String
    /// Who we are to the cluster, asked anew for each call.
    package let credentials: any CredentialSource
    /// What a person should be told, such as that credentials stay unused.
    package let notes: [String]

    /// A client that speaks over `transport`, which must have been made for `site`.
    package func client(
        over transport: any HTTPTransport,
        time: any TimeSource,
        configuration: KubernetesClient.Configuration = KubernetesClient.Configuration(),
        observer: KubernetesClient.Observer = KubernetesClient.Observer(),
        draw: @escaping @Sendable () -> Double = { 0 }
    ) -> KubernetesClient {
        var configuration = configuration
        configuration.pathPrefix = pathPrefix
        return KubernetesClient(
            transport: transport,
            credentials: credentials,
            time: time,
            configuration: configuration,
            observer: observer,
            draw: draw
        )
    }
}
