import ControlPlaneSupport
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// StatefulSets that cross by ordinals: no number is run at both sites.
    static let numbering: [PlatformCase] = [
        PlatformCase("ordinals", "a StatefulSet crosses by ordinals, and comes back as it was") {
            let scene = try await Scene.open($0, in: $1)
            try await scene.addCells()
            let before = try await scene.pair.source.get(scene.cells.reference).spec
            let created = try await scene.makeUp(try await scene.copyOfCells())
            #expect(try await scene.ordinals(at: .target) == OrdinalRange(start: 3, count: 0))
            var made = [created]
            for moved in 1...3 {
                let left = OrdinalRange(start: 0, count: 3 - moved)
                made.append(try await scene.makeUp(scene.number(.source, left)))
                try await scene.waitUntilGone(3 - moved, at: .source)
                let taken = OrdinalRange(start: 3 - moved, count: moved)
                made.append(try await scene.makeUp(scene.number(.target, taken)))
                #expect(try await scene.ordinals(at: .source) == left)
                #expect(try await scene.ordinals(at: .target) == taken)
                #expect(await scene.changeOfMade(scene.cells) == nil)
            }
            // Numbered from 0 as the source says it: without the field.
            let target = try await scene.pair.target.get(scene.cells.reference)
            #expect(target.at("spec", "ordinals") == nil)
            // Each once more changes nothing.
            for step in made.suffix(2) {
                scene.resetTaps()
                try await scene.perform(step.move, from: step.before)
                #expect(scene.writes == [])
            }
            for step in made.reversed() {
                try await scene.undo(step.move, to: step.before)
                guard case .runOrdinals(_, let ordinals) = step.move.change,
                    step.move.site == .target
                else { continue }
                try await scene.waitUntilGone(ordinals.start, at: .target)
            }
            #expect(try await scene.pair.source.get(scene.cells.reference).spec == before)
            #expect(try await scene.pair.target.find(scene.cells.reference) == nil)
        },
        PlatformCase(
            "asked-twice",
            "no ordinal is started that the other site asks for or still runs"
        ) {
            let scene = try await Scene.open($0, in: $1)
            try await scene.addCells()
            try await scene.makeUp(try await scene.copyOfCells())
            let start = scene.number(.target, OrdinalRange(start: 2, count: 1))
            let reason = await driftReason { try await scene.makeUp(start) }
            #expect(reason?.contains("asks for cells-2 itself") == true)
            #expect(try await scene.ordinals(at: .target).count == 0)
            // A pod that a finalizer holds has not ended.
            try await scene.waitUntilRun(2, at: .source)
            try await scene.holdPod(2, ["example.com/hold"])
            let end = try await scene.makeUp(
                scene.number(.source, OrdinalRange(start: 0, count: 2))
            )
            let gone = Condition.ordinalGone(site: .source, workload: scene.cells, ordinal: 2)
            try await scene.pair.wait(until: "the controller has taken up its object") {
                try await scene.pair.platform(.source).check(gone, replicas: nil)
                    == .waiting(seen: "cells-2 has not ended at the source")
            }
            await #expect(throws: ProviderError.self) { try await scene.makeUp(start) }
            #expect(try await scene.ordinals(at: .target).count == 0)
            try await scene.holdPod(2, [])
            try await scene.waitUntilGone(2, at: .source)
            try await scene.makeUp(start)
            // Nor on the way back while the target asks for it.
            let back = await driftReason { try await scene.undo(end.move, to: end.before) }
            #expect(back?.contains("asks for cells-2 itself") == true)
            #expect(try await scene.ordinals(at: .source).count == 2)
        },
        PlatformCase("scaled-by-hand", "a StatefulSet that was scaled meanwhile is not touched") {
            let scene = try await Scene.open($0, in: $1)
            try await scene.addCells()
            try await scene.pair.source.merge(
                ["spec": ["replicas": 5]],
                into: scene.cells.reference
            )
            let end = scene.number(.source, OrdinalRange(start: 0, count: 2))
            let reason = await driftReason { try await scene.makeUp(end) }
            #expect(reason?.contains("asks for ordinals 0 to 4") == true)
            #expect(try await scene.ordinals(at: .source).count == 5)
        },
    ]
}

extension Scene {
    fileprivate var cells: WorkloadID {
        WorkloadID(kind: "StatefulSet", namespace: namespace, name: "cells")
    }

    /// Three pods that need not wait for each other, for none becomes ready.
    fileprivate func addCells() async throws {
        let labels: JSON = ["app": "cells"]
        try await pair.source.create([
            "apiVersion": "apps/v1", "kind": "StatefulSet",
            "metadata": ["name": "cells", "namespace": .string(namespace)],
            "spec": [
                "replicas": 3, "serviceName": "cells", "podManagementPolicy": "Parallel",
                "selector": ["matchLabels": labels],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": ["containers": [["name": "cells", "image": "nothing"]]],
                ],
            ],
        ])
    }

    fileprivate func copyOfCells() async throws -> Move {
        Move(
            site: .target,
            change: .create(objects: [try await copy(cells.reference, .behindOrdinals)]),
            description: "copy of the cells"
        )
    }

    fileprivate func number(_ site: SiteRole, _ ordinals: OrdinalRange) -> Move {
        Move(
            site: site,
            change: .runOrdinals(workload: cells, ordinals: ordinals),
            description: "\(ordinals.count) cells at the \(site.rawValue)"
        )
    }

    @discardableResult
    fileprivate func makeUp(_ move: Move) async throws -> (move: Move, before: BeforeImage) {
        let before = try await survey(move)
        try await perform(move, from: before)
        return (move, before)
    }

    fileprivate func ordinals(at site: SiteRole) async throws -> OrdinalRange {
        let spec = try await pair[site].get(cells.reference).spec
        return OrdinalRange(
            start: spec?.at("ordinals", "start")?.int ?? 0,
            count: spec?["replicas"]?.int ?? 1
        )
    }

    fileprivate func waitUntilGone(_ ordinal: Int, at site: SiteRole) async throws {
        let gone = Condition.ordinalGone(site: site, workload: cells, ordinal: ordinal)
        try await pair.wait(until: "cells-\(ordinal) is gone from the \(site.rawValue)") {
            try await pair.platform(site).check(gone, replicas: nil) == .holds
        }
    }

    fileprivate func waitUntilRun(_ ordinal: Int, at site: SiteRole) async throws {
        try await pair.wait(until: "cells-\(ordinal) is at the \(site.rawValue)") {
            try await pair[site].find(reference("v1", "Pod", "cells-\(ordinal)")) != nil
        }
    }

    fileprivate func holdPod(_ ordinal: Int, _ finalizers: [JSON]) async throws {
        let pod = reference("v1", "Pod", "cells-\(ordinal)")
        try await pair.source.merge(["metadata": ["finalizers": .array(finalizers)]], into: pod)
    }
}
