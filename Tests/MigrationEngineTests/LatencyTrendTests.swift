import MigrationModel
import MigrationPorts
import Testing

@testable import MigrationEngine

/// A target that is too slow is found before the end of a soak, and one that warms up is not.
@Suite struct LatencyTrendTests {
    /// What each slice of a soak brings to the target, in microseconds a request.
    private func breach(_ latencies: [Int], requests: Int = 20) throws -> Int? {
        let judge = ShareJudge(
            goal: try #require(Weight(percent: 50)),
            limits: ShareLimits(requestsMin: 20, soakMilliseconds: 10_000)
        )
        func counters(_ slices: ArraySlice<Int>) -> RouteCounters {
            func site(_ sum: Int) -> RouteCounters.Site {
                RouteCounters.Site(
                    requests: slices.count * requests,
                    failures: 0,
                    inFlight: 0,
                    latencySumMicroseconds: sum
                )
            }
            return RouteCounters(
                source: site(slices.count * requests * 10_000),
                target: site(slices.reduce(0, +) * requests),
                incarnation: "1"
            )
        }
        var trend = LatencyTrend(judge, counters([]), at: .zero)
        for count in latencies.indices {
            let now = Duration.seconds(count + 1)
            if let seen = trend.take(counters(latencies[...count]), at: now, before: nil) {
                #expect(seen.contains("3 times in a row"))
                return count + 1
            }
        }
        return nil
    }

    @Test func `three slow slices in a row are a breach, at once`() throws {
        // The source takes 10 ms, so three times that and 50 ms more are allowed.
        #expect(try breach([90_000, 90_000, 90_000, 90_000]) == 3)
        #expect(try breach([10_000, 90_000, 90_000, 90_000]) == 4)
    }

    @Test func `what is slow now and then, or little, waits for the end of the soak`() throws {
        #expect(try breach([90_000, 90_000, 10_000, 90_000, 90_000]) == nil)
        #expect(try breach([79_000, 79_000, 79_000, 79_000]) == nil)
    }

    @Test func `few requests are no slice`() throws {
        #expect(try breach([90_000, 90_000, 90_000], requests: 6) == nil)
        #expect(try breach(Array(repeating: 90_000, count: 12), requests: 6) == 12)
    }
}
