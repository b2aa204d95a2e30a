/// A route whose requests an object of a cluster's API shares between the two sites.
package struct WeightedRoute: Sendable, Hashable {
    /// The name: `namespace/name`, with `/rule` behind it for one rule of the object.
    package var route: RouteID
    /// The namespace of the object.
    package var namespace: String
    /// The object's name there.
    package var name: String
    /// One of the object's rules, by its name or its number from 0; nil for all that lead to both
    /// sites.
    package var rule: String?
    /// Which object it is, and where in it the sites are.
    package var shares: Shares

    /// Where an object states how much goes to each site.
    package enum Shares: Sendable, Hashable {
        /// Weights in a list of backends, of which one leads to each site.
        ///
        /// A backend is named as the kind names it: `[namespace/]name[:port]`, or the host of an Istio
        /// destination, with `/subset` behind it where it has one.
        case backends(BackendListKind, source: String, target: String)
        /// Two values at JSON pointers, which share `scale`.
        case values(
            apiVersion: String,
            kind: String,
            source: String,
            target: String,
            scale: Int
        )
        /// The weight of a canary Ingress of ingress-nginx.
        case canary
        /// The Service to which the paths of an Ingress lead, all of one host or of all hosts: there is
        /// everything or nothing.
        case swap(host: String?, source: String, target: String)
    }

    /// Takes the route as it is stated.
    package init(
        route: RouteID,
        namespace: String,
        name: String,
        rule: String? = nil,
        shares: Shares
    ) {
        self.route = route
        self.namespace = namespace
        self.name = name
        self.rule = rule
        self.shares = shares
    }
}

/// The kinds whose objects hold a list of backends with weights.
package enum BackendListKind: String, Sendable, Hashable, CaseIterable {
    /// Of the Gateway API.
    case httpRoute = "HTTPRoute"
    /// Of the Gateway API too.
    case grpcRoute = "GRPCRoute"
    /// Of Istio.
    case virtualService = "VirtualService"
    /// Of Traefik.
    case traefikService = "TraefikService"
    /// Of Contour.
    case httpProxy = "HTTPProxy"
    /// Of the Service Mesh Interface.
    case trafficSplit = "TrafficSplit"
}
