import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// A schedule that changes sides: no tick is begun at both.
    static let scheduling: [PlatformCase] = [
        PlatformCase("ticks", "a CronJob is resumed behind the last tick of the other site") {
            let scene = try await Scene.open($0, in: $1)
            let (source, target) = (scene.pair.source, scene.pair.target)
            let schedule = scene.schedule.reference
            try await scene.make("copies")
            #expect(try await target.get(schedule).at("spec", "suspend") == true)
            try await source.setStatus(of: schedule, ["lastScheduleTime": "2026-01-02T03:04:00Z"])
            let suspended = try await scene.make("suspend at the source")
            // Of a Job that its controller could not take down, only the name tells: 2026-01-02T03:09Z.
            try await source.addJob(of: schedule, called: "report-29455389")
            try await source.addJob(of: schedule, called: "report-by-hand-99999999")
            let resumed = try await scene.make("resume at the target")
            let copy = try await target.get(schedule)
            #expect(copy.at("status", "lastScheduleTime") == "2026-01-02T03:09:00Z")
            #expect(copy.at("spec", "suspend") == false)
            // What the target begins is known at the source when everything goes back.
            try await target.setStatus(of: schedule, ["lastScheduleTime": "2026-01-02T03:14:00Z"])
            try await scene.unmake(resumed)
            #expect(try await target.get(schedule).at("spec", "suspend") == true)
            #expect(try await source.get(schedule).at("spec", "suspend") == true)
            try await scene.unmake(suspended)
            let original = try await source.get(schedule)
            #expect(original.at("status", "lastScheduleTime") == "2026-01-02T03:14:00Z")
            #expect(original.at("spec", "suspend") == false)
        },
        PlatformCase("both-start", "a CronJob is not resumed while the other site starts its Jobs")
        {
            let scene = try await Scene.open($0, in: $1)
            let schedule = scene.schedule.reference
            try await scene.make("copies")
            let suspended = try await scene.make("suspend at the source")
            let unsuspended: JSON = ["spec": ["suspend": false]]
            try await scene.pair.source.merge(unsuspended, into: schedule)
            let reason = await driftReason { try await scene.make("resume at the target") }
            #expect(reason?.contains("is not suspended at the source") == true)
            #expect(try await scene.pair.target.get(schedule).at("spec", "suspend") == true)
            // Nor when everything goes back, and somebody has resumed the copy.
            try await scene.pair.source.merge(["spec": ["suspend": true]], into: schedule)
            try await scene.pair.target.merge(unsuspended, into: schedule)
            let back = await driftReason { try await scene.unmake(suspended) }
            #expect(back?.contains("is not suspended at the target") == true)
        },
        PlatformCase("jobs-gone", "a CronJob is gone when none of its Jobs is left to end") {
            let scene = try await Scene.open($0, in: $1)
            let platform = scene.pair.platform(.source)
            let gone = Condition.gone(site: .source, workload: scene.schedule)
            let ended = Condition.jobsEnded(site: .source, namespaces: [scene.namespace])
            for condition in [gone, ended] {
                #expect(try await platform.check(condition, replicas: nil) == .holds)
            }
            try await scene.pair.source.addJob(
                of: scene.schedule.reference,
                called: "report-29455389"
            )
            for condition in [gone, ended] {
                guard case .waiting(let seen) = try await platform.check(condition, replicas: nil)
                else {
                    Issue.record("\(condition) holds while a Job runs")
                    continue
                }
                #expect(seen.contains("report-29455389"))
            }
        },
    ]
}

extension Scene {
    /// Makes one of the moves, as `moves` calls it.
    @discardableResult
    func make(_ name: String) async throws -> (move: Move, before: BeforeImage) {
        let move = try #require(try await moves().first { $0.description == name })
        let before = try await survey(move)
        try await perform(move, from: before)
        return (move, before)
    }

    func unmake(_ made: (move: Move, before: BeforeImage)) async throws {
        try await undo(made.move, to: made.before)
    }
}

extension SitePair.Site {
    /// A Job that a CronJob's controller has made.
    func addJob(of schedule: ObjectReference, called name: String) async throws {
        let owner = try await get(schedule)
        try await create([
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": [
                "name": .string(name), "namespace": .string(schedule.namespace ?? ""),
                "ownerReferences": [
                    [
                        "apiVersion": "batch/v1", "kind": "CronJob",
                        "name": .string(schedule.name), "uid": .string(owner.uid ?? ""),
                        "controller": true,
                    ]
                ],
            ],
            "spec": ["template": Scene.endingPods],
        ])
    }
}
