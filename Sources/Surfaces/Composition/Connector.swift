import Clocks
import HAProxyRuntime
import HTTPTransport
import HTTPTransportNIO
import KubernetesAPI
import KubernetesCopy
import MigrationFile
import MigrationModel
import MigrationPorts
import PlatformKubernetes
import StorePrograms
import Synchronization
import TrafficHAProxy
import TrafficKubernetes
import TrafficTwin

/// Connects what a migration file names, and closes it again.
package final class Connector: Sendable {
    let environment: HostEnvironment
    let time: any TimeSource
    /// Where the migration file lies: what its relative paths are relative to.
    let directory: String
    /// The contexts for which `insecure-skip-tls-verify` was loudly allowed.
    private let unverified: Set<String>
    private let draw: @Sendable () -> Double
    private let remark: @Sendable (String) -> Void
    private let opened = Mutex<[NIOTransport]>([])

    /// `draw` gives a number from 0 up to 1, another one each time; `remark` hears, whenever a site is
    /// connected, what a person should know of the way there: that its certificate is not verified,
    /// that credentials stay unused.
    package init(
        environment: HostEnvironment,
        directory: String,
        unverified: Set<String>,
        time: any TimeSource,
        draw: @escaping @Sendable () -> Double,
        remark: @escaping @Sendable (String) -> Void
    ) {
        self.environment = environment
        self.directory = directory
        self.unverified = unverified
        self.time = time
        self.draw = draw
        self.remark = remark
    }

    /// Nothing is sent yet: what cannot be reached shows when it is asked.
    package func connect(_ file: MigrationFile) throws -> MigrationAccess {
        let file = file.withPaths(relativeTo: directory)
        guard let rule = file.traffic else { throw TrafficMissing(migration: file.name) }
        let source = try site(file.source)
        var target = try site(file.target)
        // What stands before both sites is looked at with the target, which comes to depend on it.
        target.tls.servers +=
            try front(of: rule).map { try servers("the front of the balancer", $0) } ?? []
        let fence = WriteFence()
        return MigrationAccess(
            source: source,
            target: target,
            traffic: try traffic(rule, fence) { $0 == .source ? source : target },
            verifier: try verifier(file, source: source, target: target),
            stores: StorePrograms(
                StoreProgram(file, directory: directory),
                variables: environment.variables,
                fence: fence
            ),
            time: time,
            plainCommands: PlainCommands(file, rule, directory: directory),
            fence: fence,
            copying: try ConfigurationTransform(file.copyRule())?.making
        )
    }

    /// A cluster without anything around it, for what needs no traffic.
    ///
    /// `observer` is told of its calls and of what the server remarks.
    package func client(
        of address: SiteAddress,
        observer: KubernetesClient.Observer = KubernetesClient.Observer()
    ) throws -> KubernetesClient {
        try site(address, observer: observer).client
    }

    /// Any other server, without credentials.
    package func transport(to origin: HTTPOrigin) throws -> any HTTPTransport {
        try open(HTTPSite(origin: origin))
    }

    /// Closes every connection.
    package func shutdown() async throws {
        let transports = opened.withLock { opened in
            defer { opened = [] }
            return opened
        }
        for transport in transports { try await transport.shutdown() }
    }

    private func site(
        _ address: SiteAddress,
        observer: KubernetesClient.Observer = KubernetesClient.Observer()
    ) throws -> SiteConnection {
        let kubeconfig = try Kubeconfig(
            explicitPath: address.kubeconfig,
            environment: environment
        )
        var policy = KubeconfigPolicy.own
        policy.allowsUnverifiedTLS = unverified.contains(address.context)
        let access = try kubeconfig.access(
            Kubeconfig.Selection(context: address.context, policy: policy),
            environment: environment,
            time: time
        )
        access.notes.forEach(remark)
        let client = access.client(
            over: try open(access.site),
            time: time,
            observer: observer,
            draw: draw
        )
        let entry = try address.entry.map { try HTTPSite(origin: origin($0)) }
        var tls = SiteTLS(
            servers: try servers("the API server", access.site, isAPI: true)
                + (entry.map { try servers("its entry", $0) } ?? [])
        )
        tls.identity = access.site.tls.identity.map {
            String(decoding: $0.certificateChain, as: UTF8.self)
        }
        return SiteConnection(
            context: address.context,
            client: client,
            entry: try entry.map(open),
            tls: tls
        )
    }

    /// None where TLS is not spoken.
    private func servers(
        _ name: String,
        _ site: HTTPSite,
        isAPI: Bool = false
    ) throws -> [SiteTLS.Server] {
        guard let peer = try NIOTLSPeer(site) else { return [] }
        return [
            SiteTLS.Server(
                name: "\(name) (\(site.origin))",
                host: site.tls.serverName ?? site.origin.host,
                peer: peer,
                isAPI: isAPI,
                isVerified: site.tls.roots != .unverified
            )
        ]
    }

    /// Where our own requests meet the balancer.
    private func front(of rule: TrafficRule) throws -> HTTPSite? {
        let url: String? =
            switch rule.balancer {
            case .kubernetes(let kubernetes): kubernetes.evidence.front
            case .twin(_, let front): front
            case .haproxy(let haproxy): haproxy.front
            }
        return try url.map { HTTPSite(origin: try origin($0)) }
    }

    private func traffic(
        _ rule: TrafficRule,
        _ fence: WriteFence,
        _ connection: (SiteRole) -> SiteConnection
    ) throws -> any TrafficProvider {
        switch rule.balancer {
        case .kubernetes(let kubernetes):
            let site = connection(kubernetes.site)
            let evidence = kubernetes.evidence
            return TrafficKubernetes(
                routes: kubernetes.routes,
                client: site.client.guarded { fence.refusal },
                context: site.context,
                evidence: ProbeEvidence(
                    front: try open(HTTPSite(origin: origin(evidence.front))),
                    hosts: rule.hosts,
                    marker: ProbeEvidence.Marker(
                        header: evidence.header,
                        source: evidence.source,
                        target: evidence.target
                    ),
                    grace: evidence.drain,
                    time: time
                ),
                ownersAreHandled: kubernetes.ownersAreHandled,
                time: time
            )
        case .twin(let url, let front):
            let control = try open(HTTPSite(origin: try origin(url)))
            let front = try front.map { try open(HTTPSite(origin: origin($0))) }
            return TrafficTwin(
                transport: GuardedTransport(control) { fence.refusal },
                front: front,
                hosts: rule.hosts
            )
        case .haproxy(let haproxy):
            let front = try haproxy.front.map { try open(HTTPSite(origin: origin($0))) }
            return TrafficHAProxy(haproxy, hosts: rule.hosts, front: front)
        }
    }

    private func origin(_ url: String) throws -> HTTPOrigin {
        try HTTPBaseURL(parsing: url).origin
    }

    private func open(_ site: HTTPSite) throws -> NIOTransport {
        let transport = try NIOTransport(site)
        opened.withLock { $0.append(transport) }
        return transport
    }
}

/// A file that is for copies only says nothing of a balancer.
package struct TrafficMissing: Error, Sendable, CustomStringConvertible {
    let migration: String

    package var description: String {
        "the migration \(migration) says nothing of spec.traffic, without which nothing can cross; "
            + "write which balancer leads to both sites"
    }
}

extension TrafficHAProxy {
    fileprivate convenience init(
        _ rule: HAProxyRule,
        hosts: [RouteID: String],
        front: (any HTTPTransport)?
    ) {
        self.init(
            runtime: HAProxyRuntime(address: rule.socket.address),
            master: rule.masterSocket.map { HAProxyRuntime(address: $0.address) },
            naming: rule.naming(hosts: hosts),
            stateFilePath: rule.stateFile,
            front: front
        )
    }
}
