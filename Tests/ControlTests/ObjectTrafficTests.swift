import Clocks
import Composition
import EmbeddedSites
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import Synchronization
import Testing
import TrafficKubernetes
import Twin
import YAMLDocuments

/// A whole crossing whose requests are shared by an HTTPRoute, before the twin's two sites.
@Suite struct ObjectTrafficTests {
    private static let route = RouteID("edge/home")

    @Test func `a small estate crosses by the weights of an HTTPRoute, and comes back`()
        async throws
    {
        let calls = Mutex<[APICall]>([])
        try await withGateway(observing: { call in calls.withLock { $0.append(call) } }) {
            migration,
            gateway in
            let rights = try RightsPlanning(
                CopyRule(name: "x", selection: CopySelection(namespaces: ["shop"])),
                source: try await gateway.client.refreshDiscovery(),
                target: try await migration.access.target.client.discovery(),
                shared: [RightsPlanning.Shared("edge/httproutes")].compactMap { $0 }
            ).rights(for: .migrate).source
            let before = try await gateway.object().spec
            try await migration.begin(try await migration.plan())
            #expect(try await migration.drive() == .waiting(.crossed))
            #expect(try await gateway.weights() == [0, 100])
            try await migration.run.submit(.rollback)
            #expect(try await migration.drive() == .closed(.asItWasBefore))
            #expect(try await gateway.object().spec == before)
            let lacking = calls.withLock { $0 }
                .filter { call in call.resource.map { !rights.allows($0) } ?? false }
            #expect(lacking.map(\.path) == [])
        }
    }

    @Test func `weights that somebody puts back stop the run with his name`() async throws {
        try await withGateway(revertingAs: "argocd-controller") { migration, gateway in
            try await migration.begin(try await migration.plan())
            let exit = try await migration.drive()
            guard case .waiting(.stopped(let failures)) = exit else {
                Issue.record("it ended as \(exit)")
                return
            }
            #expect(failures.map(\.failure.kind) == [.drift])
            #expect(
                failures.first?.failure.reason.contains(
                    #""argocd-controller" using gateway.networking.k8s.io/v1 wrote it last"#
                ) == true
            )
            // As they were recorded, and not as they were put back.
            #expect(try await gateway.weights() == [1, 0])
        }
    }

    private func withGateway(
        revertingAs manager: String? = nil,
        observing observer: @escaping @Sendable (APICall) -> Void = { _ in },
        _ body: @escaping @Sendable (TwinMigration, PlayedGateway) async throws -> Void
    ) async throws {
        try await SmallEstate.withMigration(edit: { file in
            file.traffic?.routes = [RouteRule(route: Self.route, host: "home.example")]
        }) { migration in
            let gateway = PlayedGateway(migration, revertsAs: manager)
            try await gateway.open()
            let traffic = TrafficKubernetes(
                routes: [
                    WeightedRoute(
                        route: Self.route,
                        namespace: "edge",
                        name: "home",
                        shares: .backends(.httpRoute, source: "old", target: "new")
                    )
                ],
                client: KubernetesClient(
                    transport: InProcessTransport(migration.twin.pair.face(of: .source)),
                    time: migration.time,
                    observer: KubernetesClient.Observer(willCall: observer)
                ),
                context: "old",
                evidence: ProbeEvidence(
                    front: gateway,
                    hosts: [Self.route: "home.example"],
                    grace: .seconds(1),
                    time: migration.time
                ),
                time: migration.time
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await gateway.run() }
                group.addTask { try await body(migration.before(traffic), gateway) }
                // The gateway runs until it is cancelled.
                try await group.next()
                group.cancelAll()
            }
        }
    }
}

/// What stands before both sites and serves by an HTTPRoute of the source.
private final class PlayedGateway: HTTPTransport {
    let client: KubernetesClient
    private let access: MigrationAccess
    private let time: any TimeSource
    private let manager: String?
    private let count = Mutex(0)

    init(_ migration: TwinMigration, revertsAs manager: String?) {
        access = migration.access
        client = migration.access.source.client
        time = migration.time
        self.manager = manager
    }

    private static let objects = """
        {apiVersion: v1, kind: Namespace, metadata: {name: edge}}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: httproutes.gateway.networking.k8s.io}
        spec:
          group: gateway.networking.k8s.io
          scope: Namespaced
          names: {kind: HTTPRoute, plural: httproutes, singular: httproute, listKind: HTTPRouteList}
          versions:
            - name: v1
              served: true
              storage: true
              subresources: {status: {}}
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: home, namespace: edge}
        spec:
          hostnames: [home.example]
          parentRefs: [{name: front}]
          rules:
            - backendRefs: [{name: old, port: 80, weight: 1}, {name: new, port: 80, weight: 0}]
        """

    /// Makes the route, and takes it.
    func open() async throws {
        for object in try YAMLDocuments.parse(Self.objects).map(\.json) {
            let kind = try #require(object.groupVersionKind)
            _ = try await client.create(try await client.resource(for: kind), object)
        }
        try await takeRoute()
    }

    func object() async throws -> JSON {
        try await client.get(try await kind, namespace: "edge", name: "home")
    }

    func weights() async throws -> [Int] {
        (try await object().at("spec", "rules")?[0]?["backendRefs"]?.array ?? [])
            .compactMap { $0["weight"]?.int }
    }

    /// Takes each version of the route, and puts its weights back once if it was told to.
    func run() async throws {
        var hasReverted = false
        while !Task.isCancelled {
            try await takeRoute()
            if let manager, !hasReverted, try await weights().last != 0 {
                hasReverted = true
                try await putBack(as: manager)
            }
            do {
                try await time.sleep(for: .milliseconds(20))
            } catch {
                return
            }
        }
    }

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let weights: [Int]
        do { weights = try await self.weights() } catch { throw .broken(reason: "\(error)") }
        let number = count.withLock { count in
            count += 1
            return count
        }
        let total = weights.reduce(0, +)
        let isTarget = number * weights[1] / total > (number - 1) * weights[1] / total
        let site = isTarget ? access.target : access.source
        guard let entry = site.entry else { throw .notSent(reason: "the site has no entry") }
        var answer = try await entry.send(request, timeout: timeout)
        answer.headers.add("X-Diolkos-Site", isTarget ? "target" : "source")
        return answer
    }

    private var kind: ResourceKind {
        get async throws {
            try await client.resource(group: "gateway.networking.k8s.io", kind: "HTTPRoute")
        }
    }

    private func takeRoute() async throws {
        let generation = JSON.int(try await object().generation ?? 0)
        let conditions = ["Accepted", "ResolvedRefs"].map { type -> JSON in
            ["type": .string(type), "status": "True", "observedGeneration": generation]
        }
        let parent: JSON = [
            "parentRef": ["name": "front"], "controllerName": "example.com/played",
            "conditions": .array(conditions),
        ]
        _ = try await client.patch(
            try await kind,
            namespace: "edge",
            name: "home",
            .merge(["status": ["parents": [parent]]]),
            subresource: "status"
        )
    }

    private func putBack(as manager: String) async throws {
        let backends = "/spec/rules/0/backendRefs"
        _ = try await client.patch(
            try await kind,
            namespace: "edge",
            name: "home",
            .json([
                ["op": "replace", "path": .string("\(backends)/0/weight"), "value": 100],
                ["op": "replace", "path": .string("\(backends)/1/weight"), "value": 0],
            ]),
            options: WriteOptions(fieldManager: manager)
        )
    }
}
