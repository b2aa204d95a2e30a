import Clocks
import ControlPlaneSupport
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import Testing

@Suite struct FollowingTests {
    private let rule = CopyRule(
        name: "shop",
        selection: CopySelection(
            namespaces: ["shop"],
            kinds: ["namespaces", "configmaps", "secrets", "services", "deployments"]
        ),
        pruning: .upTo(10)
    )

    @Test func `a thousand changes at the source arrive, and both sites agree in the end`()
        async throws
    {
        try await followChanges(CopyScene.twin())
    }

    @Test(.enabled(if: assets != nil, "KUBEBUILDER_ASSETS names no API server to run"))
    func `a thousand changes at a real source arrive at a real target`() async throws {
        let target = try #require(Self.assets)
        let other = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS_SOURCE"] ?? ""
        let source = other.isEmpty ? target : other
        try await SitePair.real(source: source, target: target) { pair in
            try await followChanges(CopyScene(pair))
        }
    }

    private static let assets = ControlPlane.assets("KUBEBUILDER_ASSETS")

    /// As many may go before a round comes to it.
    private func rule(removing limit: Int) -> CopyRule {
        var rule = rule
        rule.pruning = .upTo(limit)
        return rule
    }

    private func followChanges(_ scene: CopyScene) async throws {
        let rule = rule(removing: RandomChanges.objectsMax)
        try await scene.create(
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}",
            at: scene.source
        )
        let following = CopyFollowing(
            rule,
            from: scene.source,
            to: scene.target,
            time: SystemTime(),
            settle: .milliseconds(20)
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await following.run { _ in } }
            group.addTask {
                var changes = RandomChanges(seed: 7)
                for _ in 0..<1_000 { try await changes.make(at: scene.source) }
                try await eventually { try await agree(scene, rule) }
            }
            try await group.next()
            group.cancelAll()
        }
        let rest = try await scene.target.list(configMaps(scene.target), namespace: "shop").items
        #expect(rest.count > 5)
        #expect(try await agree(scene, rule))
    }

    @Test func `a round waits for nobody at the target, and holds up only what comes behind`()
        async throws
    {
        let scene = CopyScene.twin()
        try await scene.create(Self.judged, at: scene.source)
        let rule = CopyRule(
            name: "shop",
            selection: CopySelection(namespaces: ["shop"]),
            workloads: .running,
            pruning: .upTo(10)
        )
        let following = CopyFollowing(
            rule,
            from: scene.source,
            to: scene.target,
            time: SystemTime(),
            settle: .milliseconds(20)
        )
        let waiting = SeenKeys()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await following.run { round in
                    waiting.add(round.summary?.waiting.map(\.key.description) ?? [])
                }
            }
            group.addTask { try await changeWhileItWaits(scene) }
            try await group.next()
            group.cancelAll()
        }
        #expect(
            waiting.all == [
                "Cart.carts.example.com shop/one",
                "ValidatingWebhookConfiguration.admissionregistration.k8s.io judge",
            ]
        )
    }

    /// Nobody answers for the webhook until the end.
    private func changeWhileItWaits(_ scene: CopyScene) async throws {
        let judge = "validatingwebhookconfigurations judge"
        try await eventually {
            try await scene.get("ingresses shop/front", at: scene.target) != nil
        }
        let maps = try await configMaps(scene.source)
        _ = try await scene.source.patch(
            maps,
            namespace: "shop",
            name: "a",
            .merge(["data": ["x": "2"]])
        )
        _ = try await scene.source.delete(maps, namespace: "shop", name: "b")
        try await eventually {
            let changed = try await scene.get("configmaps shop/a", at: scene.target)
            let gone = try await scene.get("configmaps shop/b", at: scene.target)
            return changed?.at("data", "x") == "2" && gone == nil
        }
        #expect(try await scene.get(judge, at: scene.target) == nil)
        #expect(try await scene.get("carts shop/one", at: scene.target) == nil)
        try await scene.create(FollowingTests.answering, at: scene.target)
        try await eventually {
            try await scene.get("carts shop/one", at: scene.target) != nil
        }
        #expect(try await scene.get(judge, at: scene.target) != nil)
    }

    @Test func `what a copy waits for is told while it waits`() async throws {
        let scene = CopyScene.twin()
        try await scene.create(FollowingTests.judged, at: scene.source)
        let told = Mutex<[String?]>([])
        let everything = CopyRule(
            name: "shop",
            selection: CopySelection(namespaces: ["shop"]),
            workloads: .running
        )
        let run = CopyRun(try await scene.plan(everything), target: scene.target, time: scene.time)
        {
            if case .waits(let wait) = $0 { told.withLock { $0.append(wait) } }
        }
        async let summary = run.perform()
        try await eventually {
            told.withLock { $0.last == "a ready pod behind Service shop/hook" }
        }
        try await scene.create(FollowingTests.answering, at: scene.target)
        #expect(await summary.failures.isEmpty)
        #expect(told.withLock { $0.last } == .some(nil))
    }

    /// Somebody answers for the webhook.
    private static let answering = """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: hook-1, namespace: shop, labels: {kubernetes.io/service-name: hook}}
        addressType: IPv4
        endpoints: [{addresses: [10.1.2.3]}]
        ports: [{port: 443}]
        """

    private static let judged = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {x: "1"}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: hook, namespace: shop}
        spec: {selector: {app: hook}, ports: [{port: 443}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: front, namespace: shop}
        spec: {defaultBackend: {service: {name: hook, port: {number: 443}}}}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: judge}
        webhooks:
        - name: judge.example.com
          admissionReviewVersions: [v1]
          sideEffects: None
          clientConfig: {service: {namespace: shop, name: hook}}
          rules:
          - {apiGroups: [carts.example.com], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: carts.carts.example.com}
        spec:
          group: carts.example.com
          scope: Namespaced
          names: {plural: carts, singular: cart, kind: Cart, listKind: CartList}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        ---
        {apiVersion: carts.example.com/v1, kind: Cart, metadata: {name: one, namespace: shop}}
        """

    @Test func `a source that shows too little is not believed`() async throws {
        let scene = CopyScene.twin()
        let maps = (0..<12).map {
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: map-\($0), namespace: shop}}"
        }
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
        try await scene.create(([space] + maps).joined(separator: "\n---\n"), at: scene.source)
        try await scene.copy(rule)
        let kind = try await configMaps(scene.source)
        for index in 0..<11 {
            _ = try await scene.source.delete(kind, namespace: "shop", name: "map-\(index)")
        }
        let plan = try await scene.plan(rule)
        #expect(plan.isBlocked)
        #expect(
            plan.findings.map(\.reason) == [
                "11 of 13 copied objects are gone at the source, and no more than 10 at once go "
                    + "unasked"
            ]
        )
        var allowed = rule
        allowed.pruning = .upTo(11)
        #expect(try await scene.copy(allowed).removed == 11)
        #expect(try await scene.get("configmaps shop/map-11", at: scene.target) != nil)
    }

    @Test func `a namespace that is gone at the source takes nothing along at the target`()
        async throws
    {
        let scene = CopyScene.twin()
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
        let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}"
        let other = "{apiVersion: v1, kind: Namespace, metadata: {name: other}}"
        try await scene.create([space, map, other].joined(separator: "\n---\n"), at: scene.source)
        let everything = CopyRule(name: "shop", pruning: .upTo(10))
        try await scene.copy(everything)
        let later = CopyScene.twin()
        try await later.create(other, at: later.source)
        let plan = try await CopyMaking(
            everything,
            from: ClusterSource(name: "later", client: later.source),
            to: ClusterSource(name: "target", client: scene.target)
        ).make()
        #expect(plan.items.filter(\.isRemoval).map(\.key.description) == ["ConfigMap shop/a"])
        #expect(plan.leftOut.contains { $0.key.description == "Namespace shop" })
    }

    @Test func `what a migration has begun to move is no longer followed`() async throws {
        let scene = CopyScene.twin()
        try await scene.create(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {x: "1"}}
            """,
            at: scene.source
        )
        try await scene.copy(rule)
        let change: JSON = [
            "metadata": ["annotations": ["diolkos.dev/epoch": "run-1/1"]], "data": ["x": "2"],
        ]
        _ = try await scene.source.patch(
            configMaps(scene.source),
            namespace: "shop",
            name: "a",
            .merge(change)
        )
        let plan = try await scene.plan(rule)
        #expect(plan.isEmpty)
        #expect(plan.leftOut.map(\.reason).contains("a migration has begun to move it"))
    }

    /// The bridge that a run makes of a copied Service must stand although the source's has not changed.
    @Test func `what a migration changed at the target is not changed back`() async throws {
        let scene = CopyScene.twin()
        let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {selector: {app: web}, ports: [{port: 80}]}
            """
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
        try await scene.create("\(space)\n---\n\(service)", at: scene.source)
        let rule = CopyRule(
            name: "shop",
            selection: CopySelection(namespaces: ["shop"]),
            pruning: .upTo(10)
        )
        try await scene.copy(rule)
        let kind = try #require(try await scene.target.discovery().kind(named: "services"))
        _ = try await scene.target.patch(
            kind,
            namespace: "shop",
            name: "web",
            .merge([
                "metadata": ["annotations": ["diolkos.dev/epoch": "run-1/1"]],
                "spec": ["selector": nil],
            ])
        )
        let during = try await scene.plan(rule)
        #expect(during.isEmpty)
        #expect(during.leftOut.map(\.reason).contains("a migration works on it at the target"))
        // Finished: the marks are off the target, and the source's Service is gone.
        _ = try await scene.target.patch(
            kind,
            namespace: "shop",
            name: "web",
            .merge([
                "metadata": ["annotations": ["diolkos.dev/epoch": nil]],
                "spec": ["selector": ["app": "web"]],
            ])
        )
        _ = try await scene.source.delete(kind, namespace: "shop", name: "web")
        let after = try await scene.plan(rule)
        #expect(after.isEmpty)
        #expect(
            after.leftOut.map(\.reason).contains(
                "it is gone at the source, and a migration has brought it into use"
            )
        )
        let undo = try await CopyUndo(of: "shop", at: scene.target, time: scene.time)
            .plan(includesVolumes: false)
        #expect(
            undo.kept.map { "\($0.key): \($0.reason)" } == [
                "Namespace shop: Service shop/web would go with it, and stays",
                "Service shop/web: a migration has brought it into use",
            ]
        )
    }

    @Test func `an empty read is no empty source`() async throws {
        let scene = CopyScene.twin()
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
        let map = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}"
        try await scene.create("\(space)\n---\n\(map)", at: scene.source)
        try await scene.copy(rule)
        var trusting = rule
        trusting.pruning = .upTo(1_000)
        let plan = try await CopyMaking(
            trusting,
            from: ClusterSource(name: "empty", client: CopyScene.twin().source),
            to: ClusterSource(name: "target", client: scene.target)
        ).make()
        #expect(plan.isEmpty)
        #expect(plan.isBlocked)
        #expect(plan.findings.map(\.check) == ["source-empty"])
        #expect(try await scene.get("configmaps shop/a", at: scene.target) != nil)
    }

    @Test func `one may always go, and of many one in a hundred and ten at most`() {
        let allowed = [1, 99, 100, 300, 999, 1_000, 60_000].map(
            CopyPruning.guarded.removalsMax(of:)
        )
        #expect(allowed == [1, 1, 1, 3, 9, 10, 10])
        #expect(CopyPruning.asStated(nil) == .guarded)
        #expect(CopyPruning.asStated(25).removalsMax(of: 60_000) == 25)
        #expect(CopyPruning.asStated(25).removalsMax(of: 30) == 25)
    }

    @Test func `one in a hundred of many may go, and not one more`() async throws {
        let scene = CopyScene.twin()
        let maps = (0..<299).map {
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: map-\($0), namespace: shop}}"
        }
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
        try await scene.create(([space] + maps).joined(separator: "\n---\n"), at: scene.source)
        var strict = rule
        strict.pruning = .guarded
        try await scene.copy(strict)
        let kind = try await configMaps(scene.source)
        for index in 0..<3 {
            _ = try await scene.source.delete(kind, namespace: "shop", name: "map-\(index)")
        }
        #expect(try await scene.plan(strict).writes == 3)
        _ = try await scene.source.delete(kind, namespace: "shop", name: "map-3")
        let plan = try await scene.plan(strict)
        #expect(plan.isEmpty)
        #expect(
            plan.findings.map(\.remedy) == [
                "If they are meant to be gone, say so with --removals-max 4; if not, look at the "
                    + "source."
            ]
        )
    }

    private func configMaps(_ client: KubernetesClient) async throws -> ResourceKind {
        try #require(try await client.discovery().kind(named: "configmaps"))
    }

    /// Whether a copy would have nothing to do, and nothing of it is too much.
    private func agree(_ scene: CopyScene, _ rule: CopyRule) async throws -> Bool {
        let plan = try await scene.plan(rule)
        return plan.isEmpty && plan.findings.isEmpty
    }

    func eventually(_ holds: () async throws -> Bool) async throws {
        let time = SystemTime()
        let end = time.uptime + .seconds(60)
        while true {
            if try await holds() { return }
            try #require(time.uptime < end, "it did not come to hold within five minutes")
            try await time.sleep(for: .milliseconds(50))
        }
    }
}

/// What was told of, from whichever task.
final class SeenKeys: Sendable {
    private let keys = Mutex<Set<String>>([])

    var all: [String] { keys.withLock { $0.sorted() } }

    func add(_ more: [String]) { keys.withLock { $0.formUnion(more) } }
}

/// Creates, changes and deletes objects of four kinds by a seed.
struct RandomChanges {
    static let objectsMax = 40
    private static let words = ["configmaps", "secrets", "services", "deployments"]

    private var state: UInt64
    private var present: Set<Int> = []

    init(seed: UInt64) { state = seed }

    mutating func make(at client: KubernetesClient) async throws {
        let index = draw(below: RandomChanges.objectsMax)
        let name = "object-\(index)"
        let word = RandomChanges.words[index % RandomChanges.words.count]
        guard let kind = try await client.discovery().kind(named: word) else { return }
        if present.insert(index).inserted {
            var object = content(of: word, name)
            object["apiVersion"] = .string(kind.apiVersion)
            object["kind"] = .string(kind.kind)
            object["metadata"] = ["name": .string(name), "namespace": "shop"]
            _ = try await client.create(kind, object)
        } else if draw(below: 5) == 0 {
            _ = try await client.delete(
                kind,
                namespace: "shop",
                name: name,
                options: DeleteOptions(propagation: .background)
            )
            present.remove(index)
        } else {
            let change = content(of: word, name)
            _ = try await client.patch(kind, namespace: "shop", name: name, .merge(change))
        }
    }

    /// What may be in an object of a kind, and may be changed in it.
    private mutating func content(of word: String, _ name: String) -> JSON {
        let number = draw(below: 1_000)
        let text = JSON.string("\(number)")
        switch word {
        case "configmaps": return ["data": ["key-\(draw(below: 3))": text]]
        case "secrets": return ["stringData": ["key-\(draw(below: 3))": text]]
        case "services":
            let port: JSON = ["port": .int(number + 1), "protocol": "TCP"]
            return ["spec": ["selector": ["app": .string(name)], "ports": [port]]]
        default:
            let labels: JSON = ["app": .string(name)]
            let container: JSON = ["name": "a", "image": .string("a:\(number)")]
            return [
                "spec": [
                    "replicas": .int(number % 4), "selector": ["matchLabels": labels],
                    "template": [
                        "metadata": ["labels": labels], "spec": ["containers": [container]],
                    ],
                ]
            ]
        }
    }

    /// SplitMix64.
    private mutating func draw(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
