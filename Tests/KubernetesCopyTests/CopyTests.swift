import Clocks
import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

@Suite struct CopyTests {
    private let rule = CopyRule(name: "shop", selection: CopySelection(namespaces: ["shop"]))

    private static let shop = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {team: web}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data: {colour: blue, size: large}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: web, resources: {requests: {cpu: 1000m}}}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        """

    private func scene() async throws -> CopyScene {
        let scene = CopyScene.twin()
        try await scene.create(Self.shop, at: scene.source)
        return scene
    }

    @Test func `what is copied arrives, and stands still`() async throws {
        let scene = try await scene()
        let summary = try await scene.copy(rule)
        #expect(summary.failures.map(\.reason) == [])
        #expect(summary.created == 4)
        let web = try #require(try await scene.get("deployments shop/web", at: scene.target))
        #expect(web.at("spec", "replicas") == 0)
        #expect(web.annotations[CopyMarks.replicas] == "3")
        #expect(CopyMarks.isMade(web, by: "shop"))
    }

    @Test func `a second copy of an unchanged source writes nothing`() async throws {
        let scene = try await scene()
        try await scene.copy(rule)
        scene.tap.reset()
        let plan = try await scene.plan(rule)
        #expect(plan.isEmpty)
        let summary = try await scene.copy(rule)
        #expect(summary.unchanged == 4)
        #expect(scene.tap.writes == [])
    }

    @Test func `what changes or goes at the source changes and goes in the copy`() async throws {
        let scene = try await scene()
        try await scene.copy(rule)
        let settings = try #require(try await scene.source.discovery().kind(named: "configmaps"))
        _ = try await scene.source.patch(
            settings,
            namespace: "shop",
            name: "settings",
            .merge(["data": ["colour": "red", "size": nil]])
        )
        let summary = try await scene.copy(rule)
        #expect(summary.updated == 1)
        let copied = try await scene.get("configmaps shop/settings", at: scene.target)
        #expect(copied?["data"] == ["colour": "red"])
    }

    @Test func `what is there and is not ours is a finding, and stays`() async throws {
        let scene = try await scene()
        try await scene.create(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, labels: {team: web}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop}
            data: {colour: green}
            """,
            at: scene.target
        )
        let plan = try await scene.plan(rule)
        #expect(plan.findings.map(\.objects) == [["ConfigMap shop/settings"]])
        #expect(plan.isBlocked)
        #expect(
            plan.findings.first?.reason
                == "it is at the target already, is not of this copy, and differs in "
                + ".data.colour, .data.size"
        )
    }

    @Test func `a field that somebody changed at the target is not taken back`() async throws {
        let scene = try await scene()
        try await scene.copy(rule)
        let settings = try #require(try await scene.target.discovery().kind(named: "configmaps"))
        _ = try await scene.target.patch(
            settings,
            namespace: "shop",
            name: "settings",
            .merge(["data": ["colour": "pink"]]),
            options: WriteOptions(fieldManager: "somebody")
        )
        let plan = try await scene.plan(rule)
        #expect(
            plan.findings.map(\.reason) == [
                "others have changed it at the target since it was copied: "
                    + ".data.colour (somebody)"
            ]
        )
    }

    @Test func `undo removes what the copy made, and nothing else`() async throws {
        let scene = try await scene()
        try await scene.copy(rule)
        try await scene.create(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: foreign, namespace: shop, labels: {diolkos.dev/copy: shop}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: other, namespace: shop}
            """,
            at: scene.target
        )
        let undo = CopyUndo(of: "shop", at: scene.target, time: SystemTime())
        let plan = try await undo.plan(includesVolumes: false)
        #expect(
            plan.kept.map { "\($0.key): \($0.reason)" } == [
                "Namespace shop: ConfigMap shop/foreign and 1 more would go with it and is not of "
                    + "this copy",
                "ConfigMap shop/foreign: somebody else put the label there",
            ]
        )
        #expect(await undo.perform(plan).removed == 3)
        #expect(try await scene.get("services shop/web", at: scene.target) == nil)
        #expect(try await scene.get("configmaps shop/foreign", at: scene.target) != nil)
        let again = try await undo.plan(includesVolumes: false)
        #expect(again.removals.isEmpty)
    }
}
