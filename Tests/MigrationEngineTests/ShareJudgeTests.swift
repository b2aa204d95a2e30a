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
        var link = 0
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
            waitsForResidual: look.waitsForResidual,
            linkMicroseconds: look.link
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

    @Test func `what the link takes is not the target's doing`() throws {
        func slow(_ look: inout Look) {
            (look.sourceLatency, look.targetLatency) = (10_000, 100_000)
        }
        #expect(
            try judge(slow)
                == .broken(
                    seen:
                        "the target answers in 100000 microseconds on average, the source in 10000"
                )
        )
        #expect(
            try judge {
                slow(&$0); $0.link = 20_000
            } == .holds
        )
        #expect(
            try judge {
                slow(&$0); $0.link = 19_000
            }
                == .broken(
                    seen: "the target answers in 100000 microseconds on average, the source in "
                        + "10000, and the link explains 19000"
                )
        )
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

    @Test func `a few failures are no breach before chance is out of the question`() throws {
        // One of one is what anybody may meet; ten of ten are not.
        #expect(
            try judge {
                ($0.source, $0.target, $0.targetFailures, $0.milliseconds) = (3, 1, 1, 50)
            } == .waiting(seen: "3 requests at the source so far, 20 are needed")
        )
        #expect(
            try judge {
                ($0.source, $0.target, $0.targetFailures, $0.milliseconds) = (12, 10, 10, 50)
            } == .broken(seen: "10 of 10 requests failed at the target, 0 of 12 at the source")
        )
    }

    @Test func `a source that never failed before makes the second failure a breach`() throws {
        func look(_ failures: Int) throws -> ShareVerdict {
            try judge {
                ($0.targetFailures, $0.before) = (failures, Self.served(20_000))
            }
        }
        #expect(
            try look(1)
                == .waiting(
                    seen: "1 of 40 requests failed at the target, 0 of 40 at the source: more "
                        + "requests will tell whether that is chance"
                )
        )
        #expect(
            try look(2)
                == .broken(seen: "2 of 40 requests failed at the target, 0 of 40 at the source")
        )
    }

    @Test func `what chance may explain and may not is waited for, and never passes`() throws {
        func look(_ failures: Int) throws -> ShareVerdict {
            try judge { ($0.source, $0.target, $0.targetFailures) = (200, 200, failures) }
        }
        #expect(try look(6) == .holds)
        guard case .waiting(let seen) = try look(8) else {
            Issue.record("\(try look(8))")
            return
        }
        #expect(seen.contains("8 of 200 requests failed at the target"))
        guard case .broken = try look(10) else {
            Issue.record("\(try look(10))")
            return
        }
    }

    @Test func `failures that the source has too, or that the limit allows, break nothing`() throws
    {
        #expect(
            try judge { look in
                (look.source, look.target) = (200, 200)
                (look.sourceFailures, look.targetFailures) = (8, 8)
            } == .holds
        )
        func allowed(_ failures: Int) throws -> ShareVerdict {
            try judge { look in
                look.limits.failureExcessMax = 5
                (look.source, look.target, look.targetFailures) = (400, 400, failures)
            }
        }
        #expect(try allowed(20) == .holds)
        guard case .broken = try allowed(32) else {
            Issue.record("\(try allowed(32))")
            return
        }
    }

    @Test func `at the full share the source's failures before the window count`() throws {
        func look(_ before: SiteTraffic?, _ failures: Int) throws -> ShareVerdict {
            try judge {
                ($0.weight, $0.source, $0.target) = (100, 0, 200)
                ($0.targetFailures, $0.before) = (failures, before)
            }
        }
        let broken = ShareVerdict.broken(
            seen: "3 of 200 requests failed at the target, 0 of 0 at the source"
        )
        #expect(try look(Self.served(10_000, failures: 50), 3) == .holds)
        #expect(try look(Self.served(10_000), 3) == broken)
        // Of a source that nobody has seen, no failures are assumed.
        guard case .broken = try look(nil, 100) else {
            Issue.record("\(try look(nil, 100))")
            return
        }
    }

    @Test func `a clean window does not make a source clean that fails now and then`() throws {
        #expect(
            try judge {
                ($0.targetFailures, $0.before) = (1, Self.served(10_000, failures: 100))
            } == .holds
        )
    }

    @Test func `how badly the source served before excuses no more than its own limit`() throws {
        // 30 % failed before, and now nothing does: a target at 30 % is not excused by that.
        guard
            case .broken = try judge({
                ($0.source, $0.target, $0.targetFailures) = (100, 100, 30)
                $0.before = Self.served(10_000, failures: 3_000)
            })
        else {
            Issue.record("it is excused")
            return
        }
    }

    @Test func `where both sites fail alike, nothing passes and the target is not blamed`() throws {
        func look(_ failures: Int, of requests: Int = 200) throws -> ShareVerdict {
            try judge {
                ($0.source, $0.target) = (requests, requests)
                ($0.sourceFailures, $0.targetFailures) = (failures, failures)
            }
        }
        #expect(try look(10) == .holds)
        let some = "12 of 200 requests failed at the source itself, and no gate passes above 5 %"
        #expect(try look(12) == .waiting(seen: some + ": that is not the target's doing"))
        let all = "200 of 200 requests failed at the source itself, and no gate passes above 5 %"
        #expect(try look(200) == .sourceFails(seen: all + ": that is not the target's doing"))
        // A single failure of few is not yet more than one of twenty.
        #expect(
            try look(1, of: 3) == .waiting(seen: "3 requests at the source so far, 20 are needed")
        )
    }

    @Test func `a target that is worse than a source that fails is blamed all the same`() throws {
        guard
            case .broken = try judge({
                ($0.source, $0.target) = (200, 200)
                ($0.sourceFailures, $0.targetFailures) = (40, 200)
            })
        else {
            Issue.record("it is not")
            return
        }
    }

    @Test func `on the way back a source that fails holds nothing up`() throws {
        #expect(
            try judge { ($0.direction, $0.sourceFailures) = (.back, 40) } == .holds
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
