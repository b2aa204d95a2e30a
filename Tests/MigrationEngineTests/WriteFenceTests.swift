import MigrationPorts
import Testing

/// What each request asks before it is sent.
@Suite struct WriteFenceTests {
    /// It once was wrapped once more by each asking, and would have ended a run of many requests.
    @Test func `however often it is asked, an answer costs as little as the first`() {
        let fence = WriteFence()
        fence.open { nil }
        var refusals = 0
        for _ in 0..<200_000 where fence.refusal != nil { refusals += 1 }
        #expect(refusals == 0)
        fence.close()
        #expect(fence.refusal != nil)
    }
}
