import MigrationEngine
import MigrationModel
import Testing

@Suite struct ShareJudgeTests {
    private struct Look {
        var weight = 50
        var source = 40
        var target = 40
        var sourceFailures = 0
        var targetFailures = 0
        var sourceRunning = 0
        var targetRunning = 0
        var sourceLatency: Int?
        var targetLatency: Int?
        var before: SiteTraffic?
        var milliseconds = 2_000
        var limits = ShareLimits(soakMilliseconds: 2_000)
        var isPresumed: Bool?
        var direction = ShareJudge.Direction.forward
        var waitsForResidual = true
    }

    private func judge(_ change: (inout Look) -> Void = { _ in }) throws -> ShareVerdict {
        var look = Look()
        change(&look)
        let goal = try #require(Weight(percent: look.weight))
        let evidence = Evidence(
            basis: .counted,
            windowMilliseconds: look.milliseconds,
            source: SiteTraffic(
                requests: look.source,
                failures: look.sourceFailures,
                residualConnections: look.sourceRunning,
                isResidualPresumed: look.isPresumed,
                latencyMeanMicroseconds: look.sourceLatency
            ),
            target: SiteTraffic(
                requests: look.target,
                failures: look.targetFailures,
                residualConnections: look.targetRunning,
                latencyMeanMicroseconds: look.targetLatency
            )
        )
        let judge = ShareJudge(
            goal: goal,
            limits: look.limits,
            direction: look.direction,
            waitsForResidual: look.waitsForResidual
        )
        return judge.judge(
            ShareReading(evidence: evidence, sourceBefore: look.before)
        )
    }

    /// What a source served before the window.
    private static func served(
        _ requests: Int,
        failures: Int = 0,
        latency: Int? = nil
    ) -> SiteTraffic {
        SiteTraffic(
            requests: requests,
            failures: failures,
            residualConnections: 0,
            latencyMeanMicroseconds: latency
        )
    }

    @Test func `a share that is served long enough and well holds`() throws {
        #expect(try judge() == .holds)
        #expect(try judge { ($0.weight, $0.source, $0.target) = (100, 0, 20) } == .holds)
        #expect(try judge { ($0.weight, $0.source, $0.target) = (0, 20, 0) } == .holds)
        #expect(try judge { ($0.weight, $0.source, $0.target) = (25, 60, 20) } == .holds)
    }

