import Simulation
import Testing

@testable import Simulate

/// Seeds that once broke a promise; docs/robustness.md says what each showed.
///
/// What a seed draws changes as more can go wrong, so what can be shown without a draw has a test of its own.
@Suite struct RegressionSeedTests {
    @Test(arguments: [47, 73, 225, 7_019, 7_033, 686_537_895, 750_000_810] as [UInt64])
    func `of the shop`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.shop, seed)
    }

    @Test(arguments: [200_396, 31_000_039, 720_000_734, 720_000_974] as [UInt64])
    func `of routes of several workloads`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.ways, seed)
    }

    @Test(arguments: [11_263, 700_014, 389_567_179] as [UInt64])
    func `of bridges that a keeper keeps`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.keptNodes, seed)
    }

    @Test(arguments: [5_000_293] as [UInt64])
    func `of nodes that are replaced`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.nodes, seed)
    }

    @Test(arguments: [1, 5_061, 5_111, 740_000_063] as [UInt64])
    func `of workloads of every kind`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.kinds, seed)
    }

    @Test(arguments: [389_567_032] as [UInt64])
    func `of a store's writer`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.writer, seed)
    }

    @Test(arguments: [710_000_056] as [UInt64])
    func `of entries that bridges lead to`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.entries, seed)
    }

    @Test(arguments: [740_000_087] as [UInt64])
    func `of probes that fail for a while`(seed: UInt64) throws {
        try expectNothingBreaks(MadeEstates.probes, seed)
    }

    private func expectNothingBreaks(
        _ estate: Result<SimulatedEstate, any Error>,
        _ seed: UInt64
    ) throws {
        let result = Schedule(try estate.get(), seed: seed).live()
        #expect(result.problems == [])
        #expect(result.end != nil)
    }
}
