import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What bridges lead to, and what they lead to later.
    static let leading: [PlatformCase] = [
        PlatformCase("fresh", "a bridge is led to the nodes of now, and left alone where it is") {
            let scene = try await LeadScene($0, $1, .nodePorts)
            try await scene.make(.local, at: .source)
            try await scene.make(.bridge, at: .target)
            let first = try await scene.addresses(at: .target)
            #expect(first.count == 1)
            scene.scene.resetTaps()
            try await scene.make(.refresh, at: .target)
            #expect(scene.scene.writes == [])

            try await scene.addNode("node-2", address: "192.0.2.77")
            try await scene.make(.refresh, at: .target)
            let second = try await scene.addresses(at: .target)
            #expect(second == (first + ["192.0.2.77"]).sorted())
            try await scene.undo(.refresh, at: .target)
            #expect(try await scene.addresses(at: .target) == second)

            // Removed and put back, it leads to who is there by then.
            let before = try await scene.survey(.removal, at: .target)
            try await scene.make(.removal, at: .target, from: before)
            try await scene.scene.pair.source.delete(.node("node-2"))
            try await scene.undo(.removal, at: .target, to: before)
            #expect(try await scene.addresses(at: .target) == first)
        },
        PlatformCase("lead-pods", "a bridge to pods holds those that are ready, by their own ports")
        {
            let scene = try await LeadScene($0, $1, .podAddresses)
            try await scene.addPod("web-1", address: "10.1.0.1", port: 8080)
            try await scene.addPod("web-2", address: "10.1.0.2", port: 8081)
            try await scene.addPod("web-3", address: "10.1.0.3", port: 8081, isReady: false)
            try await scene.make(.local, at: .source)
            let local = scene.scene.reference("v1", "Service", "web-local")
            let made = try await scene.scene.pair.source.get(local)
            #expect(made.at("spec", "type") == "ClusterIP")
            try await scene.awaitPods(["10.1.0.1", "10.1.0.2"], unready: ["10.1.0.3"])
            try await scene.make(.bridge, at: .target)
            #expect(
                try await scene.pages(at: .target) == [
                    "web-bridge": ["10.1.0.1 http:8080 admin:8080"],
                    "web-bridge-2": ["10.1.0.2 http:8081 admin:8080"],
                ]
            )
            scene.scene.resetTaps()
            try await scene.make(.refresh, at: .target)
            #expect(scene.scene.writes == [])

            // A pod is replaced; the other one stays where it is.
            try await scene.deletePod("web-1")
            try await scene.addPod("web-4", address: "10.1.0.4", port: 8081)
            try await scene.awaitPods(["10.1.0.2", "10.1.0.4"], unready: ["10.1.0.3"])
            try await scene.make(.refresh, at: .target)
            #expect(
                try await scene.pages(at: .target) == [
                    "web-bridge": [],
                    "web-bridge-2": [
                        "10.1.0.2 http:8081 admin:8080", "10.1.0.4 http:8081 admin:8080",
                    ],
                ]
            )

            // With nobody ready, those known last are kept; and it is undone by looking again.
            let before = try await scene.survey(.removal, at: .target)
            try await scene.deletePod("web-4")
            try await scene.deletePod("web-2")
            try await scene.awaitPods([], unready: ["10.1.0.3"])
            let last = try await scene.pages(at: .target)
            try await scene.make(.refresh, at: .target)
            #expect(try await scene.pages(at: .target) == last)
            try await scene.addPod("web-5", address: "10.1.0.5", port: 8080)
            try await scene.awaitPods(["10.1.0.5"], unready: ["10.1.0.3"])
            try await scene.undo(.refresh, at: .target)
            #expect(
                try await scene.pages(at: .target).values.flatMap { $0 } == [
                    "10.1.0.5 http:8080 admin:8080"
                ]
            )

            // All slices are removed, and put back they lead to who is there by then.
            try await scene.make(.removal, at: .target, from: before)
            #expect(try await scene.pages(at: .target) == [:])
            try await scene.undo(.removal, at: .target, to: before)
            #expect(
                try await scene.pages(at: .target).values.flatMap { $0 } == [
                    "10.1.0.5 http:8080 admin:8080"
                ]
            )
            try await scene.undo(.bridge, at: .target)
            #expect(try await scene.pages(at: .target) == [:])
        },
        PlatformCase("lead-unready", "no bridge leads to pods that are not ready, but waits") {
            let scene = try await LeadScene($0, $1, .podAddresses)
            try await scene.addPod("web-1", address: "10.1.0.1", port: 8080, isReady: false)
            try await scene.make(.local, at: .source)
            try await scene.awaitPods([], unready: ["10.1.0.1"])
            await #expect(throws: ProviderError.self) { try await scene.make(.bridge, at: .target) }
            try await scene.deletePod("web-1")
            try await scene.awaitPods([])
            // Nobody is to be there: a name without pods crosses, too.
            try await scene.make(.bridge, at: .target)
            #expect(try await scene.pages(at: .target) == ["web-bridge": []])
        },
        PlatformCase("lead-balancer", "a bridge leads to a load balancer once it has an address") {
            let scene = try await LeadScene($0, $1, .loadBalancer(annotations: ["cloud/x": "in"]))
            try await scene.make(.local, at: .source)
            let local = scene.scene.reference("v1", "Service", "web-local")
            let made = try await scene.scene.pair.source.get(local)
            #expect(made.at("spec", "type") == "LoadBalancer")
            #expect(made.annotations["cloud/x"] == "in")
            await #expect(throws: ProviderError.self) { try await scene.make(.bridge, at: .target) }
            try await scene.setBalancer([["ip": "203.0.113.7"]])
            try await scene.make(.bridge, at: .target)
            #expect(try await scene.addresses(at: .target) == ["203.0.113.7"])
            #expect(try await scene.ports(at: .target) == [80, 9000])
            // A cloud that made it anew has another address for it.
            try await scene.setBalancer([["ip": "203.0.113.8"]])
            try await scene.make(.refresh, at: .target)
            #expect(try await scene.addresses(at: .target) == ["203.0.113.8"])
        },
        PlatformCase("lead-name", "a load balancer without an address is refused with a way out") {
            let scene = try await LeadScene($0, $1, .loadBalancer(annotations: [:]))
            try await scene.make(.local, at: .source)
            try await scene.setBalancer([["hostname": "x.cloud.example"]])
            do {
                try await scene.make(.bridge, at: .target)
                Issue.record("it was led to a name")
            } catch ProviderError.rejected(let reason) {
                #expect(reason.contains("has a name, x.cloud.example, and no address"))
                #expect(reason.contains("spec.bridges.mode"))
            }
        },
        PlatformCase("lead-entry", "an entry is told of every host that callers write, and forgets")
        {
            let way = BridgeWay.entry(address: "203.0.113.9", port: 8080, ingressClass: "inner")
            let scene = try await LeadScene($0, $1, way)
            try await scene.make(.local, at: .source)
            let rule = scene.scene.reference("networking.k8s.io/v1", "Ingress", "web-bridge")
            let made = try await scene.scene.pair.source.get(rule)
            let rules = made.at("spec", "rules")?.array ?? []
            let name = "web.\(scene.scene.namespace)"
            #expect(
                rules.compactMap { $0["host"]?.string } == [
                    "web", name, "\(name).svc", "\(name).svc.cluster.local",
                ]
            )
            #expect(made.at("spec", "ingressClassName") == "inner")
            #expect(made.backends == ["web-local"])
            // Nobody is at the target yet: there it leads to the name, which leads back.
            try await scene.make(.local, at: .target)
            #expect(try await scene.scene.pair.target.get(rule).backends == ["web"])
            try await scene.make(.bridge, at: .target)
            #expect(try await scene.addresses(at: .target) == ["203.0.113.9"])
            #expect(try await scene.ports(at: .target) == [8080])
            scene.scene.resetTaps()
            try await scene.make(.refresh, at: .target)
            #expect(scene.scene.writes == [])
            try await scene.undo(.local, at: .source)
            #expect(try await scene.scene.pair.source.find(rule) == nil)
            let local = scene.scene.reference("v1", "Service", "web-local")
            #expect(try await scene.scene.pair.source.find(local) == nil)
        },
    ]
}