    @Test func `too few requests at a site that should get some are waited for`() throws {
        #expect(
            try judge { ($0.weight, $0.source, $0.target) = (25, 57, 19) }
                == .waiting(seen: "19 requests at the target so far, 20 are needed")
        )
        #expect(
            try judge { ($0.weight, $0.source, $0.target) = (90, 10, 90) }
                == .waiting(seen: "10 requests at the source so far, 20 are needed")
        )
        #expect(
            try judge { ($0.weight, $0.source, $0.target) = (100, 0, 0) }
                == .waiting(seen: "0 requests at the target so far, 20 are needed")
        )
    }

    @Test func `a share is soaked`() throws {
        #expect(
            try judge { $0.milliseconds = 1_999 }
                == .waiting(seen: "the share is right for 1999 of 2000 ms")
        )
    }

    @Test func `another share than the goal begins the window anew`() throws {
        #expect(
            try judge { ($0.source, $0.target) = (80, 0) }
                == .otherShare(seen: "0 of 80 requests reached the target, which is not 50 %")
        )
        // What few requests explain is no other share: three deviations at 40 are 23.7 points.
        #expect(try judge { ($0.source, $0.target) = (30, 20) } == .holds)
        #expect(
            try judge { ($0.source, $0.target) = (3_000, 2_000) }
                == .otherShare(seen: "2000 of 5000 requests reached the target, which is not 50 %")
        )
    }

    @Test func `one request where none should come is another share`() throws {
        #expect(
            try judge { ($0.weight, $0.source, $0.target) = (100, 1, 10_000) }
                == .otherShare(seen: "1 requests still reached the source")
        )
        #expect(
            try judge { ($0.weight, $0.source, $0.target) = (0, 10_000, 1) }
                == .otherShare(seen: "1 requests still reached the target")
        )
    }

    @Test func `where nothing tells what still runs, it says so`() throws {
        let verdict = try judge {
            ($0.weight, $0.source, $0.target, $0.sourceRunning) = (100, 0, 20, 1)
            $0.isPresumed = true
        }
        #expect(
            verdict
                == .waiting(
                    seen: "nothing tells what still runs at the source; it gets time to end"
                )
        )
    }

    @Test func `what still runs at a site that is left is waited for`() throws {
        #expect(
            try judge { ($0.weight, $0.source, $0.target, $0.sourceRunning) = (100, 0, 50, 2) }
                == .waiting(seen: "2 requests still run at the source")
        )
        #expect(try judge { $0.sourceRunning = 7 } == .holds)
        #expect(
            try judge {
                ($0.weight, $0.source, $0.target, $0.sourceRunning) = (100, 0, 50, 2)
                $0.waitsForResidual = false
            } == .holds
        )
    }

    @Test func `a failure at the target breaks a limit of zero at once`() throws {
        #expect(
            try judge {
                ($0.source, $0.target, $0.targetFailures, $0.milliseconds) = (3, 1, 1, 50)
            } == .broken(seen: "1 of 1 requests failed at the target, 0 of 3 at the source")
        )
    }

    @Test func `failures that the source has too, or that the limit allows, break nothing`() throws
    {
        #expect(try judge { ($0.sourceFailures, $0.targetFailures) = (2, 2) } == .holds)
        #expect(
            try judge { look in
                look.limits.failureExcessMax = 5
                look.targetFailures = 2
            } == .holds
        )
        #expect(
            try judge { look in
                look.limits.failureExcessMax = 5
                look.targetFailures = 3
            } == .broken(seen: "3 of 40 requests failed at the target, 0 of 40 at the source")
        )
        // One of the first three is not yet a third of twenty.
        #expect(
            try judge { look in
                look.limits.failureExcessMax = 5
                (look.source, look.target, look.targetFailures) = (4, 3, 1)
            } == .waiting(seen: "4 requests at the source so far, 20 are needed")
        )
    }

    @Test func `failures that chance explains where the source fails too break nothing`() throws {
        // 1 % at the source: of 1,000 requests ten fail on average, and up to 23 by chance.
        func look(_ failures: Int) throws -> ShareVerdict {
            try judge {
                ($0.source, $0.sourceFailures) = (1_000, 10)
                ($0.target, $0.targetFailures) = (1_000, failures)
            }
        }
        #expect(try look(23) == .holds)
        #expect(
            try look(24)
                == .broken(
                    seen: "24 of 1000 requests failed at the target, 10 of 1000 at the source"
                )
        )
    }

    @Test func `at the full share the source's failures before the window count`() throws {
        func look(_ before: SiteTraffic?) throws -> ShareVerdict {
            try judge {
                ($0.weight, $0.source, $0.target, $0.targetFailures) = (100, 0, 200, 1)
                $0.before = before
            }
        }
        let broken = ShareVerdict.broken(
            seen: "1 of 200 requests failed at the target, 0 of 0 at the source"
        )
        #expect(try look(Self.served(10_000, failures: 50)) == .holds)
        #expect(try look(Self.served(10_000)) == broken)
        #expect(try look(nil) == broken)
    }

    @Test func `a clean window does not make a source clean that fails now and then`() throws {
        #expect(
            try judge {
                ($0.targetFailures, $0.before) = (1, Self.served(10_000, failures: 100))
            } == .holds
        )
    }

    @Test func `a target that answers too slowly is a breach after a whole soak`() throws {
        #expect(try judge { ($0.sourceLatency, $0.targetLatency) = (20_000, 110_000) } == .holds)
        let slow = "the target answers in 110001 microseconds on average, the source in 20000"
        #expect(
            try judge { ($0.sourceLatency, $0.targetLatency) = (20_000, 110_001) }
                == .broken(seen: slow)
        )
        #expect(
            try judge {
                ($0.sourceLatency, $0.targetLatency, $0.milliseconds) = (20_000, 110_001, 500)
            } == .waiting(seen: "the share is right for 500 of 2000 ms")
        )
    }

    @Test func `at the full share the source's latency before the window counts`() throws {
        #expect(
            try judge {
                ($0.weight, $0.source, $0.target) = (100, 0, 40)
                $0.before = Self.served(500, latency: 10_000)
                $0.targetLatency = 90_000
            }
                == .broken(
                    seen: "the target answers in 90000 microseconds on average, the source in 10000"
                )
        )
        #expect(
            try judge {
                ($0.weight, $0.source, $0.target, $0.targetLatency) = (100, 0, 40, 90_000)
            } == .holds
        )
    }

    @Test func `on the way back a bad target holds nothing up`() throws {
        #expect(
            try judge {
                ($0.direction, $0.targetFailures, $0.sourceLatency) = (.back, 40, 1_000)
                $0.targetLatency = 900_000
            } == .holds
        )
        #expect(
            try judge { ($0.direction, $0.source, $0.target) = (.back, 0, 80) }
                == .otherShare(seen: "80 of 80 requests reached the target, which is not 50 %")
        )
    }

    @Test func `the site that lacks requests most is known`() throws {
        let judge = ShareJudge(goal: try #require(Weight(percent: 50)), limits: ShareLimits())
        func need(_ source: Int, _ target: Int) -> SiteRole? {
            judge.siteInNeed(
                Evidence(
                    basis: .counted,
                    windowMilliseconds: 1,
                    source: SiteTraffic(requests: source, failures: 0, residualConnections: 0),
                    target: SiteTraffic(requests: target, failures: 0, residualConnections: 0)
                )
            )
        }
        #expect(need(30, 3) == .target)
        #expect(need(4, 5) == .source)
        #expect(need(20, 20) == nil)
    }
}
