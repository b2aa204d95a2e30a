/// What load is to be made: how much, to where, and when an answer counts as none.
package struct LoadPlan: Sendable {
    /// The balancer's address; load goes to this machine only.
    package var port: Int
    /// Asked in turn, each as often as the others.
    package var routes: [LoadRoute]
    /// Over all routes together, evenly spaced and taken in turn.
    package var requestsPerSecond: Int
    /// From the intended start to the end of the answer.
    package var timeout: Duration
    /// More than this are never opened; what cannot be sent then waits, and its wait counts.
    package var connectionsMax: Int

    package init(
        port: Int,
        routes: [LoadRoute],
        requestsPerSecond: Int,
        timeout: Duration = .seconds(2),
        connectionsMax: Int = 512
    ) {
        precondition(!routes.isEmpty && requestsPerSecond > 0 && connectionsMax > 0)
        self.port = port
        self.routes = routes
        self.requestsPerSecond = requestsPerSecond
        self.timeout = timeout
        self.connectionsMax = connectionsMax
    }
}

/// One route as its clients ask for it.
package struct LoadRoute: Sendable, Hashable {
    /// The `Host` of each request, by which a balancer tells routes apart.
    package var host: String
    /// The path of each request, with its slash.
    package var path: String

    package init(host: String, path: String = "/") {
        self.host = host
        self.path = path
    }

    /// A Service as pods of its own namespace and of others write it, asked for inside a site of the
    /// twin.
    package static func names(ofService name: String, in namespace: String) -> [LoadRoute] {
        [name, "\(name).\(namespace)", "\(name).\(namespace).svc.cluster.local"].map {
            LoadRoute(host: $0, path: "/\(namespace)")
        }
    }
}
