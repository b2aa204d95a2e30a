import Clocks
import ControlPlaneSupport
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

/// What cannot be watched is followed all the same.
extension FollowingTests {
    private static let estate = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {x: "1"}}
        """

    @Test(arguments: [Unwatched.Way.unannounced, .refused])
    fileprivate func `what is served without watches is read anew from time to time`(
        _ way: Unwatched.Way
    ) async throws {
        let refused = SeenKeys()
        let scene = CopyScene.twin { Unwatched(server: $0, way: way, refused: refused) }
        try await scene.create(Self.estate, at: scene.source)
        let rounds = SeenKeys()
        let following = CopyFollowing(
            CopyRule(
                name: "shop",
                selection: CopySelection(namespaces: ["shop"], kinds: ["namespaces", "configmaps"])
            ),
            from: scene.source,
            to: scene.target,
            time: SystemTime(),
            settle: .milliseconds(10),
            pollPause: .milliseconds(30)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await following.run { rounds.add($0.plan.findings.map(\.check)) }
            }
            group.addTask {
                try await scene.time.wait(until: "it has arrived") {
                    try await scene.get("configmaps shop/a", at: scene.target) != nil
                }
                let maps = try await scene.source.configMaps()
                _ = try await scene.source.patch(
                    maps,
                    namespace: "shop",
                    name: "a",
                    .merge(["data": ["x": "2"]])
                )
                try await scene.time.wait(until: "its change has arrived") {
                    try await scene.get("configmaps shop/a", at: scene.target)?.at("data", "x")
                        == "2"
                }
            }
            try await group.next()
            group.cancelAll()
        }
        #expect(rounds.all == [])
        #expect(refused.all == (way == .refused ? ["configmaps", "namespaces"] : []))
    }

    @Test func `a group that nothing answers for is told by every round, and removes nothing`()
        async throws
    {
        let scene = CopyScene.twin { Unwatched(server: $0, way: .dead, refused: SeenKeys()) }
        try await scene.create(Self.estate, at: scene.source)
        let rule = CopyRule(
            name: "shop",
            selection: CopySelection(namespaces: ["shop"], kinds: ["namespaces", "configmaps"]),
            pruning: .upTo(10)
        )
        try await scene.copy(rule)
        let maps = try await scene.source.configMaps()
        _ = try await scene.source.delete(maps, namespace: "shop", name: "a")
        let following = CopyFollowing(
            rule,
            from: scene.source,
            to: scene.target,
            time: SystemTime(),
            settle: .milliseconds(10)
        )
        let told = SeenKeys()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await following.run { told.add($0.plan.findings.map(\.check)) } }
            group.addTask {
                try await scene.time.wait(until: "a round has told") { !told.all.isEmpty }
            }
            try await group.next()
            group.cancelAll()
        }
        #expect(told.all == ["group-not-answering"])
        #expect(try await scene.get("configmaps shop/a", at: scene.target) != nil)
    }
}

/// A server that lists and does not watch, or has a group for which nobody answers.
private struct Unwatched: HTTPTransport {
    enum Way {
        /// Its discovery has no such verb.
        case unannounced
        /// It answers 405, although its discovery has the verb.
        case refused
        /// It watches, but cannot say what a group holds.
        case dead
    }

    let server: any HTTPTransport
    let way: Way
    /// The plurals of which a watch was refused.
    let refused: SeenKeys

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        if way != .dead, request.target.contains("watch=") {
            refused.add(["configmaps", "namespaces"].filter { request.target.contains("/\($0)?") })
            let status: JSON = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 405,
                "reason": "MethodNotAllowed", "message": "no watch is served here",
            ]
            return HTTPResponse(status: 405, body: .bytes(status.encoded()))
        }
        var response = try await server.send(request, timeout: timeout)
        guard ["/api", "/apis"].contains(request.target) else { return response }
        do {
            let bytes = try await response.body.collect(sizeMax: 1 << 24)
            response.body = .bytes(try changed(bytes, of: request.target))
        } catch {
            Issue.record("the discovery could not be read: \(error)")
        }
        return response
    }

    private func changed(_ bytes: [UInt8], of path: String) throws -> [UInt8] {
        guard way == .dead else {
            let text = String(decoding: bytes, as: UTF8.self)
            return way == .unannounced
                ? Array(text.replacing("\"watch\"", with: "\"proxy\"").utf8) : bytes
        }
        var document = try JSON.parse(bytes)
        guard path == "/apis", let groups = document["items"]?.array else { return bytes }
        let dead: JSON = [
            "metadata": ["name": "dead.example.com"],
            "versions": [["version": "v1", "freshness": "Stale"]],
        ]
        document["items"] = .array(groups + [dead])
        return document.encoded()
    }
}