/// A name at both sites whose bridge leads to the source by some way.
private struct LeadScene {
    enum Kind: String {
        case local
        case bridge
        case removal
        case refresh
    }

    let scene: Scene
    private let planned: PlannedService

    init(_ pair: SitePair, _ namespace: String, _ way: BridgeWay) async throws {
        scene = try await Scene.open(pair, in: namespace)
        var planned = scene.planned
        planned.way = way
        // An entry has one port for all names.
        if case .entry = way { planned.ports = [planned.ports[0]] }
        self.planned = planned
        let copies = try await scene.moves().first { $0.description == "copies" }
        let move = try #require(copies)
        try await scene.perform(move, from: try await scene.survey(move))
    }

    private func move(_ kind: Kind, at site: SiteRole) -> Scene.Move {
        let change: SiteChange =
            switch kind {
            case .local: .addLocalName(service: planned)
            case .bridge: .addBridge(service: planned)
            case .removal: .removeBridge(service: planned)
            case .refresh: .refreshBridges(namespaces: [scene.namespace])
            }
        return Scene.Move(site: site, change: change, description: kind.rawValue)
    }

    func survey(_ kind: Kind, at site: SiteRole) async throws -> BeforeImage {
        try await scene.survey(move(kind, at: site))
    }

    func make(_ kind: Kind, at site: SiteRole, from before: BeforeImage? = nil) async throws {
        let move = move(kind, at: site)
        var image = before
        if image == nil { image = try await scene.survey(move) }
        try await scene.perform(move, from: image ?? BeforeImage())
    }

