import Clocks
import Composition
import MigrationEngine
import MigrationModel
import Testing

/// Carried back from wherever it stands, a migration leaves both sites as it found them.
@Suite struct RollbackTests {
    @Test func `a migration that crossed is carried back to what was before`() async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.expectCarriedBack {
                let exit = try await migration.drive()
                #expect(exit == .waiting(.crossed))
            }
        }
    }

    @Test(arguments: [1, 25, 45, 65, 85])
    func `a migration is carried back from part of its way`(percent: Int) async throws {
        try await SmallEstate.withMigration { migration in
            try await migration.expectCarriedBack {
                let forward = try await migration.plan().steps.filter { $0.phase != .finish }.count
                let exit = try await migration.drive(stepsMax: max(1, forward * percent / 100))
                #expect(exit == .stopped)
            }
        }
    }

    /// The plan's steps one by one, so that every boundary is met exactly; then the way back.
    @Test func `a migration is carried back from every boundary of its steps`() async throws {
        try await SmallEstate.withMigration(time: FastTime(factor: 20)) { first in
            let count = try await first.plan().steps.filter { $0.phase != .finish }.count
            #expect(count > 30, "a plan this short shows little: \(count)")
            for boundary in 0...count {
                let migration = first.anew("boundary-\(boundary)")
                try await migration.expectCarriedBack(reshaping: \.oneByOne, "at \(boundary)") {
                    let exit = try await migration.drive(stepsMax: boundary)
                    #expect(exit == (boundary == count ? .waiting(.crossed) : .stopped))
                    let state = try await migration.run.state()
                    #expect(state.stepsThatMayHaveHappened.count == boundary)
                }
            }
            print("carried back from \(count + 1) boundaries of \(count) steps")
        }
    }
}

extension Plan {
    /// The same steps, each after the one before it.
    var oneByOne: Plan {
        var plan = self
        for (earlier, later) in zip(steps.indices, steps.indices.dropFirst()) {
            let id = steps[earlier].id
            if !steps[later].after.contains(id) { plan.steps[later].after.append(id) }
        }
        return plan
    }
}
