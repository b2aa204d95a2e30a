import Clocks
import Composition
import Control
import ControlPlaneSupport
import EmbeddedNodes
import EmbeddedSites
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import LoadGenerator
import MigrationEngine
import MigrationFile
import MigrationModel
import Testing

/// An estate that nobody here wrote, between two real control planes of different versions.
///
/// The twin's nodes are attached to both: their pods are servers of this process, and its Service
/// proxies, entries and balancer carry the load. All objects, controllers, admission and watches are
/// the real ones.
@Suite(.enabled(if: RealMigration.planes != nil, "skipped: two real control planes are needed"))
struct RealCrossingTests {
    @Test(arguments: ForeignEstate.all.filter(\.isThere))
    func `an estate crosses under load and loses no request`(
        _ estate: ForeignEstate
    ) async throws {
        try await RealMigration.with(estate) { migration in
            try await migration.begin(migration.plan())
            let report = try await migration.underLoad {
                let exit = try await migration.drive()
                #expect(exit == .waiting(.crossed))
            }
            #expect(report.failed == 0, "\(migration.failures)")
            #expect(report.answered > 500)
            let left = try await migration.replicas(at: .source).values
            #expect(left.count > 9 && left.allSatisfy { $0 == 0 })
            let moved = try await migration.replicas(at: .target).values
            #expect(moved.count == left.count && moved.allSatisfy { $0 > 0 })
            #expect(migration.weights == ["\(ForeignEstate.host) 0/100"])
            try await migration.run.submit(.finish)
            let rest = try await migration.underLoad {
                let exit = try await migration.drive()
                #expect(exit == .closed(.migrated))
            }
            #expect(rest.failed == 0, "\(migration.failures)")
            #expect(try await migration.replicas(at: .source).isEmpty)
            #expect(migration.problems == [])
            print(
                "\(estate.file): \(report.answered + rest.answered) requests answered, "
                    + "\(report.failed + rest.failed) failed"
            )
        }
    }

    @Test(.enabled(if: ForeignEstate.sockShop.isThere, ForeignEstate.sockShop.absence))
    func `the sock shop is carried back from half-way under load and loses no request`()
        async throws
    {
        try await RealMigration.with(.sockShop) { migration in
            let before = try await migration.replicas(at: .source)
            let plan = try await migration.plan()
            try await migration.begin(plan)
            let report = try await migration.underLoad {
                let halfWay = try await migration.drive(stepsMax: plan.steps.count / 2)
                #expect(halfWay == .stopped)
                try await migration.run.submit(.rollback)
                let exit = try await migration.drive()
                #expect(exit == .closed(.asItWasBefore))
            }
            #expect(report.failed == 0, "\(migration.failures)")
            #expect(report.answered > 500)
            #expect(try await migration.replicas(at: .source) == before)
            #expect(try await migration.replicas(at: .target).isEmpty)
            #expect(migration.weights == ["\(ForeignEstate.host) 100/0"])
            #expect(migration.problems == [])
        }
    }
}