    func undo(_ kind: Kind, at site: SiteRole, to before: BeforeImage = BeforeImage()) async throws
    {
        try await scene.undo(move(kind, at: site), to: before)
    }

    private func bridge(at site: SiteRole) async throws -> JSON {
        let slice = scene.reference("discovery.k8s.io/v1", "EndpointSlice", "web-bridge")
        return try await scene.pair[site].get(slice)
    }

    func addresses(at site: SiteRole) async throws -> [String] {
        (try await bridge(at: site)["endpoints"]?.array ?? [])
            .flatMap { $0["addresses"]?.array ?? [] }.compactMap(\.string)
    }

    func ports(at site: SiteRole) async throws -> [Int] {
        (try await bridge(at: site)["ports"]?.array ?? []).compactMap { $0["port"]?.int }
    }

    func setBalancer(_ ingress: JSON) async throws {
        try await scene.pair.source.setStatus(
            of: scene.reference("v1", "Service", "web-local"),
            ["loadBalancer": ["ingress": ingress]]
        )
    }

    /// A pod behind the name, whose container calls this port `http`.
    func addPod(
        _ name: String,
        address: String,
        port: Int,
        isReady: Bool = true
    ) async throws {
        try await scene.pair.source.addReadyPod(
            name,
            in: scene.namespace,
            labels: ["app": "web", "tier": "front"],
            address: address,
            port: port,
            isReady: isReady
        )
    }

    func deletePod(_ name: String) async throws {
        try await scene.pair.source.end(scene.reference("v1", "Pod", name))
    }

    /// Waits until the slices of the source's local name hold these.
    func awaitPods(_ ready: Set<String>, unready: Set<String> = []) async throws {
        try await scene.pair.wait(until: "the local name has its endpoints") {
            let slices = try await scene.pair.source
                .list("discovery.k8s.io/v1", "EndpointSlice", in: scene.namespace)
                .filter { $0.labels["kubernetes.io/service-name"] == "web-local" }
            let endpoints = slices.flatMap { $0["endpoints"]?.array ?? [] }
            func addresses(ready isReady: Bool) -> Set<String> {
                Set(
                    endpoints.filter { $0["conditions"]?["ready"]?.bool == isReady }
                        .flatMap { $0["addresses"]?.array ?? [] }.compactMap(\.string)
                )
            }
            return addresses(ready: true) == ready && addresses(ready: false) == unready
        }
    }

    /// What each slice of the bridge holds: addresses with their ports.
    func pages(at site: SiteRole) async throws -> [String: [String]] {
        let slices = try await scene.pair[site]
            .list("discovery.k8s.io/v1", "EndpointSlice", in: scene.namespace)
            .filter { $0.labels["endpointslice.kubernetes.io/managed-by"] == "diolkos.dev" }
        let pages = slices.map { slice -> (String, [String]) in
            let ports = (slice["ports"]?.array ?? [])
                .map { "\($0["name"]?.string ?? ""):\($0["port"]?.int ?? 0)" }
            let addresses = (slice["endpoints"]?.array ?? [])
                .flatMap { $0["addresses"]?.array ?? [] }.compactMap(\.string)
            return (
                slice.name ?? "", addresses.map { "\($0) \(ports.joined(separator: " "))" }
            )
        }
        return Dictionary(uniqueKeysWithValues: pages)
    }

    func addNode(_ name: String, address: String) async throws {
        try await scene.pair.source.create([
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name)],
        ])
        try await scene.pair.source.setStatus(
            of: .node(name),
            [
                "conditions": [["type": "Ready", "status": "True"]],
                "addresses": [["type": "InternalIP", "address": .string(address)]],
            ]
        )
    }
}

extension JSON {
    /// The Services that an Ingress leads to.
    fileprivate var backends: Set<String> {
        let paths = (at("spec", "rules")?.array ?? []).flatMap {
            $0.at("http", "paths")?.array ?? []
        }
        return Set(paths.compactMap { $0.at("backend", "service", "name")?.string })
    }
}
