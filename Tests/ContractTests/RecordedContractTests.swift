import Clocks
import EmbeddedAPI
import EmbeddedControllers
import Foundation
import HTTPTransport
import JSONValues
import Testing

/// The twin is held to what a real API server said.
struct RecordedContractTests {
    @Test(arguments: Recording.all)
    func `the twin answers as the real server did`(_ recording: Recording) async throws {
        let scenario = try #require(Scenario.all.first { $0.name == recording.scenario })
        let answered = try await twin().play(scenario)
        let differences = recording.differences(to: answered)
        let known = KnownDifference.all.filter { $0.scenario == scenario.name }
        for difference in differences where !known.contains(where: { $0.covers(difference) }) {
            Issue.record("\(difference)")
        }
        for entry in known {
            if differences.contains(where: entry.covers) {
                print("known difference: \(entry)")
            } else {
                Issue.record("no longer differs, take it off the list: \(entry)")
            }
        }
    }

    @Test func `every scenario has its recording, and there are enough of them`() {
        #expect(Scenario.all.map(\.name) == Recording.all.map(\.scenario).sorted())
        #expect(Recording.all.map(\.answers.count).reduce(0, +) >= 150)
        let names = Set(
            Scenario.all.flatMap { scenario in
                scenario.steps.map { "\(scenario.name)/\($0.name)" }
            }
        )
        for entry in KnownDifference.all {
            #expect(names.contains("\(entry.scenario)/\(entry.step)"), "\(entry) names no step")
        }
    }

    /// A fresh cluster with its controllers, reached as a client reaches it.
    private func twin() -> ContractExchange {
        let time = SystemTime()
        let cluster = EmbeddedCluster(
            time: time,
            identifiers: { UUID().uuidString.lowercased() },
            seed: 1
        )
        let manager = ControllerManager(cluster: cluster, time: time, seed: 1)
        return ContractExchange(transport: InProcessTransport(cluster)) { _ = manager.step() }
    }
}
