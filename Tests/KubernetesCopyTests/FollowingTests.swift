import Clocks
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
            kinds: ["namespaces", "configmaps", "secrets"]
        ),
        pruning: .upTo(10)
    )

    @Test func `a thousand changes at the source arrive, and both sites agree in the end`()
        async throws
    {
        let scene = CopyScene.twin()
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
                try await eventually { try await agree(scene) }
            }
            try await group.next()
            group.cancelAll()
        }
        let rest = try await scene.target.list(configMaps(scene.target), namespace: "shop").items
        #expect(rest.count > 5)
        #expect(try await agree(scene))
    }

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
            plan.findings.map(\.reason) == ["11 of 13 copied objects are gone at the source"]
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

    @Test func `one in a hundred of many may go, and not one more`() async throws {
        let scene = CopyScene.twin()
        let maps = (0..<299).map {
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: map-\($0), namespace: shop}}"
        }
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
        try await scene.create(([space] + maps).joined(separator: "\n---\n"), at: scene.source)
        var strict = rule
        strict.pruning = .upTo(0)
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
    private func agree(_ scene: CopyScene) async throws -> Bool {
        let plan = try await scene.plan(rule)
        return plan.isEmpty && plan.findings.isEmpty
    }

    private func eventually(_ holds: () async throws -> Bool) async throws {
        let time = SystemTime()
        let end = time.uptime + .seconds(60)
        while true {
            if try await holds() { return }
            try #require(time.uptime < end, "it did not come to hold within a minute")
            try await time.sleep(for: .milliseconds(50))
        }
    }
}

/// Creates, changes and deletes ConfigMaps and Secrets by a seed.
struct RandomChanges {
    private var state: UInt64
    private var present: Set<Int> = []

    init(seed: UInt64) { state = seed }

    mutating func make(at client: KubernetesClient) async throws {
        let index = draw(below: 40)
        let name = "object-\(index)"
        let word = index % 2 == 0 ? "configmaps" : "secrets"
        guard let kind = try await client.discovery().kind(named: word) else { return }
        let field = index % 2 == 0 ? "data" : "stringData"
        if !present.contains(index) {
            _ = try await client.create(
                kind,
                [
                    "apiVersion": "v1", "kind": .string(kind.kind),
                    "metadata": ["name": .string(name), "namespace": "shop"],
                    field: ["value": .string("\(draw(below: 1_000))")],
                ]
            )
            present.insert(index)
        } else if draw(below: 5) == 0 {
            _ = try await client.delete(kind, namespace: "shop", name: name)
            present.remove(index)
        } else {
            let change: JSON = [
                field: [
                    "key-\(draw(below: 3))": .string("\(draw(below: 1_000))")
                ]
            ]
            _ = try await client.patch(kind, namespace: "shop", name: name, .merge(change))
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
