import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

@Suite struct ReportTests {
    private static let estate =
        deployment("web", container: "env: [{name: CART, value: \"http://cart:80/\"}]")
        + deployment("cart", container: "envFrom: [{configMapRef: {name: settings}}]")
        + deployment("db") + """
            ---
            {apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {selector: {app: db}}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: outside, namespace: shop}, spec: {externalName: x}}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop}
            data: {url: "tcp://db.shop.svc.cluster.local:5432", other: "see outside"}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: entry, namespace: shop}
            spec: {rules: [{host: a.example.org, http: {paths: [{path: /, backend: {service: {name: web}}}]}}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: guard, namespace: shop}
            spec: {podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}
            """

    @Test func `calls are found in every place, with what tells so`() async throws {
        let calls = try await AssessmentScene(source: Self.estate).assessment().calls
        let lines = calls.edges.map {
            "\($0.from) > \($0.to): \($0.evidence.joined(separator: "|"))"
        }
        #expect(
            lines == [
                "Deployment shop/cart > Deployment shop/db: ConfigMap settings, key url",
                "Deployment shop/cart > Service shop/outside: ConfigMap settings, key other",
                "Deployment shop/web > Deployment shop/cart: env CART",
                "Deployment shop/web > Deployment shop/db: NetworkPolicy guard lets it in",
                "Ingress shop/entry > Service shop/web: rule a.example.org/",
            ]
        )
    }

    @Test func `no value of a Secret or of an environment gets into any output`() async throws {
        let secret = """
            ---
            apiVersion: v1
            kind: Secret
            metadata:
              name: login
              namespace: shop
              annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":{"a":"aHVudGVyMg=="}}'}
            type: kubernetes.io/service-account-token
            data: {password: aHVudGVyMg==}
            stringData: {other: hunter2}

            """
        let scene = AssessmentScene(
            source: Self.estate + "\n" + secret
                + deployment("app", container: "env: [{name: PASSWORD, value: hunter2}]")
        )
        let assessment = try await scene.assessment()
        #expect(assessment.findings.contains { $0.objects.contains("Secret shop/login") })
        let outputs = [
            assessment.json.text(), AssessmentText.lines(of: assessment).joined(),
            AssessmentPage.html(of: assessment),
        ]
        for output in outputs {
            #expect(!output.contains("hunter2") && !output.contains("aHVudGVyMg"))
        }
    }

    @Test func `the same facts give the same bytes`() async throws {
        let scene = AssessmentScene(source: Self.estate)
        let first = try await scene.assessment()
        let second = try await scene.assessment()
        #expect(first.json.text() == second.json.text())
        #expect(AssessmentPage.html(of: first) == AssessmentPage.html(of: second))
    }

    @Test func `the JSON has what its page describes`() async throws {
        let json = try await AssessmentScene(source: Self.estate).assessment().json
        #expect(json.kind == "Assessment")
        #expect(json.at("source", "kinds", "Deployment.apps") == 3)
        #expect(json.at("source", "version") == "1.30")
        let blockers = (json["findings"]?.array ?? []).count { $0["severity"] == "blocker" }
        #expect(json.at("summary", "blocker")?.int == blockers)
        #expect(json["findings"]?[0]?["severity"] == "blocker")
        #expect(json["calls"]?[2]?["from"] == "Deployment shop/web")
    }

    @Test func `a page loads nothing and means every text as a text`() async throws {
        let hostile = """
            {apiVersion: v1, kind: Service, metadata: {name: '"><script>x</script>', namespace: shop}, spec: {type: LoadBalancer}}
            """
        let html = AssessmentPage.html(
            of: try await AssessmentScene(source: hostile).assessment()
        )
        #expect(!html.contains("<script"))
        #expect(html.contains("&quot;&gt;&lt;script&gt;x&lt;/script&gt;"))
        let drawn = AssessmentPage.html(
            of: try await AssessmentScene(source: Self.estate).assessment()
        )
        #expect(drawn.contains("<svg") && !drawn.contains("http://cart"))
        let addresses = drawn.replacing("http://www.w3.org/2000/svg", with: "")
        #expect(!addresses.contains("http:") && !addresses.contains("https:"))
    }

    @Test func `services that call each other in a circle are drawn all the same`() async throws {
        let circle =
            deployment("a", container: "args: [b]") + deployment("b", container: "args: [a]")
            + ["a", "b"].map {
                "---\n{apiVersion: v1, kind: Service, metadata: {name: \($0), namespace: shop}, "
                    + "spec: {selector: {app: \($0)}}}\n"
            }.joined()
        let assessment = try await AssessmentScene(source: circle).assessment()
        #expect(assessment.calls.edges.count == 2)
        #expect(AssessmentPage.html(of: assessment).contains("shop/a calls Deployment shop/b"))
    }

    @Test func `namespaces restrict what is looked at, and the cluster's own are left out`()
        async throws
    {
        let services = ["shop", "other", "kube-system"].map {
            "---\n{apiVersion: v1, kind: Service, metadata: {name: x, namespace: \($0)}, "
                + "spec: {type: LoadBalancer}}\n"
        }.joined()
        let all = AssessmentScene(source: services)
        #expect(try await all.found("load-balancer") == ["Service other/x", "Service shop/x"])
        let one = AssessmentScene(source: services, namespaces: ["shop"])
        #expect(try await one.found("load-balancer") == ["Service shop/x"])
    }

    /// A shop of many services: each calls two of those behind it, every fifth a database outside.
    private static func shop(of count: Int) -> String {
        (0..<count).map { index in
            let callees = [index * 2 + 1, index * 2 + 2].filter { $0 < count }
            var variables = callees.map { "{name: A\($0), value: \"http://service-\($0):80\"}" }
            if index.isMultiple(of: 5) {
                variables.append("{name: DB, value: \"tcp://db-\(index).example.org:5432\"}")
            }
            return deployment(
                "service-\(index)",
                container: "env: [\(variables.joined(separator: ", "))]"
            ) + """
                ---
                {apiVersion: v1, kind: Service, metadata: {name: service-\(index), namespace: shop}, spec: {selector: {app: service-\(index)}}}

                """
        }.joined()
    }

    /// A box as it is drawn.
    private struct Box {
        let name: String
        let x: Double
        let y: Double
    }

    private func boxes(in html: String) -> [Box] {
        html.matches(
            of: /<g [^>]*><title>([^<]*)<\/title><rect x="([0-9.]+)" y="([0-9.]+)"/
        ).compactMap { match in
            guard let x = Double(match.2), let y = Double(match.3) else { return nil }
            return Box(name: String(match.1), x: x, y: y)
        }
    }

    @Test func `fifty services and what they call outside are drawn without one over another`()
        async throws
    {
        let assessment = try await AssessmentScene(source: Self.shop(of: 50)).assessment()
        let drawn = boxes(in: AssessmentPage.html(of: assessment))
        #expect(drawn.count == 60)
        for (index, box) in drawn.enumerated() {
            for other in drawn[(index + 1)...] {
                #expect(abs(box.x - other.x) >= 180 || abs(box.y - other.y) >= 28)
            }
        }
        let places = Dictionary(
            drawn.map { ($0.name, $0.x) },
            uniquingKeysWith: { first, _ in first }
        )
        for edge in assessment.calls.edges {
            #expect(places[edge.from] ?? .infinity < places[edge.to] ?? 0)
        }
        let outside = drawn.filter { $0.name.hasSuffix(":5432") }.map(\.x)
        #expect(Set(outside) == [places.values.max() ?? 0])
    }

    @Test func `a page shows its boxes' calls without a script, by day and by night`() async throws
    {
        let assessment = try await AssessmentScene(source: Self.shop(of: 5)).assessment()
        let html = AssessmentPage.html(of: assessment)
        #expect(html.contains(".graph:has(#n0:is(:hover,:focus)) .e:not(.n0)"))
        #expect(html.contains("prefers-color-scheme:dark"))
        #expect(!html.contains("<script") && !html.contains("url(h") && !html.contains("@import"))
        #expect(html.contains("service-0 calls Deployment shop/service-1: env A1"))
    }

    @Test func `findings stand under their severity, and long lists are folded`() async throws {
        let source = (0..<9).map {
            "---\n{apiVersion: v1, kind: Service, metadata: {name: s\($0), namespace: shop}, "
                + "spec: {type: LoadBalancer}}\n"
        }.joined()
        let html = AssessmentPage.html(of: try await AssessmentScene(source: source).assessment())
        let decide = try #require(html.firstRange(of: "<section id=\"decide\">"))
        let note = try #require(html.firstRange(of: "<section id=\"note\">"))
        let finding = try #require(html.firstRange(of: "<h3>load-balancer</h3>"))
        #expect(decide.upperBound < finding.lowerBound && finding.upperBound < note.lowerBound)
        #expect(html.contains("<details><summary>9 objects</summary>"))
    }
}
