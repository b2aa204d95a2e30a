import Clocks
import Foundation
import JSONValues
import Simulation
import SiteSupport
import Testing

/// Three processes: the twin, the load, and a driver that is killed again and again.
@Suite struct KillTests {
    /// Every place between the journal and the world where a driver can die.
    private static let points = ["beforeIntent", "afterIntent", "afterEffect", "afterResult"]

    /// How a crossing ended, with nothing in its way or with all of it.
    private struct End {
        let source: SiteSnapshot
        let target: SiteSnapshot
        let creations: [String]
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a driver killed twenty times loses no request and makes nothing twice`() async throws {
        var undisturbed: End?
        try await TwinSession.with(ShopServices.three) { session in
            let plan = try await session.run("plan", "--summary")
            #expect(plan.code == 0, "\(plan.text)")
            undisturbed = try await cross(session)
        }
        var disturbed: End?
        try await TwinSession.with(ShopServices.three) { session in
            let report = try await session.underLoad(rate: 40) {
                let plan = try await session.run("plan", "--summary")
                #expect(plan.code == 0, "\(plan.text)")
                try await killAtPoints(session)
                try await killAtRandom(session)
                disturbed = try await cross(session)
            }
            // At every weight the pod that answers is one of the site that the balancer chose.
            #expect(report["strayed"] == 0)
            #expect((report.at("bySite", "source")?.int ?? 0) > 0)
            #expect((report.at("bySite", "target")?.int ?? 0) > 0)
        }
        try expectSame(try #require(undisturbed), try #require(disturbed))
    }

    /// Drives to the end of the crossing and looks at all there is.
    private func cross(_ session: TwinSession) async throws -> End {
        let run = try await session.run("run")
        #expect(run.code == 0, "\(run.text)")
        #expect(try await session.status()["state"] == "crossed")
        let (source, target) = try await session.snapshots()
        return End(source: source, target: target, creations: try session.creations())
    }

    /// Lets drivers die at each place in turn, seven times each.
    private func killAtPoints(_ session: TwinSession) async throws {
        var kills: [String: Int] = [:]
        for round in 0..<28 {
            let point = Self.points[round % Self.points.count]
            let count = point == "beforeIntent" ? 2 : 1
            let run = try session.start("run", crashAt: "\(point):\(count)")
            let status = try await run.ended()
            guard status == -SIGKILL else {
                #expect(status == 0, "\(run.text)")
                break
            }
            kills[point, default: 0] += 1
        }
        for point in Self.points { #expect(kills[point, default: 0] >= 5, "\(kills)") }
        print("killed at points: \(kills.sorted { $0.key < $1.key })")
    }

    /// Kills drivers from outside, after delays that nothing in them has a part in.
    private func killAtRandom(_ session: TwinSession) async throws {
        var delays = SeededDelays(seed: 2)
        var kills = 0
        for _ in 0..<8 {
            let delay = delays.next(in: 150...900)
            let run = try session.start("run")
            try await SystemTime().sleep(for: .milliseconds(delay))
            run.kill()
            let status = try await run.ended()
            guard status == -SIGKILL else {
                #expect(status == 0, "\(run.text)")
                break
            }
            kills += 1
        }
        print("killed at random: \(kills) times, \(delays)")
        #expect(kills >= 3, "the crossing ended before it was killed at random: \(delays)")
    }

    private func expectSame(_ undisturbed: End, _ disturbed: End) throws {
        let twice = Dictionary(grouping: disturbed.creations, by: \.self).filter { $1.count > 1 }
        #expect(twice.keys.sorted() == [])
        #expect(!undisturbed.creations.isEmpty)
        #expect(disturbed.creations == undisturbed.creations)
        let source = undisturbed.source.differences(to: disturbed.source, isOtherWorld: true)
        #expect(source == [])
        let target = undisturbed.target.differences(to: disturbed.target, isOtherWorld: true)
        #expect(target == [])
    }
}
