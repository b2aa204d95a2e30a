import Simulation
import Testing

@testable import Simulate

/// Bugs that are put in, to see that they are found.
@Suite struct MutantTests {
    /// Bugs that have a test of their own: docs/robustness.md.
    private static let elusive: Set<Mutant> = [
        .sendsAfterItsLease, .looksOnce, .overlooksTrials, .sendsNoVersions, .keeperFollowsNobody,
        .refreshesNoBridges,
    ]

    /// By what goes wrong by itself, by a balancer that follows late, by a target that breaks, or by some of
    /// everything.
    ///
    /// What goes wrong with everything is tried a few times first, for that finds nearly all of them.
    @Test(arguments: Mutant.allCases.filter { !elusive.contains($0) })
    func `a bug that is put in is found`(mutant: Mutant) throws {
        let estate = try Self.estate(toFind: mutant)
        let everything = Set(FaultOptions.Kind.allCases)
        let seeds = 1...20 as ClosedRange<UInt64>
        let tries: [(kinds: Set<FaultOptions.Kind>, seed: UInt64)] =
            [([], 0)] + seeds.prefix(8).map { (everything, $0) } + seeds.map { ([.target], $0) }
            + seeds.map { ([.balancer], $0) } + seeds.dropFirst(8).map { (everything, $0) }
        for attempt in tries {
            let schedule = Schedule(
                estate,
                seed: attempt.seed,
                of: attempt.kinds,
                mutant: mutant
            )
            if !schedule.live().problems.isEmpty { return }
        }
        Issue.record("\(mutant) lives")
    }

    private static func estate(toFind mutant: Mutant) throws -> SimulatedEstate {
        switch SimulatedEstates(toFind: mutant) {
        case .kinds: try MadeEstates.kinds.get()
        case .ways: try MadeEstates.ways.get()
        case .slow: try MadeEstates.slow.get()
        case .keptNodes: try MadeEstates.keptNodes.get()
        case .nodes: try MadeEstates.nodes.get()
        case .balancers: try MadeEstates.balancers.get()
        case .entries: try MadeEstates.entries.get()
        case .writer: try MadeEstates.writer.get()
        default: try MadeEstates.shop.get()
        }
    }

    /// That this look can fail at all.
    @Test func `what must not run twice is seen where it does`() throws {
        let estate = try MadeEstates.kinds.get()
        let result = Schedule(estate, seed: 0, of: [], mutant: .leavesPodsRunning).live()
        let words = "must not run twice, and runs at both sites"
        #expect(result.problems.contains { $0.contains(words) })
    }
}
