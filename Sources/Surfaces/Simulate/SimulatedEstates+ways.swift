import EmbeddedSites
import JSONValues
import MigrationFile
import MigrationModel
import Simulation
import Twin

extension SimulatedEstates {
    /// Connections get less time to end than some of them take.
    static var fileOfWays: MigrationFile {
        var file = file(["shop"])
        file.timeouts.drain = .seconds(8)
        return file
    }

    /// What is said of the estates that differ in where bridges lead.
    var fileOfBridges: MigrationFile {
        switch self {
        case .flat: Self.fileOfFlat
        case .kept: Self.fileOfKept
        case .keptNodes: Self.fileOfKeptNodes
        case .balancers, .twoBalancers: Self.fileOfBalancers
        case .entries, .twoEntries: Self.fileOfEntries
        default: Self.file(["shop"], approvals: ApprovalRule(fullShare: true))
        }
    }

    /// How the world behaves in those.
    var settingsOfBridges: SimulationSettings {
        switch self {
        case .entries, .twoEntries: Self.settingsOfEntries
        case .nodes: Self.settingsOfNodes
        default: SimulationSettings()
        }
    }

    /// Whether there are two services only.
    var isOfTwo: Bool { self == .twoBalancers || self == .twoEntries }

    private static var settingsOfNodes: SimulationSettings {
        var settings = SimulationSettings()
        settings.replacesNodes = true
        return settings
    }

    /// Each site routes to the pods of the other, and nobody is waited for.
    static var fileOfFlat: MigrationFile {
        var file = file(["shop"])
        file.bridgeRule = BridgeRule(mode: .podAddresses)
        file.residual = .accept
        return file
    }

    /// Something in the clusters follows the pods, however long somebody is waited for.
    static var fileOfKept: MigrationFile { kept(.podAddresses) }

    /// The same for nodes, some of which are replaced meanwhile.
    static var fileOfKeptNodes: MigrationFile { kept(.nodePorts) }

    /// Each name has a load balancer at each site.
    static var fileOfBalancers: MigrationFile {
        var file = file(["shop"])
        file.bridgeRule = BridgeRule(mode: .loadBalancer, annotations: [:])
        return file
    }

    /// The sites know each other's names by their hosts.
    static var fileOfEntries: MigrationFile {
        var file = file(["shop"])
        file.bridgeRule = BridgeRule(
            mode: .entry,
            entries: entryAddresses,
            connectionsMax: .seconds(20)
        )
        return file
    }

    /// Where pods dial the entry of each site.
    private static var entryAddresses: [SiteRole: String] {
        [
            .source: "http://\(TwinSite.source.entryAddress)",
            .target: "http://\(TwinSite.target.entryAddress)",
        ]
    }

    /// Entries take nearly all of the time that there is to settle.
    static var settingsOfEntries: SimulationSettings {
        var settings = SimulationSettings()
        settings.entryLag = .milliseconds(50)...(.milliseconds(650))
        return settings
    }

    /// One that is reached from outside, and one that it calls.
    static var manifestsOfTwo: [JSON] {
        DemoEstate.manifests(of: [
            DemoEstate.Service(
                namespace: "shop",
                name: "home",
                calls: ["rates.shop"],
                host: "home.example"
            ),
            DemoEstate.Service(namespace: "shop", name: "rates"),
        ])
    }

    private static func kept(_ mode: BridgeRule.Mode) -> MigrationFile {
        var file = file(["shop"], approvals: ApprovalRule(fullShare: true))
        file.bridgeRule = BridgeRule(
            mode: mode,
            keeper: BridgeRule.Keeper(
                image: "example.org/kubectl:1",
                apis: [.source: "https://10.1.255.1", .target: "https://10.2.255.1"]
            )
        )
        return file
    }

    static var settingsOfWays: SimulationSettings {
        var settings = SimulationSettings()
        settings.residualMax = .seconds(20)
        return settings
    }

    /// Three that call each other in a circle, two of them behind one route; one with two routes; and one
    /// that only others call.
    static var manifestsOfWays: [JSON] {
        let services = [
            DemoEstate.Service(
                namespace: "shop",
                name: "home",
                calls: ["basket.shop"],
                host: "home.example",
                replicas: 2
            ),
            DemoEstate.Service(
                namespace: "shop",
                name: "basket",
                calls: ["orders.shop", "rates.shop"]
            ),
            DemoEstate.Service(
                namespace: "shop",
                name: "orders",
                calls: ["home.shop"],
                host: "orders.example"
            ),
            DemoEstate.Service(namespace: "shop", name: "rates", replicas: 2),
        ]
        return DemoEstate.manifests(of: services) + [
            entry("also", host: "orders-too.example", paths: ["/": "orders"]),
            entry("together", host: "both.example", paths: ["/": "home", "/basket": "basket"]),
        ]
    }
}
