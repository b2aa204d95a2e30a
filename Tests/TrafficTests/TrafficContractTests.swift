import ControlPlaneSupport
import MigrationModel
import MigrationPorts
import Testing

/// What every balancer must do, held against each that is here.
@Suite(.serialized) struct TrafficContractTests {
    /// A balancer and a sentence that it has to keep.
    struct Pair: Sendable, CustomTestStringConvertible {
        let kind: BalancerKind
        let contract: TrafficCase

        var testDescription: String { "\(kind.testDescription): \(contract.says)" }

        static let all = BalancerKind.here.flatMap { kind in
            TrafficCase.all.filter { kind.countsAll || !$0.needsCounts }
                .map { Pair(kind: kind, contract: $0) }
        }
    }

    private static let assets = ControlPlane.assets("KUBEBUILDER_ASSETS")

    @Test(arguments: Pair.all)
    func `a balancer keeps the contract`(_ pair: Pair) async throws {
        try await Rig.run(pair.kind, pair.contract.hold)
    }

    /// One control plane for all: each case of each kind has a namespace of its own.
    @Test(.enabled(if: assets != nil, "KUBEBUILDER_ASSETS names no API server to run"))
    func `objects of a real control plane keep the contract`() async throws {
        let assets = try #require(Self.assets)
        try await SitePair.real(source: assets, target: assets) { pair in
            for kind in RouteSample.Kind.allCases {
                for contract in TrafficCase.all where !contract.needsCounts {
                    let name = "\(kind.rawValue.lowercased())-\(contract.name)"
                    do {
                        let scene = try await RouteScene(kind, in: pair, name: name)
                        try await contract.hold(scene.rig)
                        print("kept with \(kind.rawValue): \(contract.says)")
                    } catch {
                        Issue.record(error, "\(kind.rawValue): \(contract.says)")
                    }
                }
            }
        }
    }
}
