import EmbeddedAPI
import JSONValues

/// What a cloud beside a cluster writes into the status of a Service of type LoadBalancer, and what it reads there.
package enum BalancerStatus {
    private static let manager = "twin-load-balancers"
    private static let place = ["status", "loadBalancer", "ingress"]

    /// The address that was told; nil before, and where a name was told in its place.
    package static func address(in service: JSON) -> TwinAddress? {
        service.at(place)?.array?.first?["ip"]?.string.flatMap(TwinAddress.init)
    }

    /// Whether anything was told.
    package static func isTold(in service: JSON) -> Bool { service.at(place) != nil }

    /// Tells the address of a Service's load balancer.
    package static func tell(
        _ address: TwinAddress,
        of service: ServiceKey,
        to cluster: any FollowedCluster
    ) {
        do {
            try cluster.mutate(
                .services,
                namespace: service.namespace,
                name: service.name,
                subresource: .status,
                manager: manager
            ) { object in
                object.set([["ip": .string(address.description), "ipMode": "VIP"]], at: place)
            }
        } catch {
            // The Service has gone meanwhile; its end is on its way to us.
        }
    }
}
