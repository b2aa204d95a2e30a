import ControlPlaneSupport
import MigrationModel
import MigrationPorts
import Testing

extension PlatformCase {
    /// What makes a run repeatable after any crash.
    static let repeating: [PlatformCase] = [
        PlatformCase("twice", "a change made again writes nothing and gives the same end") {
            let scene = try await Scene.open($0, in: $1)
            for move in try await scene.moves() {
                let before = try await scene.survey(move)
                scene.resetTaps()
                let receipt = try await scene.perform(move, from: before)
                #expect(!scene.writes.isEmpty, "\(move) wrote nothing")
                let after = try await scene.exactSnapshot()
                scene.resetTaps()
                let again = try await scene.perform(move, from: before)
                #expect(scene.writes == [], "\(move)")
                #expect(again == receipt, "\(move)")
                let later = try await scene.exactSnapshot()
                #expect(differences(after, later) == [], "\(move)")
            }
        },
        PlatformCase("unmade", "undoing what was never made writes nothing") {
            let scene = try await Scene.open($0, in: $1)
            for move in try await scene.moves() {
                let before = try await scene.survey(move)
                let seen = try await scene.exactSnapshot()
                scene.resetTaps()
                try await scene.undo(move, to: before)
                #expect(scene.writes == [], "\(move)")
                let later = try await scene.exactSnapshot()
                #expect(differences(seen, later) == [], "\(move)")
                try await scene.perform(move, from: before)
            }
        },
        PlatformCase("backwards", "undone one by one, twice each, a crossing leaves no trace") {
            let scene = try await Scene.open($0, in: $1)
            var made: [(move: Scene.Move, before: BeforeImage, seen: [String: JSONText])] = []
            for move in try await scene.moves() {
                let before = try await scene.survey(move)
                let seen = try await scene.snapshot().mapValues(JSONText.init)
                try await scene.perform(move, from: before)
                made.append((move, before, seen))
            }
            for (move, before, seen) in made.reversed() {
                for _ in 1...2 {
                    try await scene.undo(move, to: before)
                    let now = try await scene.snapshot()
                    #expect(differences(seen.mapValues(\.value), now) == [], "\(move)")
                }
            }
        },
        PlatformCase("lost", "a change whose answer was lost is recognised, not made twice") {
            let scene = try await Scene.open($0, in: $1)
            for move in try await scene.moves() {
                let before = try await scene.survey(move)
                let unmade = try await scene.snapshot()
                scene.resetTaps()
                try await scene.perform(move, from: before)
                let wanted = try await scene.snapshot()
                scene.resetTaps()
                try await scene.undo(move, to: before)
                // Each of its writes in turn, until it has no such write.
                for index in 0..<20 {
                    scene.resetTaps()
                    scene.pair[move.site].tap.spoil(write: index, .answerLost)
                    let isLost = try await isUnknown { try await scene.perform(move, from: before) }
                    if isLost { try await scene.perform(move, from: before) }
                    let after = try await scene.snapshot()
                    #expect(differences(wanted, after) == [], "\(move), write \(index)")
                    guard isLost else { break }
                    scene.resetTaps()
                    scene.pair[move.site].tap.spoil(write: 0, .answerLost)
                    if try await isUnknown({ try await scene.undo(move, to: before) }) {
                        try await scene.undo(move, to: before)
                    }
                    let back = try await scene.snapshot()
                    #expect(differences(unmade, back) == [], "\(move), undone")
                }
            }
        },
    ]

    /// Whether it ended with `unknown`; every other error is thrown on.
    private static func isUnknown(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return false
        } catch ProviderError.unknown {
            return true
        }
    }
}
