import Clocks
import Composition
import MigrationEngine
import MigrationModel
import Synchronization
import Testing
import Twin

/// A run whose driver dies at every step comes to the same end, and makes nothing twice.
@Suite struct ResumedRunTests {
    /// What both sites hold once everything has crossed, and what was asked of their APIs.
    private struct Crossing: Sendable {
        let scene: TwinMigration.Scene
        let creations: [String]
        let deaths: Int
    }

    @Test(arguments: [CrashPoint.afterIntent, .afterEffect, .afterResult])
    func `drivers that die at every step make nothing twice`(at point: CrashPoint) async throws {
        let undisturbed = try await Self.cross(nil)
        let disturbed = try await Self.cross(DyingDriver(at: point))
        #expect(disturbed.deaths > 30, "few died, so that little was shown")
        #expect(
            Dictionary(grouping: disturbed.creations, by: \.self).filter { $1.count > 1 } == [:]
        )
        #expect(disturbed.creations.sorted() == undisturbed.creations.sorted())
        let differences = undisturbed.scene.differences(to: disturbed.scene, isOtherWorld: true)
        #expect(differences == [])
        print("\(disturbed.deaths) deaths \(point), \(disturbed.creations.count) creations")
    }

    private static func cross(_ dying: DyingDriver?) async throws -> Crossing {
        let events = EventLog()
        let crossing = Mutex<Crossing?>(nil)
        try await SmallEstate.withMigration(
            time: FastTime(factor: 10),
            audit: { events.add($0) },
            { migration in
                try await migration.begin(try await migration.plan())
                try await drive(migration, dying)
                let found = Crossing(
                    scene: migration.scene,
                    creations: events.creations,
                    deaths: dying?.deaths ?? 0
                )
                crossing.withLock { $0 = found }
            }
        )
        return try #require(crossing.withLock { $0 })
    }

    private static func drive(_ migration: TwinMigration, _ dying: DyingDriver?) async throws {
        guard let dying else {
            let exit = try await migration.drive()
            #expect(exit == .waiting(.crossed))
            return
        }
        let steps = try await migration.run.state().plan.steps.count
        for _ in 0...steps {
            let exit = try await dying.drive { try await migration.drive(crashPoints: dying) }
            if exit == .waiting(.crossed) { return }
            #expect(exit == nil, "it ended by itself")
        }
        Issue.record("it did not cross within \(steps) drivers")
    }
}

/// What clients asked a twin's APIs for.
private final class EventLog: Sendable {
    private let events = Mutex<[AuditEvent]>([])

    func add(_ event: AuditEvent) { events.withLock { $0.append(event) } }

    /// The objects that an API said it had created, as often as it did.
    var creations: [String] {
        events.withLock { $0 }.filter { $0.verb == "create" && $0.isAccepted }.map(\.place)
    }
}
