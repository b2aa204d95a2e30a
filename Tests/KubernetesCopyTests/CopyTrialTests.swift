import Clocks
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import Testing

/// What the target's server says of a plan, before anything is done.
@Suite struct CopyTrialTests {
    private let rule = CopyRule(name: "shop", selection: CopySelection(namespaces: ["shop"]))

    private static let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"

    private static func definition(lengthMax: Int) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      properties: {colour: {type: string, maxLength: \(lengthMax)}}
        """
    }

    private static let widget = """
        apiVersion: example.com/v1
        kind: Widget
        metadata: {name: one, namespace: shop}
        spec: {colour: ultramarine}
        """

    private func make(
        _ texts: String...,
        at client: KubernetesClient,
        of scene: CopyScene
    )
        async throws
    {
        try await scene.create(texts.joined(separator: "\n---\n"), at: client)
    }

    private func verdicts(_ plan: CopyPlan, _ scene: CopyScene) async throws -> [String: String] {
        let verdicts = try await CopyTrial(plan, target: scene.target).perform()
        return Dictionary(
            uniqueKeysWithValues: verdicts.map { key, verdict in
                let words: String =
                    switch verdict.outcome {
                    case .accepted: "accepted"
                    case .refused(let words): "refused: \(words)"
                    case .notAsked(let missing): "not asked: \(missing)"
                    }
                return ("\(key)", words)
            }
        )
    }

    @Test func `what needs a namespace or a definition that is not there yet is said so`()
        async throws
    {
        let scene = CopyScene.twin()
        try await make(Self.namespace, Self.definition(lengthMax: 20), at: scene.source, of: scene)
        try await make(Self.widget, at: scene.source, of: scene)
        let words = try await verdicts(try await scene.plan(rule), scene)
        #expect(
            words == [
                "Namespace shop": "accepted",
                "CustomResourceDefinition.apiextensions.k8s.io widgets.example.com": "accepted",
                "Widget.example.com shop/one": "not asked: its namespace is not there yet",
            ]
        )
        #expect(try await scene.get("namespaces shop", at: scene.target) == nil)
        try await make(Self.namespace, at: scene.target, of: scene)
        let later = try await verdicts(try await scene.plan(rule), scene)
        #expect(
            later["Widget.example.com shop/one"] == "not asked: its definition is not there yet"
        )
    }

    @Test func `creates, changes and removals are tried, and none is made`() async throws {
        let scene = CopyScene.twin()
        try await make(
            Self.namespace,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {x: '1'}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}",
            at: scene.source,
            of: scene
        )
        try await scene.copy(rule)
        let kind = try #require(try await scene.source.discovery().kind(named: "configmaps"))
        _ = try await scene.source.patch(
            kind,
            namespace: "shop",
            name: "a",
            .merge(["data": ["x": "2"]])
        )
        _ = try await scene.source.delete(kind, namespace: "shop", name: "b")
        try await make(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}}",
            at: scene.source,
            of: scene
        )
        var pruning = rule
        pruning.pruning = .upTo(10)
        let before = try await scene.target.list(kind, namespace: "shop").items
        let plan = try await scene.plan(pruning)
        let words = try await verdicts(plan, scene)
        #expect(
            words == [
                "ConfigMap shop/a": "accepted", "ConfigMap shop/b": "accepted",
                "ConfigMap shop/c": "accepted",
            ]
        )
        #expect(try await scene.target.list(kind, namespace: "shop").items == before)
        let report = CopyReport(of: plan, from: "old", to: "new", verdicts: [:])
        #expect(report.state == .planned)
    }

    @Test func `a refusal of the server is told of its object, and blocks`() async throws {
        let scene = CopyScene.twin()
        let kinds = CopySelection(namespaces: ["shop"], kinds: ["widgets"])
        for (client, lengthMax) in [(scene.source, 20), (scene.target, 4)] {
            try await make(
                Self.namespace,
                Self.definition(lengthMax: lengthMax),
                at: client,
                of: scene
            )
        }
        try await make(Self.widget, at: scene.source, of: scene)
        let plan = try await scene.plan(CopyRule(name: "shop", selection: kinds))
        #expect(plan.findings == [])
        let verdicts = try await CopyTrial(plan, target: scene.target).perform()
        let report = CopyReport(of: plan, from: "old", to: "new", verdicts: verdicts)
        #expect(report.state == .blocked)
        #expect(report.tally[.refused] == 1)
        let lines = CopyText.lines(of: report)
        #expect(lines.first == "create  Widget.example.com shop/one")
        #expect(
            lines[1].hasPrefix("        REFUSED by the target's server: "),
            "\(lines)"
        )
        #expect(lines[1].contains("Too long"), "\(lines)")
        #expect(
            lines.last == "the target's server would take 0, refuses 1, was not asked about 0"
        )
    }

    @Test func `what the server remarks on an object is told of that object`() async throws {
        let scene = CopyScene.twin()
        try await make(
            Self.namespace,
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}",
            "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}}",
            at: scene.source,
            of: scene
        )
        try await make(Self.namespace, at: scene.target, of: scene)
        let plan = try await scene.plan(rule)
        let remarking = Remarking(scene.tap)
        let verdicts = try await CopyTrial(
            plan,
            target: KubernetesClient(transport: remarking, time: scene.time)
        ).perform()
        let warnings = Dictionary(
            uniqueKeysWithValues: verdicts.map { ("\($0)", $1.warnings) }
        )
        #expect(warnings == ["ConfigMap shop/a": ["old news"], "Secret shop/s": []])
        #expect(remarking.targets.allSatisfy { $0.contains("dryRun=All") })
        #expect(remarking.targets.count == 2)
    }

    @Test func `what a server says of a value in a Secret is not told`() async throws {
        let scene = CopyScene.twin()
        try await make(
            Self.namespace,
            "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}}",
            at: scene.source,
            of: scene
        )
        try await make(Self.namespace, at: scene.target, of: scene)
        let plan = try await scene.plan(rule)
        let target = KubernetesClient(transport: Quoting(server: scene.tap), time: scene.time)
        let verdicts = try await CopyTrial(plan, target: target).perform()
        #expect(verdicts.values.map(\.outcome) == [.refused("Invalid in data[k]")])
        let summary = await CopyRun(plan, target: target, time: scene.time).perform()
        #expect(
            summary.failures.map(\.reason) == [
                "the target's server would not take it: Invalid in data[k]"
            ]
        )
    }

    /// Refuses every Secret, and quotes what is in it.
    private struct Quoting: HTTPTransport {
        let server: any HTTPTransport

        func send(
            _ request: HTTPRequest,
            timeout: Duration
        ) async throws(TransportError) -> HTTPResponse {
            guard request.method == "POST", request.target.contains("/secrets") else {
                return try await server.send(request, timeout: timeout)
            }
            let status: JSON = [
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 422,
                "reason": "Invalid", "message": "Secret s is invalid: hunter2",
                "details": [
                    "causes": [
                        ["reason": "FieldValueInvalid", "message": "hunter2", "field": "data[k]"]
                    ]
                ],
            ]
            return HTTPResponse(
                status: 422,
                headers: ["Content-Type": "application/json"],
                body: .bytes(status.encoded())
            )
        }
    }

    /// Remarks on every ConfigMap that is written.
    private final class Remarking: HTTPTransport {
        private let server: any HTTPTransport
        private let asked = Mutex<[String]>([])

        init(_ server: any HTTPTransport) { self.server = server }

        var targets: [String] { asked.withLock { $0 } }

        func send(
            _ request: HTTPRequest,
            timeout: Duration
        ) async throws(TransportError) -> HTTPResponse {
            var response = try await server.send(request, timeout: timeout)
            guard request.method != "GET" else { return response }
            asked.withLock { $0.append(request.target) }
            if request.target.contains("/configmaps") {
                response.headers["Warning"] = "299 - \"old news\""
            }
            return response
        }
    }
}
