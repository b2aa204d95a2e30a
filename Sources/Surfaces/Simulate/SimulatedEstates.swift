import EmbeddedSites
import JSONValues
import MigrationFile
import MigrationModel
import Simulation
import Twin

/// The estates that the project's own simulations move.
enum SimulatedEstates: String, CaseIterable {
    /// One service that is reached from outside: what is enumerated.
    case single
    /// Three services that call each other, two of them reached from outside.
    case shop
    /// The same three, switched as a whole site.
    case whole
    /// The fifty services of the demo.
    case demo
    /// Workloads of every kind.
    case kinds
    /// A store in pods of its own, which has one writer: they never run at both sites.
    case store
    /// A store whose writer changes sides while somebody writes all the time.
    case writer
    /// The three services, whose pods take up to twenty seconds to start, each another time.
    case slow
    /// The three services, with probes of every kind, a number and a comparison.
    case probes
    /// Routes of several workloads, workloads of several routes, and a circle of calls; connections that do
    /// not end by themselves.
    case ways
    /// The three services, with bridges to pods.
    case flat
    /// The same, with keepers of the bridges and somebody to wait for.
    case kept
    /// The three services, with keepers of bridges to node ports, and nodes that are replaced.
    case keptNodes
    /// The three services, with bridges to load balancers, whose addresses come late.
    case balancers
    /// The three services, with bridges to entries, which follow as late as there is time for.
    case entries
    /// One service that is reached from outside and one that it calls, with bridges to load balancers: what
    /// is enumerated too.
    case twoBalancers
    /// The same two, with bridges to entries.
    case twoEntries
    /// The three services, with nodes that are replaced, and nothing but the run's steps to follow them.
    case nodes

    /// The estate that has what a bug needs to show; nil where any will do.
    init?(toFind mutant: Mutant) {
        switch mutant {
        case _ where mutant.isOfKinds: self = .kinds
        case _ where mutant.isOfStores: self = .writer
        case .doesNotSettle: self = .kinds
        case .overlooksConnections, .overlooksReloads, .trustsAcceptedWeight: self = .ways
        case .takesAskedForReady: self = .slow
        case .keeperFollowsNobody: self = .keptNodes
        case .refreshesNoBridges: self = .nodes
        case .triesNoBridges: self = .balancers
        case .leavesEntriesOfBridges, .forgetsKeptConnections: self = .entries
        default: return nil
        }
    }

    /// All of them, as a person writes them.
    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    func made() throws -> SimulatedEstate {
        switch self {
        case .single:
            try SimulatedEstate(
                Self.file(["shop"]),
                source: DemoEstate.manifests(of: [
                    DemoEstate.Service(namespace: "shop", name: "home", host: "home.example")
                ])
            )
        case .shop:
            try SimulatedEstate(
                Self.file(["shop"], approvals: ApprovalRule(fullShare: true, irreversible: true)),
                source: Self.manifestsOfServices
            )
        case .whole:
            try SimulatedEstate(
                Self.file(["shop"], strategy: .wholeSite),
                source: Self.manifestsOfServices
            )
        case .kinds:
            try SimulatedEstate(Self.fileOfKinds, source: Self.manifestsOfKinds)
        case .store:
            try SimulatedEstate(Self.fileOfStore, source: DemoEstate.manifests(of: Self.storing))
        case .writer:
            try SimulatedEstate(Self.fileOfWriter, source: DemoEstate.manifests(of: Self.storing))
        case .probes:
            try SimulatedEstate(Self.fileOfProbes, source: Self.manifestsOfServices)
        case .ways:
            try SimulatedEstate(
                Self.fileOfWays,
                source: Self.manifestsOfWays,
                settings: Self.settingsOfWays
            )
        case .slow:
            try SimulatedEstate(
                Self.file(["shop"]),
                source: Self.manifestsOfServices,
                settings: Self.settingsOfSlow
            )
        case .flat, .kept, .keptNodes, .nodes, .balancers, .entries, .twoBalancers, .twoEntries:
            try SimulatedEstate(
                fileOfBridges,
                source: isOfTwo ? Self.manifestsOfTwo : Self.manifestsOfServices,
                settings: settingsOfBridges
            )
        case .demo:
            try SimulatedEstate(
                Self.file(DemoEstate.namespaces),
                source: DemoEstate.manifests(of: DemoEstate.services)
            )
        }
    }

    private static var settingsOfSlow: SimulationSettings {
        var settings = SimulationSettings()
        settings.nodes.startDelay = .seconds(1)...(.seconds(20))
        return settings
    }

    /// The three services.
    static var manifestsOfServices: [JSON] { DemoEstate.manifests(of: services) }

    private static let services = [
        DemoEstate.Service(
            namespace: "shop",
            name: "home",
            calls: ["basket.shop"],
            host: "home.example",
            replicas: 2,
            hasDisruptionBudget: true
        ),
        DemoEstate.Service(
            namespace: "shop",
            name: "basket",
            calls: ["rates.shop"],
            host: "basket.example",
            replicas: 2,
            isAutoscaled: true
        ),
        DemoEstate.Service(namespace: "shop", name: "rates"),
    ]

    private static let storing = [
        DemoEstate.Service(namespace: "shop", name: "home", host: "home.example"),
        DemoEstate.Service(namespace: "shop", name: "ledger", isStateful: true),
    ]

    private static var fileOfStore: MigrationFile {
        var file = file(["shop"])
        let store = WorkloadID(kind: "StatefulSet", namespace: "shop", name: "ledger")
        file.workloads = [WorkloadRule(workload: store, activation: .exclusive)]
        return file
    }

    private static var fileOfWriter: MigrationFile {
        var file = file(["shop"])
        let workload = WorkloadID(kind: "StatefulSet", namespace: "shop", name: "ledger")
        let store = Store(
            name: "ledger",
            workload: workload,
            program: ["./ledger"],
            behindMax: 50,
            timeoutMilliseconds: 5_000
        )
        file.stores = [StoreRule(store: store, joinMax: .seconds(300))]
        return file
    }

    static func file(
        _ namespaces: [String],
        approvals: ApprovalRule = ApprovalRule(),
        strategy: CrossingStrategy = .workloads
    ) -> MigrationFile {
        var file = MigrationFile(
            name: "simulated",
            source: SiteAddress(context: "source"),
            target: SiteAddress(context: "target"),
            namespaces: namespaces.sorted(),
            traffic: TrafficRule(balancer: .twin(url: "http://127.0.0.1", front: nil)),
            strategy: strategy,
            approvals: approvals,
            settle: .milliseconds(700)
        )
        file.ramp.limits.requestsMin = 20
        file.ramp.limits.soakMilliseconds = 1_000
        return file
    }
}
