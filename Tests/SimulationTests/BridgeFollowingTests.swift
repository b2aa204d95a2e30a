import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// Nodes and pods that bridges lead to come and go, with keepers who follow them and without.
@Suite struct BridgeFollowingTests {
    /// All nodes are replaced while nobody drives.
    private static func nodesReplaced(
        _ estate: SimulatedEstate,
        _ mutant: Mutant?
    ) -> ScheduleResult {
        var course = ScheduleCourse()
        course.replacesNodesMeanwhile = true
        return Schedule(estate, seed: 1, of: [], course: course, mutant: mutant).live()
    }

    /// What is lost while nobody drives is excused: docs/bridges.md says so.
    ///
    /// From the first step on that leads bridges anew, nothing is.
    @Test func `without keepers a driver that comes back leads bridges to the nodes that came`()
        throws
    {
        let result = Self.nodesReplaced(try MadeEstates.nodes.get(), nil)
        #expect(result.problems == [])
        #expect(result.end == .closed(.migrated))
        #expect(result.marks.isSuperset(of: [.approved, .nodeReplaced, .nodeFollowed]))
        let found = Self.nodesReplaced(try MadeEstates.nodes.get(), .refreshesNoBridges).losses.map(
            \.what
        )
        #expect(found.contains { $0.contains("nobody holds 10.") }, "\(found)")
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `nodes are replaced that nothing but the run follows, and no promise breaks`(
        seed: UInt64
    ) throws {
        let result = Schedule(try MadeEstates.nodes.get(), seed: seed).live()
        #expect(result.problems == [])
    }

    @Test func `keepers lead bridges to the nodes that came, however long somebody is waited for`()
        throws
    {
        let result = Self.nodesReplaced(try MadeEstates.keptNodes.get(), nil)
        #expect(result.problems == [])
        #expect(result.end == .closed(.migrated))
        #expect(result.marks.isSuperset(of: [.approved, .nodeReplaced]))
        let estate = try MadeEstates.keptNodes.get()
        let found = Self.nodesReplaced(estate, .keeperFollowsNobody).losses.map(\.what)
        #expect(found.contains { $0.contains("nobody holds 10.") }, "\(found)")
    }

    /// Pods die while the driver is dead or cut off: only what is sent to one that has just gone may be lost.
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `bridges to pods carry there and back, with somebody who follows them and without`(
        seed: UInt64
    ) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        for estate in [try MadeEstates.flat.get(), try MadeEstates.kept.get()] {
            let result = Schedule(estate, seed: seed, of: kinds).live()
            #expect(result.problems == [])
            if seed == 1 { #expect(result.end == .closed(.migrated)) }
        }
    }
}
