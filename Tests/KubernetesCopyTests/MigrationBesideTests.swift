import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

/// What a copy leaves alone because a migration works on it.
@Suite struct MigrationBesideTests {
    private let rule = CopyRule.following

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
            scene.source.configMaps(),
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
}
