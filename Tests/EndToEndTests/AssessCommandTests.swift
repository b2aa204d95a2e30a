import Foundation
import JSONValues
import KubernetesAPI
import SiteSupport
import Testing

/// `diolkos assess` as a person runs it.
@Suite struct AssessCommandTests {
    /// A workload that calls a machine outside of the twin.
    private static let ledger: JSON = [
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": ["name": "ledger", "namespace": "shop"],
        "spec": [
            "selector": ["matchLabels": ["app": "ledger"]],
            "template": [
                "metadata": ["labels": ["app": "ledger"]],
                "spec": [
                    "containers": [
                        [
                            "name": "main", "image": "ledger",
                            "env": [
                                [
                                    "name": "DATABASE_URL",
                                    "value": "postgres://ledger:hunter2@db.example.org/ledger",
                                ]
                            ],
                        ]
                    ]
                ],
            ],
        ],
    ]

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `a migration file tells the sites, and Jobs that try what lies outside leave nothing`()
        async throws
    {
        try await TwinSession.with(ShopServices.two, more: [Self.ledger]) { session in
            let file = session.folder.appendingPathComponent("m.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let stated = "spec:\n  calls:\n  - {from: shop/basket, to: shop/home}\n"
            try Data(text.replacing("spec:\n", with: stated).utf8).write(to: file)

            let plain = try await session.run("assess", "-o", "json")
            #expect(plain.code == 3, "\(plain.text)")
            let before = try JSON.parse(plain.text)
            #expect(before["source"]?["name"] == "twin-source")
            let calls = before["calls"]?.array ?? []
            #expect(
                calls.contains {
                    $0["from"] == "Deployment shop/basket" && $0["to"] == "Deployment shop/home"
                        && $0["evidence"] == ["stated"]
                }
            )
            #expect(checks(before).contains("reach-untried"))
            #expect(try session.audit().isEmpty, "an assessment writes nothing")

            let tried = try await session.run(
                "assess",
                "-o",
                "json",
                "--try-reachability",
                "busybox",
                "--html",
                "page.html"
            )
            #expect(tried.code == 3, "\(tried.text)")
            let after = try JSON.parse(tried.text)
            let rows = after["outside"]?.array ?? []
            #expect(rows.map { $0["address"] } == ["db.example.org:5432"])
            #expect(rows.first?["target"]?["result"] == "unresolved")
            #expect(rows.first?["source"]?["result"] == "unresolved")
            #expect(!checks(after).contains("reach-untried"))
            #expect(!tried.text.contains("hunter2"))
            let page = session.folder.appendingPathComponent("page.html")
            let html = try String(contentsOf: page, encoding: .utf8)
            #expect(html.contains("db.example.org:5432") && !html.contains("hunter2"))
            let verbs = try session.audit().map { event in
                "\(event["verb"]?.string ?? "") \(event.at("objectRef", "resource")?.string ?? "")"
            }
            #expect(verbs.sorted() == ["create jobs", "create jobs", "delete jobs", "delete jobs"])
        }
    }

    @Test(.enabled(if: Program.path != nil, Program.absence))
    func `Ctrl-C ends the Jobs early, deletes them, and tells what is known with its own code`()
        async throws
    {
        try await TwinSession.with(ShopServices.two, more: [Self.ledger]) { session in
            // The Jobs have no room to run in, so that they are waited for.
            try await session.withSites { source, target in
                for client in [source, target] {
                    let quotas = try await client.resource(group: "", kind: "ResourceQuota")
                    _ = try await client.create(
                        quotas,
                        [
                            "apiVersion": "v1", "kind": "ResourceQuota",
                            "metadata": ["name": "full", "namespace": "default"],
                            "spec": ["hard": ["pods": "0"]],
                        ]
                    )
                }
            }
            let process = try session.start(
                "assess",
                "-o",
                "json",
                "--try-reachability",
                "busybox"
            )
            try await session.eventually("Jobs run at both sites") {
                try await session.jobs().count == 2
            }
            #expect(try await process.interrupted() == 130, "\(process.text)")
            #expect(process.text.contains("\"reach-failed\""), "\(process.text)")
            #expect(process.text.contains("it was stopped"))
            #expect(try await session.jobs() == [])
        }
    }

    private func checks(_ assessment: JSON) -> Set<String> {
        Set((assessment["findings"]?.array ?? []).compactMap { $0["check"]?.string })
    }
}
