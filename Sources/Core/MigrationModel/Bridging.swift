/// A Service as a plan needs it to build local names and bridges.
package struct PlannedService: Sendable, Hashable, Codable {
    /// The name of the original.
    package var service: ServiceName
    /// The selector of the original.
    package var selector: [String: String]
    /// The ports of the original.
    package var ports: [ServicePort]
    /// By which way the other site reaches its local name.
    package var way: BridgeWay

    /// Takes the Service as it was seen.
    package init(
        service: ServiceName,
        selector: [String: String],
        ports: [ServicePort],
        way: BridgeWay = .nodePorts
    ) {
        self.service = service
        self.selector = selector
        self.ports = ports
        self.way = way
    }
}

extension PlannedService {
    /// The Ingress that leads the hosts of callers to the local name; nil where no entry does.
    package var entryReference: ObjectReference? {
        guard case .entry = way else { return nil }
        return ObjectReference(
            apiVersion: "networking.k8s.io/v1",
            kind: "Ingress",
            namespace: service.namespace,
            name: service.name + "-bridge"
        )
    }

    /// Every host that callers of the name write.
    package var hosts: [String] {
        let full = "\(service.name).\(service.namespace)"
        return [service.name, full, "\(full).svc", "\(full).svc.cluster.local"]
    }
}

/// What bridges lead to at the site where the pods are.
package enum BridgeWay: Sendable, Hashable, Codable {
    /// The node ports of the local name, at each node that is ready: nodes stay while pods come and go.
    case nodePorts
    /// The pods behind the local name that are ready, by their own addresses: for networks in which each
    /// site routes to the pods of the other.
    case podAddresses
    /// The address of a load balancer that the cluster makes for the local name, with these
    /// annotations.
    case loadBalancer(annotations: [String: String])
    /// The site's own ingress, which tells names apart by the `Host` that callers send.
    case entry(address: String, port: Int, ingressClass: String?)
}

/// A short Job that tries, as pods of its namespace would, to reach local names of the other site.
///
/// Each TCP port of each name is tried wherever its bridge leads: at each node of the other site, or at
/// its load balancer or entry. UDP tells nobody whether it arrived, so it is not tried.
package struct BridgeTrial: Sendable, Hashable, Codable {
    /// What the Job is called, in the namespace of the names.
    package var job: String
    /// The names, all of one namespace; those behind which nobody is ready over there are left out.
    package var services: [PlannedService]
    /// Whether the names themselves are called too: only where nothing but a bridge is behind them,
    /// or the answer would come from pods of this site.
    package var callsNames: Bool
    /// Whether nobody needs to be behind the names: then a refusal is an answer too, for it shows that
    /// packets come and go.
    package var isOfLink: Bool
    /// What the Job runs; it has `sh` and busybox's `nc`.
    package var image: String

    /// Takes a trial of names of one namespace, of which there is at least one.
    package init(
        job: String,
        services: [PlannedService],
        callsNames: Bool,
        isOfLink: Bool = false,
        image: String
    ) {
        precondition(!services.isEmpty, "a trial tries something")
        self.isOfLink = isOfLink
        self.job = job
        self.services = services
        self.callsNames = callsNames
        self.image = image
    }

    /// Where the Job runs.
    package var namespace: String { services[0].service.namespace }
}

/// A port of a Service.
package struct ServicePort: Sendable, Hashable, Codable {
    /// Empty when the Service has one unnamed port.
    package var name: String
    /// The number that callers dial, from 1 to 65535.
    package var port: Int
    /// `TCP`, `UDP` or `SCTP`.
    package var transport: String
    /// A number or the name of a container's port, as text; nil when it is the port itself.
    package var targetPort: String?
    /// What is spoken, where somebody says so: `http`, `kubernetes.io/h2c`.
    package var appProtocol: String?

    /// Takes a port as the object has it.
    package init(
        name: String,
        port: Int,
        transport: String = "TCP",
        targetPort: String? = nil,
        appProtocol: String? = nil
    ) {
        self.name = name
        self.port = port
        self.transport = transport
        self.targetPort = targetPort
        self.appProtocol = appProtocol
    }
}
