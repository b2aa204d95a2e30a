import Clocks
import Composition
import EmbeddedNodes
import EmbeddedSites
import MigrationEngine
import MigrationModel
import Simulation
import SiteSupport
import Testing
import Twin

extension TwinMigration {
    /// What a way back must restore.
    struct Scene: Sendable {
        let source: SiteSnapshot
        let target: SiteSnapshot
        let weights: [String]

        /// Every difference to what is there later; sorted within a site.
        func differences(to later: Scene, isOtherWorld: Bool = false) -> [String] {
            source.differences(to: later.source, isOtherWorld: isOtherWorld).map { "source: \($0)" }
                + target.differences(to: later.target, isOtherWorld: isOtherWorld)
                .map { "target: \($0)" }
                + (weights == later.weights ? [] : ["weights: \(weights) became \(later.weights)"])
        }
    }

    var scene: Scene {
        Scene(
            source: SiteSnapshot(twin.pair.source),
            target: SiteSnapshot(twin.pair.target),
            weights: weights
        )
    }

    /// What still differs from `before`, once the controllers have had their time.
    func differencesAtRest(from before: Scene) async throws -> [String] {
        try await atRest { before.differences(to: scene) }
    }

    /// What the run has left at a site, once the controllers have had their time: Endpoints and slices copy the
    /// marks of their Service, and lose them a moment after it.
    func tracesAtRest(at site: SiteRole) async throws -> [String] {
        try await atRest {
            SiteSnapshot(site == .source ? twin.pair.source : twin.pair.target).traces
        }
    }

    /// Nothing, as soon as nothing is found; otherwise what is found when the time is over, which is the machine's,
    /// for `kubectl` has no other.
    private func atRest(_ find: () -> [String]) async throws -> [String] {
        let machine = SystemTime()
        let deadline = machine.uptime + .seconds(20)
        while true {
            let found = find()
            if found.isEmpty || machine.uptime > deadline { return found }
            try await machine.sleep(for: .milliseconds(100))
        }
    }

    /// Begins, lets `cross` go some of the way, asks for the way back and compares everything.
    func expectCarriedBack(
        reshaping reshape: (Plan) -> Plan = { $0 },
        _ comment: String = "",
        after cross: () async throws -> Void
    ) async throws {
        let before = scene
        try await begin(reshape(try await plan()))
        try await cross()
        let mayHaveHappened = try await run.state().stepsThatMayHaveHappened
        // Otherwise there would be nothing to carry back.
        if !mayHaveHappened.isEmpty { #expect(before.differences(to: scene) != [], "\(comment)") }
        try await run.submit(.rollback)
        let exit = try await drive()
        #expect(exit == .closed(.asItWasBefore), "\(comment)")
        let differences = try await differencesAtRest(from: before)
        #expect(differences == [], "\(comment)")
    }
}
