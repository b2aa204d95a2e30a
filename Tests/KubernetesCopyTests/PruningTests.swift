import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

/// What is gone at the source goes at the target, as long as that is no mistake.
@Suite struct PruningTests {
    private let rule = CopyRule.following

    @Test func `a source that shows too little is not believed`() async throws {
        let scene = CopyScene.twin()
        let maps = (0..<12).map {
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: map-\($0), namespace: shop}}"
        }
        let space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"
        try await scene.create(([space] + maps).joined(separator: "\n---\n"), at: scene.source)
        try await scene.copy(rule)
        let kind = try await scene.source.configMaps()
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
        let kind = try await scene.source.configMaps()
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
}
