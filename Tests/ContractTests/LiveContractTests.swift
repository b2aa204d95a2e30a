import ControlPlaneSupport
import Foundation
import HTTPTransport
import Testing

/// A real control plane is held to the recordings, so that they stay honest.
///
/// `KUBEBUILDER_ASSETS` names the folder of its programs, as envtest has it; with
/// `DIOLKOS_RECORD=1` its answers are written down in place of being compared.
struct LiveContractTests {
    private static let assets = ControlPlane.assets("KUBEBUILDER_ASSETS")

    @Test(.enabled(if: assets != nil, "KUBEBUILDER_ASSETS names no API server to run"))
    func `a real API server answers as it was recorded`() async throws {
        let plane = try await ControlPlane(assets: try #require(Self.assets))
        do {
            try await compare(plane)
        } catch {
            try await plane.stop()
            throw error
        }
        try await plane.stop()
    }

    private func compare(_ plane: ControlPlane) async throws {
        let exchange = ContractExchange(transport: plane.transport, token: plane.token)
        let records = ProcessInfo.processInfo.environment["DIOLKOS_RECORD"] == "1"
        for scenario in Scenario.all {
            let answered = try await exchange.play(scenario)
            if records {
                try answered.write()
                continue
            }
            guard let recording = Recording.all.first(where: { $0.scenario == scenario.name })
            else {
                Issue.record("\(scenario.name) was never recorded")
                continue
            }
            for difference in recording.differences(to: answered) { Issue.record("\(difference)") }
        }
    }
}
