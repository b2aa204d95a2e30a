import MigrationModel

/// The balancer that stands before both sites, and its routes.
package struct TrafficRule: Sendable, Hashable {
    /// Which balancer, and where it takes orders.
    package var balancer: BalancerRule
    /// Routes that are not simply the host of an Ingress; sorted by name.
    package var routes: [RouteRule]
    /// Hosts of Ingresses that nobody outside uses any more, so that they need no route; sorted.
    ///
    /// `*` stands for rules without a host.
    package var ignoredHosts: [String]

    /// The host of each route that an Ingress knows by one; what its requests are told by.
    package var hosts: [RouteID: String] {
        Dictionary(
            routes.compactMap { route in route.host.map { (route.route, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Takes routes and hosts that are sorted already.
    package init(
        balancer: BalancerRule,
        routes: [RouteRule] = [],
        ignoredHosts: [String] = []
    ) {
        self.balancer = balancer
        self.routes = routes
        self.ignoredHosts = ignoredHosts
    }
}

/// Which balancer, and where it takes orders.
package enum BalancerRule: Sendable, Hashable {
    case haproxy(HAProxyRule)
    /// Objects of a cluster's API, by whose weights something there serves.
    case kubernetes(KubernetesTrafficRule)
    /// The rehearsal twin's own, by the URL of its control API, and of its front for probes.
    case twin(url: String, front: String?)
}

/// A HAProxy, and how routes are called there.
package struct HAProxyRule: Sendable, Hashable {
    /// Where its runtime API listens.
    package var socket: HAProxySocket
    /// Where the CLI of its master process listens, over which workers answer that a reload replaced; nil when
    /// nobody asks them.
    package var masterSocket: HAProxySocket?
    /// The servers of each backend that lead to the source; several share its weight.
    package var sourceServers: [String]
    /// The servers of each backend that lead to the target; none of them is the source's.
    package var targetServers: [String]
    /// Where HAProxy will look for the state of its servers when it is reloaded, relative to the
    /// migration file; nil when somebody else sees to that.
    package var stateFile: String?
    /// The URL at which it takes requests, for probes of idle routes; nil for none.
    package var front: String?
    /// Routes whose backend or servers are called otherwise; sorted by route.
    package var backends: [HAProxyBackendRule]

    /// Takes the rule as it was read.
    package init(
        socket: HAProxySocket,
        masterSocket: HAProxySocket? = nil,
        sourceServers: [String] = ["source"],
        targetServers: [String] = ["target"],
        stateFile: String? = nil,
        front: String? = nil,
        backends: [HAProxyBackendRule] = []
    ) {
        self.socket = socket
        self.masterSocket = masterSocket
        self.sourceServers = sourceServers
        self.targetServers = targetServers
        self.stateFile = stateFile
        self.front = front
        self.backends = backends
    }
}

/// The objects that share requests, and how it is known what is served by them.
package struct KubernetesTrafficRule: Sendable, Hashable {
    /// Whose API server has the objects.
    package var site: SiteRole
    /// An object, or a part of one, for each route; sorted by route.
    package var routes: [WeightedRoute]
    /// How it is known what is served.
    package var evidence: ProbeRule
    /// Whether somebody sees to it that nobody else writes the weights.
    package var ownersAreHandled: Bool

    /// Takes routes that are sorted already.
    package init(
        site: SiteRole = .source,
        routes: [WeightedRoute],
        evidence: ProbeRule,
        ownersAreHandled: Bool = false
    ) {
        self.site = site
        self.routes = routes
        self.evidence = evidence
        self.ownersAreHandled = ownersAreHandled
    }
}

/// Requests of ours, whose answers say from which site they come.
package struct ProbeRule: Sendable, Hashable {
    /// The URL at which users' requests arrive.
    package var front: String
    /// The header of an answer that names the site.
    package var header: String
    /// The header's value in answers of the source.
    package var source: String
    /// The header's value in answers of the target.
    package var target: String
    /// How long a site that is left is given to end what it has under way, as nothing counts that.
    package var drain: Duration

    /// Takes the rule as it was read.
    package init(
        front: String,
        header: String = "X-Diolkos-Site",
        source: String = "source",
        target: String = "target",
        drain: Duration = .seconds(30)
    ) {
        self.front = front
        self.header = header
        self.source = source
        self.target = target
        self.drain = drain
    }
}

/// Where the runtime API of a HAProxy listens.
package enum HAProxySocket: Sendable, Hashable {
    /// A path, relative to the migration file.
    case unix(path: String)
    case tcp(host: String, port: Int)
}

/// What a route is called in a HAProxy.
package struct HAProxyBackendRule: Sendable, Hashable {
    /// The route that is called otherwise.
    package var route: RouteID
    /// Its backend.
    package var backend: String
    /// Empty for the servers of every backend.
    package var sourceServers: [String]
    /// Its servers that lead to the target; empty for those of every backend.
    package var targetServers: [String]

    /// Takes the names as HAProxy has them.
    package init(
        route: RouteID,
        backend: String,
        sourceServers: [String] = [],
        targetServers: [String] = []
    ) {
        self.route = route
        self.backend = backend
        self.sourceServers = sourceServers
        self.targetServers = targetServers
    }
}

/// A route and what it leads to.
package struct RouteRule: Sendable, Hashable {
    /// What the balancer calls it.
    package var route: RouteID
    /// The host by which an Ingress knows its requests; nil when `service` is reached otherwise.
    package var host: String?
    /// The Service that it leads to, beside those that an Ingress tells.
    package var service: ServiceName?
    /// The workload that it leads to, for those without a Service.
    package var workload: WorkloadID?
    /// The path that probes of this route ask for.
    package var probePath: String?

    /// Takes what is said of the route; it leads to a host, a Service or a workload.
    package init(
        route: RouteID,
        host: String? = nil,
        service: ServiceName? = nil,
        workload: WorkloadID? = nil,
        probePath: String? = nil
    ) {
        self.route = route
        self.host = host
        self.service = service
        self.workload = workload
        self.probePath = probePath
    }
}
