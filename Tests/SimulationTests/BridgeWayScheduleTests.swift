import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// Bridges to load balancers and to entries, in whole migrations in virtual time.
@Suite struct BridgeWayScheduleTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `bridges to load balancers and to entries carry there and back, whatever fails`(
        seed: UInt64
    ) throws {
        let kinds: Set<FaultOptions.Kind> = seed == 1 ? [] : Set(FaultOptions.Kind.allCases)
        for estate in [try MadeEstates.balancers.get(), try MadeEstates.entries.get()] {
            let result = Schedule(estate, seed: seed, of: kinds).live()
            #expect(result.problems == [])
            if seed == 1 { #expect(result.end == .closed(.migrated)) }
        }
    }

    @Test func `an address that comes late is waited for, or everything goes back`() throws {
        var marks: Set<Mark> = []
        for seed in 1...8 as ClosedRange<UInt64> {
            let result = Schedule(try MadeEstates.balancers.get(), seed: seed, of: [.ways]).live()
            #expect(result.problems == [], "seed \(seed)")
            marks.formUnion(result.marks)
        }
        #expect(marks.contains(.balancerAddressLate))
    }

    /// Seeds that once broke a promise; docs/robustness.md says what each showed.
    @Test func `an entry answers whoever keeps a connection to it, on the way back too`() throws {
        var marks: Set<Mark> = []
        for seed in [1, 25, 33] as [UInt64] {
            let result = Schedule(try MadeEstates.entries.get(), seed: seed).live()
            #expect(result.problems == [], "seed \(seed)")
            #expect(result.end != nil, "seed \(seed)")
            if result.end == .closed(.asItWasBefore) { marks.formUnion(result.marks) }
        }
        #expect(marks.contains(.connectionKept))
    }

    /// What the finish takes away answers nobody any more.
    @Test func `without the time that connections have to end, requests over them are lost`() throws
    {
        let result = Schedule(
            try MadeEstates.entries.get(),
            seed: 1,
            mutant: .forgetsKeptConnections
        )
        .live()
        let found = result.losses.map(\.what)
        #expect(found.contains { $0.contains("over a connection to the entry") }, "\(found)")
    }
}
