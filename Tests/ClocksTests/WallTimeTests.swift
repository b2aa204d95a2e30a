import Clocks
import Testing

@Suite struct WallTimeTests {
    @Test(arguments: [
        "1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-11-21T09:05:07Z",
        "1969-12-31T23:59:59Z",
        "2100-03-01T00:00:00Z",
    ])
    func `a time is read and written alike`(text: String) throws {
        #expect(try #require(WallTime(rfc3339: text)).rfc3339 == text)
    }

    @Test func `fractions and offsets are understood`() throws {
        let time = try #require(WallTime(rfc3339: "2026-11-21T10:05:07.123456+01:00"))
        #expect(time.rfc3339Micro == "2026-11-21T09:05:07.123456Z")
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-13-21T09:05:07Z", "2026-11-21T09:05:07", "2026-11-21T25:05:07Z",
    ])
    func `what is no time is refused`(text: String) {
        #expect(WallTime(rfc3339: text) == nil)
    }

    @Test func `a sleeper wakes when its time has come and not before`() async throws {
        let time = ManualTime()
        try await withThrowingTaskGroup(of: Duration.self) { group in
            group.addTask {
                try await time.sleep(for: .seconds(2))
                return time.uptime
            }
            while time.sleeperCount == 0 { await Task.yield() }
            time.advance(by: .seconds(1))
            #expect(time.sleeperCount == 1)
            time.advance(by: .seconds(1))
            let woken = try await group.next()
            #expect(woken == .seconds(2))
        }
    }

    @Test func `the date of an HTTP answer is read`() {
        let time = WallTime(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(time?.rfc3339 == "1994-11-06T08:49:37Z")
        #expect(WallTime(httpDate: "Sunday, 06-Nov-94 08:49:37 GMT") == nil)
        #expect(WallTime(httpDate: "Sun, 06 Nov 1994 08:49:37 CET") == nil)
        #expect(WallTime(httpDate: "Sun, 06 Foo 1994 08:49:37 GMT") == nil)
    }
}
