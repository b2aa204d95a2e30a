import Foundation
import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// A driver that was stopped past its lease and goes on, beside the one that has taken over.
///
/// In each pair of adjacent steps of a plan of thirteen, the first driver is stopped at each of its
/// I/O points, with that call on its way. A second one, on a copy of the journal, takes the leases
/// over; then both go on, in each order of their points. The API of a site refuses what is written
/// upon a version or a stamp that is not known; the balancer refuses nobody.
///
/// Without anything set, every pair and every stop are tried with at most `pointsOfSuite` points of
/// each driver in every order; `DIOLKOS_TWO_DRIVERS_POINTS=8` makes it eight, as the whole search. A
/// driver past its lease has few points: what is on its way, and the lease that tells it so. What
/// comes after the ordered points follows with the first driver's ahead of the second's. A stop of
/// the second driver ends each meeting; each different state that is left is driven to its end once.
@Suite struct TwoDriversTests {
    private static let pointsOfSuite = 4

    private var pointsMax: Int {
        let text = ProcessInfo.processInfo.environment["DIOLKOS_TWO_DRIVERS_POINTS"]
        return text.flatMap { Int($0) } ?? TwoDriversTests.pointsOfSuite
    }

    private static let estate = Estate(workloads: 2, inFlightMax: 1, looksBeforeDraining: true)

    @Test
    func `a driver that was overtaken changes nothing that a site can refuse, and ends fenced`()
        async throws
    {
        let drivers = try TwoDrivers(TwoDriversTests.estate)
        var all = TwoDrivers.Tally()
        let begin = ContinuousClock.now
        for pair in 0..<drivers.pairs {
            let start = ContinuousClock.now
            let tally = try await drivers.meetings(inPair: pair, pointsMax: pointsMax)
            print("pair \(pair): \(tally) in \(ContinuousClock.now - start)")
            #expect(tally.problems.isEmpty)
            all += tally
        }
        let time = ContinuousClock.now - begin
        print("two drivers, \(pointsMax) points each: \(all) in \(time)")
        // It means nothing unless the two met: at the API, and at the balancer.
        #expect(all.refusals > 0)
        #expect(all.lateWeights > 0)
        #expect(all.schedules > 100)
    }

    @Test func `a site that minds no versions is found`() async throws {
        let drivers = try TwoDrivers(TwoDriversTests.estate)
        drivers.bug = .versionsAreIgnored
        let tally = try await drivers.meetings(inPair: 1, pointsMax: 3)
        #expect(tally.problems.contains { $0.contains("wrote after") }, "\(tally.problems)")
    }
}
