import Clocks
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct SystemTimeTests {
    #if canImport(Glibc)
    /// Tells the two clocks apart only on a machine that was suspended since it was started.
    @Test func `the uptime counts the time in which the machine is suspended`() {
        let time = SystemTime()
        let before = bootTime()
        let uptime = time.uptime
        let after = bootTime()
        #expect(before <= uptime)
        #expect(uptime <= after)
    }

    private func bootTime() -> Duration {
        var time = timespec()
        #expect(clock_gettime(CLOCK_BOOTTIME, &time) == 0)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
    #endif

    @Test func `the uptime never goes back`() {
        let time = SystemTime()
        let readings = (0..<1_000).map { _ in time.uptime }
        #expect(readings == readings.sorted())
    }
}
