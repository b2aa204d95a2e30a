import ControlPlaneSupport
import Foundation
import Testing

/// What every Kubernetes site must do for the engine, held against the twin and against real
/// control planes where there are any.
@Suite(.serialized) struct PlatformContractTests {
    private static let assets = ControlPlane.assets("KUBEBUILDER_ASSETS")

    @Test(arguments: PlatformCase.all)
    func `the twin keeps the contract`(_ contract: PlatformCase) async throws {
        try await contract.hold(try await SitePair.twin())
    }

    /// One pair for all cases: each has a namespace of its own.
    @Test(.enabled(if: assets != nil, "KUBEBUILDER_ASSETS names no API server to run"))
    func `real control planes keep the contract`() async throws {
        let target = try #require(Self.assets)
        let other = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS_SOURCE"] ?? ""
        let source = other.isEmpty ? target : other
        try await SitePair.real(source: source, target: target) { pair in
            for contract in PlatformCase.all {
                do {
                    try await contract.hold(pair)
                    print("kept: \(contract.says)")
                } catch {
                    Issue.record(error, "\(contract.says)")
                }
            }
        }
    }
}

/// One sentence of the contract, and how it is looked at.
struct PlatformCase: Sendable, CustomTestStringConvertible {
    let says: String
    /// The namespace that is its own, the migration of its leases too.
    let name: String
    private let body: @Sendable (SitePair, String) async throws -> Void

    init(
        _ name: String,
        _ says: String,
        _ body: @escaping @Sendable (SitePair, String) async throws -> Void
    ) {
        self.name = name
        self.says = says
        self.body = body
    }

    var testDescription: String { says }

    func hold(_ pair: SitePair) async throws {
        pair.source.tap.reset()
        pair.target.tap.reset()
        try await body(pair, name)
    }

    static let all =
        repeating + strangers + taking + trusting + trying + link + probing + leading + keeping
        + admitting
        + turning + scheduling + numbering + refusing + freezing
        + comparing + kept + leaving + explaining + restoring + fencing + drifting
        + leasing
}
