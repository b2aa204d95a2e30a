import HTTPTransport
import KubernetesAPI
import MigrationEngine
import MigrationModel
import MigrationPorts
import PlatformKubernetes

/// What one process of a simulation works with: the providers as they are, over a wire of its own.
struct DriverAccess: Sendable {
    private let world: SimulatedWorld
    private let incarnation: Incarnation
    private let nemesis: any Nemesis
    private let watch: RunWatch?
    /// What the driver's own leases open and close.
    private let fence = WriteFence()
    private let clients: [SiteRole: KubernetesClient]
    /// Not fenced: how a driver learns whether it is still one.
    private let leaseClients: [SiteRole: KubernetesClient]

    /// A mutant sends without a fence, or without versions.
    init(
        _ world: SimulatedWorld,
        _ incarnation: Incarnation,
        _ nemesis: any Nemesis,
        watch: RunWatch?,
        mutant: Mutant? = nil
    ) {
        self.world = world
        self.incarnation = incarnation
        self.nemesis = nemesis
        self.watch = watch
        let time = IncarnationTime(base: world.time, incarnation: incarnation)
        var clients: [SiteRole: KubernetesClient] = [:]
        var leaseClients: [SiteRole: KubernetesClient] = [:]
        for site in SiteRole.allCases {
            let server = SimulatedSiteAPI(site: world[site])
            guard let watch else {
                let client = KubernetesClient(transport: InProcessTransport(server), time: time)
                clients[site] = client
                leaseClients[site] = client
                continue
            }
            let wire = DriverWire(
                site: site,
                server: server,
                incarnation: incarnation,
                nemesis: nemesis,
                time: time,
                scheduler: world.scheduler,
                latency: world.latency,
                watch: watch
            )
            func client(_ fence: WriteFence?) -> KubernetesClient {
                let transport = DriverTransport(incarnation: incarnation, fence: fence, wire: wire)
                guard mutant == .sendsNoVersions else {
                    return KubernetesClient(transport: transport, time: time)
                }
                return KubernetesClient(transport: MutantTransport(base: transport), time: time)
            }
            clients[site] = client(mutant == .sendsAfterItsLease ? nil : fence)
            leaseClients[site] = client(nil)
        }
        self.clients = clients
        self.leaseClients = leaseClients
    }

    func platform(_ site: SiteRole) -> any Platform {
        KubernetesPlatform(
            site: site,
            client: client(site, in: clients),
            counterpart: client(site.counterpart, in: clients),
            context: site.rawValue,
            sealing: NothingToSeal(),
            entry: EntryProber(transport: InProcessTransport(world[site])),
            copiedForm: CopiedForm(world.settings.copying),
            refreshes: RecentRefreshes(),
            time: time
        )
    }

    func leases(of migration: String) -> LeasePair {
        LeasePair(source: lease(.source, migration), target: lease(.target, migration))
    }

    /// The environment of a driver.
    func environment(
        journal: JournalMemory,
        migration: String,
        driver: String,
        prepared: PreparedPlan?,
        watch: RunWatch,
        report: @escaping @Sendable (RunEvent) -> Void
    ) -> RunEnvironment {
        var environment = RunEnvironment(
            world: MigrationWorld(
                source: platform(.source),
                target: platform(.target),
                traffic: DriverTraffic(balancer: world.balancer, call: call("the balancer", watch)),
                verifier: SimulatedVerifier(network: world.network),
                stores: DriverStores(stores: world.stores, call: call("the store", watch))
            ),
            journal: DriverJournal(
                disk: journal,
                incarnation: incarnation,
                nemesis: nemesis,
                watch: watch
            ),
            leases: leases(of: migration),
            time: time,
            driver: driver,
            fence: fence,
            report: report
        )
        environment.prepared = prepared
        return environment
    }

    private func call(_ name: String, _ watch: RunWatch) -> DriverCall {
        DriverCall(
            name: name,
            incarnation: incarnation,
            fence: fence,
            nemesis: nemesis,
            time: time,
            scheduler: world.scheduler,
            latency: world.latency,
            watch: watch
        )
    }

    private var time: IncarnationTime {
        IncarnationTime(base: world.time, incarnation: incarnation)
    }

    private func lease(_ site: SiteRole, _ migration: String) -> any RunLease {
        KubernetesRunLease(
            site: site,
            client: client(site, in: leaseClients),
            context: site.rawValue,
            migration: migration,
            time: time
        )
    }

    private func client(
        _ site: SiteRole,
        in clients: [SiteRole: KubernetesClient]
    ) -> KubernetesClient {
        guard let client = clients[site] else { preconditionFailure("every site has a client") }
        return client
    }
}

extension SimulatedWorld {
    /// How long a call is on its way, drawn anew for each.
    var latency: @Sendable () -> Duration {
        let (choices, range) = (choices, settings.callLatency)
        return { choices.duration(in: range) }
    }
}
