import Foundation
import MigrationEngine
import MigrationModel
import Simulation
import Testing

/// What can be said of few requests, and how often it is said in error.
@Suite struct FailureSampleTests {
    private static let samples = 10_000

    /// The chance is that of all ways to lay the failures, counted by hand.
    @Test func `the chance is exact`() {
        func chance(_ failures: Int, _ requests: Int, _ others: Int, _ of: Int) -> Double {
            FailureSample(requests: requests, failures: failures)
                .chance(beside: FailureSample(requests: of, failures: others))
        }
        #expect(chance(0, 10, 0, 10) == 1)
        #expect(abs(chance(1, 1, 0, 3) - 0.25) < 1e-12)
        // The lady who tastes tea: 3 of 4 and 1 of 4.
        #expect(abs(chance(3, 4, 1, 4) - 17.0 / 70) < 1e-12)
        #expect(abs(chance(4, 4, 0, 4) - 1.0 / 70) < 1e-12)
        #expect(chance(5, 5, 0, 1_000_000) < 1e-20)
        #expect(chance(7, 3, 0, 3) == chance(3, 3, 0, 3))
    }

    /// The numbers of the requests that fail, of as many as are asked for: each for itself.
    private static func failing(_ percent: Double, of requests: Int, _ choices: Choices) -> [Int] {
        var failing: [Int] = []
        var next = -1
        while percent > 0 {
            let drawn = Double(choices.pick(1_000_000_000) + 1) / 1_000_000_001
            next += 1 + Int(log(drawn) / log(1 - percent / 100))
            guard next < requests else { break }
            failing.append(next)
        }
        return failing
    }

    private static let looks = 20
    private static let requestsPerLook = 10

    /// One ramp as the gate sees it, look by look: what it said last, or that it broke on the way.
    private static func ramp(
        _ judge: ShareJudge,
        _ source: [Int],
        _ target: [Int],
        _ before: SiteTraffic?
    ) -> ShareVerdict {
        var verdict = ShareVerdict.waiting(seen: "")
        for look in 1...looks {
            let requests = look * requestsPerLook
            func traffic(_ failing: [Int]) -> SiteTraffic {
                SiteTraffic(
                    requests: requests,
                    failures: failing.count { $0 < requests },
                    residualConnections: 0
                )
            }
            let evidence = Evidence(
                basis: .counted,
                windowMilliseconds: look * 100,
                source: traffic(source),
                target: traffic(target)
            )
            verdict = judge.judge(ShareReading(evidence: evidence, sourceBefore: before))
            if case .broken = verdict { return verdict }
        }
        return verdict
    }

    private static func outcomes(
        source: Double,
        target: Double,
        before: (requests: Int, failures: Int)?
    ) -> (broken: Int, held: Int) {
        let judge = ShareJudge(
            goal: Weight(percent: 50) ?? .all,
            limits: ShareLimits(soakMilliseconds: looks * 100)
        )
        let history = before.map {
            SiteTraffic(requests: $0.requests, failures: $0.failures, residualConnections: 0)
        }
        var (broken, held) = (0, 0)
        for seed in 0..<samples {
            let choices = Choices(seed: UInt64(seed))
            let requests = looks * requestsPerLook
            let verdict = ramp(
                judge,
                failing(source, of: requests, choices),
                failing(target, of: requests, choices),
                history
            )
            switch verdict {
            case .broken: broken += 1
            case .holds: held += 1
            default: break
            }
        }
        return (broken, held)
    }

    /// Twenty looks at growing windows, as a gate looks: what is rare at one look must stay rare.
    @Test(arguments: [0.1, 1, 3] as [Double], [0, 2_000])
    func `sites that fail equally often break no gate in 99 of 100 ramps`(
        percent: Double,
        before: Int
    ) {
        let history = (requests: before, failures: Int(Double(before) * percent / 100))
        let outcome = Self.outcomes(
            source: percent,
            target: percent,
            before: before > 0 ? history : nil
        )
        #expect(outcome.broken * 100 <= Self.samples, "\(outcome.broken) of \(Self.samples)")
    }

    @Test func `a target that fails 5 % is caught within 200 requests`() {
        let known = Self.outcomes(source: 0, target: 5, before: (2_000, 0))
        #expect(known.broken * 100 >= Self.samples * 99, "\(known)")
        #expect(known.held * 1_000 <= Self.samples, "\(known)")
        // Where nothing is known of the source but these 200, half are caught by then; of the others,
        // most are in doubt, which passes no gate either.
        let unknown = Self.outcomes(source: 0, target: 5, before: nil)
        #expect(unknown.broken * 100 >= Self.samples * 50, "\(unknown)")
        #expect(unknown.held * 100 <= Self.samples * 15, "\(unknown)")
    }
}
