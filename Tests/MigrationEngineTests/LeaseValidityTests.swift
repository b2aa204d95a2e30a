import Clocks
import MigrationModel
import Synchronization
import Testing

@testable import MigrationEngine

/// Until when a driver may change anything, by both of its clocks.
@Suite struct LeaseValidityTests {
    private let time = TwoClocks()

    @Test func `leases last until the steady clock has run them out`() {
        let permit = Permit(LeaseValidity(.seconds(20), from: time))
        time.pass(.seconds(19))
        #expect(permit.allows(StepID("a"), at: time))
        #expect(permit.refusal(at: time) == nil)
        time.pass(.seconds(1))
        #expect(!permit.allows(StepID("a"), at: time))
        #expect(permit.refusal(at: time) == "the leases of this driver ran out")
    }

    @Test func `they do not outlast a machine that was stopped with its steady clock`() {
        let permit = Permit(LeaseValidity(.seconds(20), from: time))
        time.stepWallTime(by: .seconds(20))
        #expect(!permit.allows(StepID("a"), at: time))
        #expect(permit.refusal(at: time) != nil)
        permit.extend(LeaseValidity(.seconds(20), from: time))
        #expect(permit.allows(StepID("a"), at: time))
    }

    @Test func `a time of day that is stepped back lets nobody go on for longer`() {
        let permit = Permit(LeaseValidity(.seconds(20), from: time))
        time.stepWallTime(by: .seconds(-3_600))
        time.pass(.seconds(20))
        #expect(!permit.allows(StepID("a"), at: time))
    }
}

/// A steady clock and a time of day that go apart.
private final class TwoClocks: TimeSource {
    private let state = Mutex<(uptime: Duration, stepped: Duration)>((.zero, .zero))

    var uptime: Duration { state.withLock { $0.uptime } }

    var wallTime: WallTime {
        let since = state.withLock { $0.uptime + $0.stepped }
        return WallTime(nanosecondsSinceEpoch: 1_767_225_600_000_000_000).advanced(by: since)
    }

    func pass(_ duration: Duration) { state.withLock { $0.uptime += duration } }

    func stepWallTime(by step: Duration) { state.withLock { $0.stepped += step } }

    func sleep(for duration: Duration) async throws { pass(duration) }
}
