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

/// Changes at the source arrive at the target, round after round.
@Suite struct FollowingTests {
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

    private func followChanges(_ scene: CopyScene) async throws {
        var removing = CopyRule.following
        // As many may go before a round comes to it.
        removing.pruning = .upTo(RandomChanges.objectsMax)
        let rule = removing
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
                // How long it takes on a busy machine is nothing that this is about.
                try await scene.time.wait(until: "both sites agree", within: .seconds(300)) {
                    try await agree(scene, rule)
                }
            }
            try await group.next()
            group.cancelAll()
        }
        let rest = try await scene.target.list(scene.target.configMaps(), namespace: "shop").items
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
        try await scene.time.wait(until: "the Ingress is there") {
            try await scene.get("ingresses shop/front", at: scene.target) != nil
        }
        let maps = try await scene.source.configMaps()
        _ = try await scene.source.patch(
            maps,
            namespace: "shop",
            name: "a",
            .merge(["data": ["x": "2"]])
        )
        _ = try await scene.source.delete(maps, namespace: "shop", name: "b")
        try await scene.time.wait(until: "both changes are there") {
            let changed = try await scene.get("configmaps shop/a", at: scene.target)
            let gone = try await scene.get("configmaps shop/b", at: scene.target)
            return changed?.at("data", "x") == "2" && gone == nil
        }
        #expect(try await scene.get(judge, at: scene.target) == nil)
        #expect(try await scene.get("carts shop/one", at: scene.target) == nil)
        try await scene.create(FollowingTests.answering, at: scene.target)
        try await scene.time.wait(until: "the Cart is there") {
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
        try await scene.time.wait(until: "a pod is waited for") {
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

    /// Whether a copy would have nothing to do, and nothing of it is too much.
    private func agree(_ scene: CopyScene, _ rule: CopyRule) async throws -> Bool {
        let plan = try await scene.plan(rule)
        return plan.isEmpty && plan.findings.isEmpty
    }
}
