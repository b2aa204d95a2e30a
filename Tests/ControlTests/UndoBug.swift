import Composition
import EmbeddedAPI
import JSONValues
import KubernetesObjects
import MigrationEngine
import MigrationModel
import MigrationPorts
import Testing
import Twin

/// A way to break the way back, and what the comparison must say of it.
struct UndoBug: Sendable, CustomTestStringConvertible {
    /// What an undo does instead of what it should.
    enum Kind: Sendable {
        case skips(SiteRole, @Sendable (SiteChange) -> Bool)
        case scales(to: Int)
        case resetsWeights(to: String)
        case alsoDoes(@Sendable (EmbeddedCluster) throws -> Void)
    }

    let testDescription: String
    let kind: Kind
    /// Part of a difference that must be told.
    let difference: String

    init(_ description: String, _ kind: Kind, tells difference: String) {
        testDescription = description
        self.kind = kind
        self.difference = difference
    }

    /// The world with this bug in it.
    func world(_ world: MigrationWorld, _ pair: TwinPair) -> MigrationWorld {
        MigrationWorld(
            source: BrokenPlatform(inner: world.source, site: .source, bug: kind, pair: pair),
            target: BrokenPlatform(inner: world.target, site: .target, bug: kind, pair: pair),
            traffic: BrokenTraffic(inner: world.traffic, bug: kind),
            verifier: world.verifier
        )
    }

    /// Every kind of change whose undo shows in the end.
    ///
    /// The undo of what was done to an object that the way back deletes (replicas, selectors and
    /// the removed bridges of the target's copies) leaves no trace in the end, done or not.
    static let all: [UndoBug] = [
        UndoBug(
            "leaves what it created",
            .skips(.target) { if case .create = $0 { true } else { false } },
            tells: "target: Deployment shop/home came"
        ),
        UndoBug(
            "leaves the local names of the source",
            .skips(.source) { if case .addLocalName = $0 { true } else { false } },
            tells: "source: Service shop/home-local came"
        ),
        UndoBug(
            "leaves the local names of the target",
            .skips(.target) { if case .addLocalName = $0 { true } else { false } },
            tells: "target: Service shop/basket-local came"
        ),
        UndoBug(
            "leaves the bridges of the source",
            .skips(.source) { if case .addBridge = $0 { true } else { false } },
            tells: "source: EndpointSlice shop/home-bridge came"
        ),
        UndoBug(
            "leaves the bridges of the target",
            .skips(.target) { if case .addBridge = $0 { true } else { false } },
            tells: "target: EndpointSlice shop/home-bridge came"
        ),
        UndoBug(
            "leaves the trials of the source",
            .skips(.source) { if case .tryBridges = $0 { true } else { false } },
            tells: "source: Job shop/diolkos-try-"
        ),
        UndoBug(
            "leaves the trials of the target",
            .skips(.target) { if case .tryBridges = $0 { true } else { false } },
            tells: "target: Job shop/diolkos-try came"
        ),
        UndoBug(
            "leaves the Job that sent bytes over the link",
            .skips(.source) { if case .tryTransfer = $0 { true } else { false } },
            tells: "source: Job shop/diolkos-try-transfer came"
        ),
        UndoBug(
            "leaves the entry at local names",
            .skips(.source) { if case .pointEntryToLocalNames = $0 { true } else { false } },
            tells: "source: Ingress shop/home .spec.rules"
        ),
        UndoBug(
            "gives replicas as a constant",
            .scales(to: 4),
            tells: "source: Deployment shop/home .spec.replicas: 2 became 4"
        ),
        UndoBug(
            "resets weights",
            .resetsWeights(to: "100/0"),
            tells: "weights: [\"home.example 173/0\"] became [\"home.example 100/0\"]"
        ),
        UndoBug(
            "takes an annotation away",
            .alsoDoes { cluster in
                try cluster.mutate(.services, namespace: "shop", name: "home", manager: "bug") {
                    $0.annotations = [:]
                }
            },
            tells: "source: Service shop/home .metadata.annotations.shop.example/owner"
        ),
        UndoBug(
            "makes an object anew",
            .alsoDoes { cluster in
                guard let old = cluster.get(.configMaps, namespace: "shop", name: "settings") else {
                    return
                }
                try cluster.delete(.configMaps, namespace: "shop", name: "settings")
                var new = old
                new["metadata"] = ["name": "settings", "namespace": "shop"]
                try cluster.create(new, manager: "bug")
            },
            tells: "source: ConfigMap shop/settings was replaced"
        ),
        UndoBug(
            "leaves a lease",
            .alsoDoes { cluster in
                let lease: JSON = [
                    "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                    "metadata": ["name": "diolkos-left", "namespace": "default"],
                ]
                if cluster.get(.leases, namespace: "default", name: "diolkos-left") == nil {
                    try cluster.create(lease, manager: "bug")
                }
            },
            tells: "source: Lease default/diolkos-left came"
        ),
    ]
}

/// A platform whose undo has a bug.
private struct BrokenPlatform: PassingPlatform {
    let inner: any Platform
    let site: SiteRole
    let bug: UndoBug.Kind
    let pair: TwinPair

    func undo(
        _ change: SiteChange,
        to before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) {
        var before = before
        switch bug {
        case .skips(site, let isSkipped) where isSkipped(change): return
        case .scales(let count):
            if site == .source, case .scale = change {
                var recorded = before.clear.value
                recorded["replicas"] = .int(count)
                before = BeforeImage(clear: recorded)
            }
        case .alsoDoes(let deed):
            do {
                if site == .source { try deed(pair.source) }
            } catch let error as APIStatusError where [404, 409].contains(error.code) {
                // Undos run side by side, and another one did it at this very moment.
            } catch {
                throw .rejected(reason: "the bug itself failed: \(error)")
            }
        case .skips, .resetsWeights: break
        }
        try await inner.undo(change, to: before, mark: mark)
    }
}

/// A balancer whose weights may come back as a constant.
private struct BrokenTraffic: TrafficProvider {
    let inner: any TrafficProvider
    let bug: UndoBug.Kind

    func routes() async throws(ProviderError) -> [RouteID] { try await inner.routes() }

    func requestedWeight(of route: RouteID) async throws(ProviderError) -> RequestedWeight {
        try await inner.requestedWeight(of: route)
    }

    func setWeight(_ weight: Weight, on route: RouteID) async throws(ProviderError) {
        try await inner.setWeight(weight, on: route)
    }

    func restore(_ requested: RequestedWeight, on route: RouteID) async throws(ProviderError) {
        var requested = requested
        if case .resetsWeights(let native) = bug, requested.weight == .none {
            requested = RequestedWeight(weight: requested.weight, native: native)
        }
        try await inner.restore(requested, on: route)
    }

    func counters(of route: RouteID) async throws(ProviderError) -> RouteCounters {
        try await inner.counters(of: route)
    }

    func probe(_ route: RouteID, path: String) async throws(ProviderError) -> SiteRole? {
        try await inner.probe(route, path: path)
    }
}
