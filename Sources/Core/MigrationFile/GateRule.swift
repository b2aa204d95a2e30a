import MigrationModel

/// A number that must be right, and before what.
package struct GateRule: Sendable, Hashable {
    /// What is asked, and what is wanted.
    package var metric: MetricGate
    /// The routes at each weight of which it must hold; all where neither these nor workloads are named.
    package var routes: [RouteID]
    /// The workloads whose source is scaled to zero only when it holds.
    package var workloads: [WorkloadID]
    /// Where the token for the Prometheus comes from; nil where it wants none.
    package var token: TokenSource?

    /// Takes lists that are sorted already.
    package init(
        metric: MetricGate,
        routes: [RouteID] = [],
        workloads: [WorkloadID] = [],
        token: TokenSource? = nil
    ) {
        self.metric = metric
        self.routes = routes
        self.workloads = workloads
        self.token = token
    }

    /// Whether it is asked at the weights of this route.
    package func isAsked(of route: RouteID) -> Bool {
        routes.contains(route) || (routes.isEmpty && workloads.isEmpty)
    }
}

/// Where a bearer token comes from: never from the migration file itself.
package enum TokenSource: Sendable, Hashable {
    /// The path of a file that holds it, relative to the migration file.
    case file(path: String)
    /// The name of a variable of the environment.
    case variable(name: String)
}
