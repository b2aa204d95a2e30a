import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// A name that is led across a bridge and back.
    static let turning: [PlatformCase] = [
        PlatformCase("turn", "a name turned there and back always has endpoints and never loops") {
            let scene = try await Scene.open($0, in: $1)
            let labels = ["app": "web", "tier": "front"]
            for site in [scene.pair.source, scene.pair.target] {
                let address = site.role == .source ? "10.1.0.1" : "10.2.0.1"
                try await site.addReadyPod(
                    "web-1",
                    in: scene.namespace,
                    labels: labels,
                    address: address
                )
            }
            let moves = try await scene.moves()
            let turn = Turn(scene: scene)
            for name in [
                "local name at the source", "local name at the target", "copies",
                "bridge at the target",
            ] {
                let move = try #require(moves.first { $0.description == name })
                try await scene.perform(move, from: try await scene.survey(move))
            }
            try await turn.wait(for: .local, of: scene.service, at: .source)
            try await turn.wait(for: .bridge, of: scene.service, at: .target)
            for site in SiteRole.allCases {
                try await turn.wait(for: .local, of: scene.service.localName, at: site)
            }
            let begin = try await turn.versions()
            try await turn.goAndComeBack(moves)
            try await turn.check(since: begin)
        }
    ]
}

/// Turns the names of a scene as a plan would, and looks what their callers had of it.
private struct Turn {
    let scene: Scene

    func wait(
        for kind: EndpointKind,
        of service: ServiceName,
        at site: SiteRole
    ) async throws {
        let platform = scene.pair.platform(site)
        let condition = Condition.endpoints(site: site, service: service, kind: kind)
        try await scene.pair.wait(until: "\(service) has \(kind.rawValue) endpoints") {
            try await platform.check(condition, replicas: nil) == .holds
        }
    }

    /// Target first, then source; and back the other way round.
    func goAndComeBack(_ moves: [Scene.Move]) async throws {
        let steps:
            [(name: String, gate: (SiteRole, EndpointKind), gateBack: (SiteRole, EndpointKind))] =
                [
                    ("selector at the target", (.target, .local), (.target, .bridge)),
                    ("no bridge at the target", (.target, .local), (.target, .bridge)),
                    ("bridge at the source", (.source, .bridge), (.source, .local)),
                    ("no selector at the source", (.source, .bridge), (.source, .local)),
                ]
        var made: [(Scene.Move, BeforeImage, (SiteRole, EndpointKind))] = []
        for step in steps {
            let move = try #require(moves.first { $0.description == step.name })
            let before = try await scene.survey(move)
            try await scene.perform(move, from: before)
            try await wait(for: step.gate.1, of: scene.service, at: step.gate.0)
            try await expectNoLoop("\(move)")
            made.append((move, before, step.gateBack))
        }
        for (move, before, gate) in made.reversed() {
            try await scene.undo(move, to: before)
            try await wait(for: gate.1, of: scene.service, at: gate.0)
            try await expectNoLoop("\(move), undone")
        }
    }

    /// A bridge leads to node ports of the other site's local name, a local name to pods only, and
    /// the two names never both to a bridge.
    private func expectNoLoop(_ moment: String) async throws {
        var bridged: [SiteRole] = []
        for site in SiteRole.allCases {
            let slices = try await slices(of: scene.service, at: site)
            let bridges = slices.filter(isBridge)
            if !bridges.isEmpty { bridged.append(site) }
            let local = try await scene.pair[site.counterpart].get(
                scene.reference("v1", "Service", "web-local")
            )
            let ports = (local.at("spec", "ports")?.array ?? []).compactMap { $0["nodePort"]?.int }
            for bridge in bridges {
                let led = (bridge["ports"]?.array ?? []).compactMap { $0["port"]?.int }
                #expect(led == ports && led.count == 2, "\(moment): \(site.rawValue)")
            }
            let behind = try await self.slices(of: scene.service.localName, at: site)
            #expect(!behind.contains(where: isBridge), "\(moment): \(site.rawValue)")
        }
        #expect(bridged.count <= 1, "\(moment): both sites lead to each other")
    }

    private func isBridge(_ slice: JSON) -> Bool { slice.name?.hasSuffix("-bridge") == true }

    private func slices(of service: ServiceName, at site: SiteRole) async throws -> [JSON] {
        try await scene.pair[site]
            .list("discovery.k8s.io/v1", "EndpointSlice", in: scene.namespace)
            .filter { $0.labels["kubernetes.io/service-name"] == service.name }
    }

    /// The version of each site's slices now, from which a watch can be read later.
    func versions() async throws -> [SiteRole: ObjectList] {
        var lists: [SiteRole: ObjectList] = [:]
        for site in SiteRole.allCases {
            let kind = try await sliceKind(at: site)
            let list = try await scene.pair[site].client.list(kind, namespace: scene.namespace)
            lists[site] = list
        }
        return lists
    }

    private func sliceKind(at site: SiteRole) async throws -> ResourceKind {
        try await scene.pair[site]
            .kind(scene.reference("discovery.k8s.io/v1", "EndpointSlice", ""))
    }

    /// Reads everything that a proxy was told since, in its order.
    func check(since begin: [SiteRole: ObjectList]) async throws {
        for site in SiteRole.allCases {
            let list = try #require(begin[site])
            let end = scene.reference("discovery.k8s.io/v1", "EndpointSlice", "end")
            try await scene.pair[site].create([
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": ["name": "end", "namespace": .string(scene.namespace)],
                "addressType": "IPv4", "endpoints": [],
            ])
            var view = ProxyView(scene.service.name, list.items)
            #expect(view.readyCount > 0)
            var states: Set<String> = [view.state]
            let watch = try scene.pair[site].client.watch(
                try await sliceKind(at: site),
                namespace: scene.namespace,
                from: list.resourceVersion
            )
            for try await event in watch {
                if event.object?.name == end.name { break }
                view.take(event)
                states.insert(view.state)
                #expect(view.readyCount > 0, "\(site.rawValue): nobody answers after \(event)")
            }
            // It was led across and came back: a watch that saw nothing would prove nothing.
            #expect(states.isSuperset(of: ["local", "both", "bridge"]), "\(site.rawValue)")
        }
    }
}

/// The slices of one name as somebody knows them who is told of each change.
private struct ProxyView {
    private let service: String
    private var slices: [String: JSON] = [:]

    init(_ service: String, _ slices: [JSON]) {
        self.service = service
        for slice in slices { put(slice) }
    }

    mutating func take(_ event: WatchEvent) {
        switch event {
        case .added(let slice), .modified(let slice): put(slice)
        case .deleted(let slice): slices[slice.name ?? ""] = nil
        default: break
        }
    }

    private mutating func put(_ slice: JSON) {
        guard slice.labels["kubernetes.io/service-name"] == service else { return }
        slices[slice.name ?? ""] = slice
    }

    var readyCount: Int { ready(slices.values) }

    /// Whom callers may reach: pods of their site, the other site, or both.
    var state: String {
        let bridge = ready(slices.values.filter { $0.name?.hasSuffix("-bridge") == true })
        let local = readyCount - bridge
        return switch (local > 0, bridge > 0) {
        case (true, true): "both"
        case (true, false): "local"
        case (false, true): "bridge"
        case (false, false): "nobody"
        }
    }

    private func ready(_ slices: some Sequence<JSON>) -> Int {
        slices.flatMap { $0["endpoints"]?.array ?? [] }
            .count { $0.at("conditions", "ready")?.bool ?? true }
    }
}
