import Clocks
import ControlPlaneSupport
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

extension CopyCase {
    /// What stands still at the target until somebody lets it go: details 16 and 18.
    static let standing = [
        CopyCase("daemons", "a DaemonSet stands still by nodes that nobody has") { scene in
            try await scene.open(CopyCase.daemonSet("agent"))
            try await scene.make(CopyCase.daemonSet("other"))
            try await scene.pair.wait(until: "each has its pod at the source") {
                try await scene.list("pods", at: scene.source).count == 2
            }
            let plan = try await scene.plan()
            #expect(
                plan.objects(of: "daemon-set-stopped") == [
                    "DaemonSet.apps daemons/agent", "DaemonSet.apps daemons/other",
                ]
            )
            try await scene.copy()
            try await scene.pair.wait(until: "the target's controller has looked at both") {
                try await scene.list("daemonsets", at: scene.target).allSatisfy {
                    $0.at("status", "observedGeneration") != nil
                        && $0.at("status", "desiredNumberScheduled") == 0
                }
            }
            #expect(try await scene.list("pods", at: scene.target).isEmpty)
            try await scene.expectNothingMore()
            // Whoever takes the selector off lets it go, and a later copy leaves it so.
            let selector: JSON = ["nodeSelector": [CopyMarks.stopped: .null]]
            try await scene.merge(
                ["spec": ["template": ["spec": selector]]],
                into: "daemonsets agent"
            )
            try await scene.copy()
            try await scene.pair.wait(until: "it runs") {
                try await scene.list("pods", at: scene.target).count == 1
            }
            try await scene.expectNothingMore()
            try await scene.copy(scene.rule(.running))
            try await scene.pair.wait(until: "both run") {
                try await scene.list("pods", at: scene.target).count == 2
            }
            try await scene.expectNothingMore(scene.rule(.running))
        },
        CopyCase("scalers", "KEDA is told to leave alone what stands still") { scene in
            let kind = CopyCase.widgets.replacingOccurrences(of: "NS.example.com", with: "keda.sh")
                .replacingOccurrences(of: "widget", with: "scaledobject")
                .replacingOccurrences(of: "Widget", with: "ScaledObject")
            try await scene.open(kind)
            try await scene.make(
                "{apiVersion: keda.sh/v1, kind: ScaledObject, metadata: {name: web, namespace: NS}}"
            )
            try await scene.copy()
            let paused = try await scene.copied("scaledobjects web").annotations[CopyMarks.paused]
            #expect(paused == "true")
            try await scene.expectNothingMore()
            try await scene.copy(scene.rule(.running))
            let running = try await scene.copied("scaledobjects web").annotations
            #expect(running[CopyMarks.paused] == nil)
        },
        CopyCase("started", "what somebody starts at the target goes on, and nothing is in the way")
        {
            scene in
            try await scene.open(CopyCase.deployment("web", replicas: 3))
            try await scene.make(CopyCase.cronJob("ticking", isSuspended: false))
            try await scene.copy()
            let kind = try #require(try await scene.target.discovery().kind(named: "deployments"))
            _ = try await scene.target.scale(kind, namespace: "started", name: "web", to: 2)
            try await scene.merge(["spec": ["suspend": false]], into: "cronjobs ticking")
            try await scene.copy()
            #expect(try await scene.copied("deployments web").at("spec", "replicas") == 2)
            #expect(try await scene.copied("cronjobs ticking").at("spec", "suspend") == false)
            try await scene.expectNothingMore()
        },
        CopyCase("ticks", "nothing runs twice, whoever has the CronJob meanwhile") { scene in
            try await CopyCase.handOverTicks(scene)
        },
    ]

    private static func daemonSet(_ name: String) -> String {
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: \(name), namespace: NS}
        spec:
          selector: {matchLabels: {app: \(name)}}
          template:
            metadata: {labels: {app: \(name)}}
            spec: {containers: [{name: a, image: a}]}
        """
    }

    /// Minutes pass while the source has it, then the target, then the source again.
    private static func handOverTicks(_ scene: DetailScene) async throws {
        try await scene.open(cronJob("ticking", isSuspended: false, schedule: "* * * * *"))
        try await scene.make(cronJob("resting", isSuspended: true, schedule: "* * * * *"))
        try await scene.make(job("counter"))
        let running = scene.rule(.running)
        try await scene.copy(running)
        var ticks = Ticks()
        try await ticks.wait(for: 1, at: scene.source, of: scene)
        #expect(try await scene.list("jobs", at: scene.target) == [])
        // The way that the finding tells.
        try await scene.merge(
            ["spec": ["suspend": true]],
            into: "cronjobs ticking",
            atTarget: false
        )
        try await scene.copy(running)
        let last = try await scene.original("cronjobs ticking").at("status", "lastScheduleTime")
        #expect(
            try await scene.copied("cronjobs ticking").at("status", "lastScheduleTime") == last
        )
        try await scene.expectNothingMore(running)
        try await scene.merge(["spec": ["suspend": false]], into: "cronjobs ticking")
        try await scene.copy(running)
        try await scene.expectNothingMore(running)
        try await ticks.wait(for: 1, at: scene.target, of: scene)
        #expect(try await scene.copied("cronjobs resting").at("spec", "suspend") == true)
        // And back: what the copy tells the target, a person has to tell the source.
        try await scene.merge(["spec": ["suspend": true]], into: "cronjobs ticking")
        let done = try await scene.copied("cronjobs ticking").at("status", "lastScheduleTime")
        try await scene.merge(
            ["status": ["lastScheduleTime": done ?? .null]],
            into: "cronjobs ticking",
            atTarget: false,
            subresource: "status"
        )
        try await scene.merge(
            ["spec": ["suspend": false]],
            into: "cronjobs ticking",
            atTarget: false
        )
        try await ticks.look(at: scene)
        let undo = CopyUndo(of: scene.namespace, at: scene.target, time: scene.pair.time)
        let summary = await undo.perform(try await undo.plan(includesVolumes: false))
        #expect(summary.failures.map(\.reason) == [])
        try await ticks.look(at: scene)
        #expect(try await scene.original("cronjobs resting").at("spec", "suspend") == true)
        #expect(ticks.counter == 1)
        for (tick, uids) in ticks.runs { #expect(uids.count == 1, "\(tick)") }
        #expect(ticks.runs.count >= 2)
    }
}

/// Which runs of a CronJob were seen, at both sites together, and how often a Job ran once.
private struct Ticks {
    /// By the name that the controller draws from the minute.
    private(set) var runs: [String: Set<String>] = [:]
    private var counters: Set<String> = []

    var counter: Int { counters.count }

    mutating func look(at scene: DetailScene) async throws {
        for client in [scene.source, scene.target] { try await look(at: client, of: scene) }
    }

    @discardableResult
    private mutating func look(
        at client: KubernetesClient,
        of scene: DetailScene
    ) async throws -> Int {
        var count = 0
        for job in try await scene.list("jobs", at: client) {
            guard let name = job.name, let uid = job.uid else { continue }
            if name == "counter" {
                counters.insert(uid)
            } else {
                runs[name, default: []].insert(uid)
                count += 1
            }
        }
        return count
    }

    /// Waits, for minutes if need be, until a site has begun so many runs.
    mutating func wait(
        for count: Int,
        at client: KubernetesClient,
        of scene: DetailScene
    ) async throws {
        try await scene.pair.time.wait(until: "a site has begun \(count)", within: .seconds(150)) {
            try await look(at: scene)
            return try await look(at: client, of: scene) >= count
        }
    }
}
