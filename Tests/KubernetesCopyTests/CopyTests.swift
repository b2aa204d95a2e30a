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

    @Test func `who changes an object between plan and copy has the last word`() async throws {
        let scene = try await scene()
        try await scene.copy(rule)
        let kind = try #require(try await scene.source.discovery().kind(named: "configmaps"))
        func paint(_ colour: String, at client: KubernetesClient) async throws {
            _ = try await client.patch(
                kind,
                namespace: "shop",
                name: "settings",
                .merge(["data": ["colour": .string(colour)]]),
                options: WriteOptions(fieldManager: "somebody")
            )
        }
        try await paint("red", at: scene.source)
        let plan = try await scene.plan(rule)
        try await paint("pink", at: scene.target)
        let summary = await CopyRun(plan, target: scene.target, time: scene.time).perform()
        #expect(
            summary.failures.map { "\($0.key): \($0.reason)" } == [
                "ConfigMap shop/settings: somebody changed it since the plan was made; it was not "
                    + "touched. Plan again"
            ]
        )
        let found = try await scene.get("configmaps shop/settings", at: scene.target)
        #expect(found?.at("data", "colour") == "pink")
        #expect(try await scene.plan(rule).findings.map(\.check) == ["not-ours-to-change"])
    }

    @Test func `two copies that race for a name end in a finding, and not in a merge`() async throws
    {
        let scene = try await scene()
        let other = CopyRule(name: "other", selection: rule.selection, workloads: .running)
        let plans = (try await scene.plan(rule), try await scene.plan(other))
        async let first = CopyRun(plans.0, target: scene.target, time: scene.time).perform()
        async let second = CopyRun(plans.1, target: scene.target, time: scene.time).perform()
        let failures = await first.failures + second.failures
        // What both want alike may be either's; the Deployment, of which one runs, is one's alone.
        #expect(
            failures.map { "\($0.key): \($0.reason)" } == [
                "Deployment.apps shop/web: somebody made it since the plan was made; it was not "
                    + "touched. Plan again"
            ]
        )
        let found = try #require(try await scene.get("deployments shop/web", at: scene.target))
        let winner = CopyMarks.isMade(found, by: "shop") ? rule : other
        let loser = winner == rule ? other : rule
        #expect(found.at("spec", "replicas") == (winner == rule ? 0 : 3))
        let again = try await scene.plan(loser)
        #expect(again.findings.map(\.objects).contains(["Deployment.apps shop/web"]))
        #expect(again.isBlocked)
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
                "Namespace shop: ConfigMap shop/foreign and 1 more would go with it, and "
                    + "stays",
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
