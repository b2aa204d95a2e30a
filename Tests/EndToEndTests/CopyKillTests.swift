import Clocks
import Foundation
import JSONValues
import Testing
import Twin

/// `diolkos copy` as a process that is killed while it writes, and begun again.
@Suite struct CopyKillTests {
    private static let kills = 12
    private static let services = [DemoEstate.Service(namespace: "shop", name: "home")]

    /// Of several kinds, more than any of the processes comes to.
    private static let objects: [JSON] = (0..<1_200).map { index in
        let place: JSON = ["name": .string("object-\(index)"), "namespace": "shop"]
        return switch index % 3 {
        case 0:
            [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": place,
                "data": ["number": .string("\(index)")],
            ]
        case 1:
            [
                "apiVersion": "v1", "kind": "Secret", "metadata": place,
                "stringData": ["number": .string("\(index)")],
            ]
        default: ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": place]
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a copy killed twelve times makes each object once, and again it writes nothing`()
        async throws
    {
        try await TwinSession.with(Self.services, more: Self.objects) { session in
            var steps = SeededDelays(seed: 5)
            var created: [Int] = []
            for _ in 0..<Self.kills {
                let before = try session.auditCount()
                let step = steps.next(in: 1...60)
                let copy = try session.start("copy")
                while copy.isRunning, try session.auditCount() < before + step {
                    try await SystemTime().sleep(for: .milliseconds(2))
                }
                copy.kill()
                let status = try await copy.ended()
                try #require(status == -SIGKILL, "it ended before it was killed: \(copy.text)")
                created.append(try session.auditCount() - before)
            }
            print("killed after so many writes: \(created), \(steps)")
            let last = try await session.run("copy")
            #expect(last.code == 0, "\(last.text)")
            #expect(!last.text.contains("\n0 created"), "nothing was left for the last one")
            let places = try session.creations()
            let twice = Dictionary(grouping: places, by: \.self).filter { $1.count > 1 }
            #expect(twice.keys.sorted() == [])
            for object in Self.objects {
                let plural = (object["kind"]?.string ?? "").lowercased() + "s"
                let name = object.at("metadata", "name")?.string ?? ""
                #expect(places.contains("target \(plural) shop \(name)"))
            }
            let writes = try session.auditCount()
            let again = try await session.run("copy")
            #expect(again.code == 0, "\(again.text)")
            #expect(again.text.contains("0 created, 0 changed, "), "\(again.text)")
            #expect(try session.auditCount() == writes)
        }
    }
}
