import Clocks
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

/// What a person and a machine are told of a copy.
@Suite struct CopyReportTests {
    private let rule = CopyRule(name: "shop", selection: CopySelection(namespaces: ["shop"]))

    private static let before = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data:
          colour: blue
          url: "postgres://shop:hunter2@db/shop"
          api-token: abc-former
          app.ini: |
            [app]
            level=1
            name=shop
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: keys, namespace: shop}
        stringData: {door: hunter-former, gate: same}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
                - name: web
                  image: web:1
                  env: [{name: DB_PASSWORD, value: hunter-former}, {name: MODE, value: slow}]
                  resources: {requests: {cpu: 1000m}}
        """

    /// A copied shop whose source has changed.
    private func changed() async throws -> CopyScene {
        let scene = CopyScene.twin()
        try await scene.create(Self.before, at: scene.source)
        try await scene.copy(rule)
        let discovery = try await scene.source.discovery()
        func patch(_ word: String, _ name: String, _ patch: ObjectPatch) async throws {
            let kind = try #require(discovery.kind(named: word))
            _ = try await scene.source.patch(kind, namespace: "shop", name: name, patch)
        }
        try await patch(
            "configmaps",
            "settings",
            .merge([
                "data": [
                    "colour": nil, "size": "large", "api-token": "abc-latter",
                    "url": "postgres://shop:hunter3@db/pay",
                    "app.ini": "[app]\nlevel=2\nname=shop\ndebug=yes\n",
                ]
            ])
        )
        try await patch("secrets", "keys", .merge(["stringData": ["door": "hunter-latter"]]))
        try await patch(
            "deployments",
            "web",
            .strategicMerge([
                "spec": [
                    "template": [
                        "spec": [
                            "containers": [
                                [
                                    "name": "web", "image": "web:2",
                                    "env": [
                                        ["name": "DB_PASSWORD", "value": "hunter-latter"],
                                        ["name": "MODE", "value": "fast"],
                                    ],
                                    // The same quantity.
                                    "resources": ["requests": ["cpu": "1"]],
                                ]
                            ]
                        ]
                    ]
                ]
            ])
        )
        return scene
    }

    @Test func `a plan shows what changes, field by field, and no secret`() async throws {
        let scene = try await changed()
        let lines = CopyText.lines(of: try await scene.plan(rule))
        #expect(
            lines == [
                "update  ConfigMap shop/settings",
                "          .data.api-token: changed, not shown",
                "          .data.app.ini:",
                "            - level=1",
                "            + level=2",
                "            + debug=yes",
                "          .data.colour: \"blue\" -> (none)",
                "          .data.size: (none) -> \"large\"",
                "          .data.url: \"postgres://<hidden>@db/shop\" -> "
                    + "\"postgres://<hidden>@db/pay\"",
                "update  Secret shop/keys",
                "          .data.door: changed, not shown",
                "update  Deployment.apps shop/web",
                "          .spec.template.spec.containers[name=\"web\"].env"
                    + "[name=\"DB_PASSWORD\"].value: changed, not shown",
                "          .spec.template.spec.containers[name=\"web\"].env"
                    + "[name=\"MODE\"].value: \"slow\" -> \"fast\"",
                "          .spec.template.spec.containers[name=\"web\"].image: "
                    + "\"web:1\" -> \"web:2\"",
            ],
            "\(lines.joined(separator: "\n"))"
        )
    }

    @Test func `a report for machines has every object once, sorted, and no secret`() async throws {
        let scene = try await changed()
        let plan = try await scene.plan(rule)
        let summary = await CopyRun(plan, target: scene.target, time: scene.time).perform()
        let report = CopyReport(of: plan, from: "old", to: "new", summary: summary)
        let json = report.json
        #expect(json["state"] == "copied")
        #expect(json["copy"] == "shop")
        #expect(json["source"] == "old")
        #expect(json["target"] == "new")
        #expect(
            json["summary"] == [
                "created": 0, "changed": 3, "unchanged": 1, "removed": 0, "refused": 0,
                "failed": 0, "notReached": 0,
            ]
        )
        #expect(json.at("kinds", "Deployment.apps", "changed") == 1)
        let objects = json["objects"]?.array ?? []
        #expect(
            objects.map { $0.at("object", "kind")?.string } == [
                "Namespace", "ConfigMap", "Secret", "Deployment",
            ]
        )
        #expect(objects[0]["action"] == "none")
        #expect(objects[0]["result"] == .null)
        #expect(objects[2]["result"] == ["state": "changed", "reason": nil])
        #expect(
            objects[2]["changes"] == [
                ["path": ".data.door", "hidden": true, "before": nil, "after": nil]
            ]
        )
        let text = json.text()
        for secret in ["hunter", "aHVudGVy", "abc-"] { #expect(!text.contains(secret), "\(text)") }
        let again = CopyReport(of: try await scene.plan(rule), from: "old", to: "new")
        #expect(again.json["state"] == "planned")
        #expect(again.json.at("summary", "unchanged") == 4)
    }

    @Test func `what could not be written is told by kind, and what was not reached`() async throws
    {
        let scene = CopyScene.twin()
        try await scene.create(Self.before, at: scene.source)
        let plan = try await scene.plan(rule)
        // Somebody makes it in between, and otherwise.
        try await scene.create(
            """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop}
            data: {colour: green}
            """,
            at: scene.target
        )
        let summary = await CopyRun(plan, target: scene.target, time: scene.time).perform()
        let report = CopyReport(of: plan, from: "old", to: "new", summary: summary)
        #expect(report.state == .failed)
        #expect(
            CopyText.lines(of: report) == [
                "KIND             CREATED  CHANGED  UNCHANGED  REMOVED  REFUSED  FAILED  NOT REACHED",
                "ConfigMap              0        0          0        0        0       1            0",
                "Deployment.apps        0        0          0        0        0       0            1",
                "Namespace              0        0          1        0        0       0            0",
                "Secret                 1        0          0        0        0       0            0",
                "all                    1        0          1        0        0       1            1",
                "1 created, 0 changed, 1 unchanged, 1 failed, 1 not reached; "
                    + "0 left at the source, 0 findings",
            ]
        )
        let found = try await scene.get("configmaps shop/settings", at: scene.target)
        #expect(found?["data"] == ["colour": "green"])
    }

    @Test func `hooks behind one that failed are told as not reached`() async throws {
        let scene = CopyScene.twin()
        try await scene.create(Self.before, at: scene.source)
        var report = CopyReport(of: try await scene.plan(rule), from: "old", to: "new")
        let hooks = ["one", "two", "three"].map { CopyHook(name: $0, action: .command(["x"])) }
        struct Failed: Error, CustomStringConvertible { let description = "it failed" }
        await #expect(throws: Failed.self) {
            try await report.follow(with: hooks) { if $0.name == "two" { throw Failed() } }
        }
        #expect(
            report.json["hooks"] == [
                ["name": "one", "state": "succeeded", "reason": nil],
                ["name": "two", "state": "failed", "reason": "it failed"],
                ["name": "three", "state": "notReached", "reason": nil],
            ]
        )
    }

    @Test func `progress tells the count, the rate of the last moments and the time left`() {
        var progress = CopyProgress(total: 1_000, at: .seconds(100))
        #expect(progress.line(at: .seconds(100)) == "0 of 1000 objects (0 %), 0.0 a second")
        for _ in 0..<400 { progress.settled() }
        #expect(
            progress.line(at: .seconds(104))
                == "400 of 1000 objects (40 %), 100 a second, 6 s left"
        )
        for _ in 0..<50 { progress.settled() }
        progress.settled(hasFailed: true)
        // The fast beginning is forgotten.
        #expect(
            progress.line(at: .seconds(114))
                == "451 of 1000 objects (45 %), 5.1 a second, 2 min left, 1 failed"
        )
        #expect(
            progress.line(at: .seconds(124))
                == "451 of 1000 objects (45 %), 0.0 a second, 1 failed"
        )
        progress.waits(for: "a ready pod behind Service shop/hook")
        #expect(
            progress.line(at: .seconds(124))
                == "451 of 1000 objects (45 %), 1 failed, waits for a ready pod behind Service shop/hook"
        )
        progress.waits(for: nil)
        for _ in 0..<549 { progress.settled() }
        let end = progress.line(at: .seconds(125))
        #expect(end.hasPrefix("1000 of 1000 objects (100 %)"))
        #expect(!end.contains("left"))
    }
}
