import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Testing

@Suite struct OutsideTests {
    private func addresses(_ scene: AssessmentScene) async throws -> [String] {
        try await scene.assessment().outside.calls.map { "\($0.address)" }
    }

    private func addresses(inVariable value: String) async throws -> [String] {
        let quoted = JSON.string(value).text()
        let scene = AssessmentScene(
            source: deployment("web", container: "env: [{name: PLACE, value: \(quoted)}]")
        )
        return try await addresses(scene)
    }

    @Test(arguments: [
        ("postgres://shop:hunter2@db.example.org:5433/shop?sslmode=require", "db.example.org:5433"),
        ("postgres://shop:a@b/c@db.example.org/shop", "db.example.org:5432"),
        ("jdbc:postgresql://db.example.org/shop", "db.example.org:5432"),
        ("jdbc:sqlserver://db.example.org:1434;databaseName=shop", "db.example.org:1434"),
        ("shop:hunter2@tcp(db.example.org:3306)/shop", "db.example.org:3306"),
        ("host=db.example.org port=5432 password=x", "db.example.org:5432"),
        ("https://api.partner.example.com/v1", "api.partner.example.com:443"),
        ("--brokers=10.20.0.4:9092", "10.20.0.4:9092"),
        ("udp://stats.example.org:8125", "stats.example.org:8125 (UDP)"),
        ("Queue.Example.Org:5672", "queue.example.org:5672"),
    ])
    func `an address is found however it is written`(value: String, address: String) async throws {
        #expect(try await addresses(inVariable: value) == [address])
    }

    @Test(arguments: [
        "hunter2", "user:hunter2", "1.2.3", "12:30:00", "localhost:5432", "127.0.0.1:80",
        "0.0.0.0:8080", ":8080", "cart.shop.svc.cluster.local:80", "registry.k8s.io/pause:3.9",
        "db.example.org", "redis://user:12/34@", "a:b@c:d@e", "http://", "db.example.org:99999",
    ])
    func `what is no address outside is none`(value: String) async throws {
        #expect(try await addresses(inVariable: value) == [])
    }

    @Test func `several addresses in one value are all found`() async throws {
        #expect(
            try await addresses(
                inVariable: "mongodb://u:p@a.example.org:27017,b.example.org:27018/db"
            ) == ["a.example.org:27017", "b.example.org:27018"]
        )
    }

    @Test func `a host and its port may stand apart`() async throws {
        let variables = """
            env: [{name: DB_HOST, value: db.example.org}, {name: CACHE_HOST, value: c.example.org},
                   {name: DB_PORT, value: "5444"}, {name: REDIS_HOST, value: r.example.org}]
            """
        #expect(
            try await addresses(
                AssessmentScene(
                    source: deployment(
                        "web",
                        container: variables.replacing("\n", with: " ")
                    )
                )
            ) == ["c.example.org", "db.example.org:5444", "r.example.org:6379"]
        )
    }

    private static let estate =
        deployment("web", container: "envFrom: [{configMapRef: {name: settings}}]")
        + deployment("app", container: "args: [\"--db=tcp://ledger:5432\", \"legacy\"]") + """
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, namespace: shop}
            data:
              app.yaml: |
                database:
                  host: db.example.org
                  port: 5432
                cart: http://cart:80
                own: http://cart.shop:80
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: unread, namespace: shop}, data: {a: "tcp://x.example.org:1"}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}}}
            ---
            {apiVersion: v1, kind: Endpoints, metadata: {name: cart, namespace: shop}, subsets: [{addresses: [{ip: 10.9.9.9}], ports: [{port: 1}]}]}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: ledger, namespace: shop}, spec: {type: ExternalName, externalName: ledger.example.org}}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: legacy, namespace: shop}, spec: {ports: [{port: 80}]}}
            ---
            {apiVersion: v1, kind: Endpoints, metadata: {name: legacy, namespace: shop}, subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{port: 8080}, {port: 53, protocol: UDP}]}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: legacy-a, namespace: shop, labels: {kubernetes.io/service-name: legacy}}
            addressType: IPv4
            endpoints: [{addresses: [192.0.2.8]}]
            ports: [{port: 8081, protocol: TCP}]
            """

    @Test func `every place is looked at, and tells who calls`() async throws {
        let calls = try await AssessmentScene(source: Self.estate).assessment().outside.calls
        #expect(
            calls.map { "\($0.address) \($0.callers) \($0.evidence)" } == [
                #"192.0.2.7:53 (UDP) ["Deployment shop/app"] ["Service shop/legacy, Endpoints"]"#,
                #"192.0.2.7:8080 ["Deployment shop/app"] ["Service shop/legacy, Endpoints"]"#,
                #"192.0.2.8:8081 ["Deployment shop/app"] ["#
                    + #""Service shop/legacy, EndpointSlice legacy-a"]"#,
                #"db.example.org:5432 ["Deployment shop/web"] ["ConfigMap settings, key app.yaml"]"#,
                #"ledger.example.org:5432 ["Deployment shop/app"] ["argument"]"#,
            ]
        )
    }

    @Test func `what would be tried is listed, and what cannot be`() async throws {
        let assessment = try await AssessmentScene(source: Self.estate).assessment()
        let untried = assessment.findings.filter { $0.check == "reach-untried" }
        #expect(untried.map(\.severity) == [.note])
        #expect(
            untried.flatMap(\.objects) == [
                "192.0.2.7:8080", "192.0.2.8:8081", "db.example.org:5432",
                "ledger.example.org:5432",
            ]
        )
        #expect(
            assessment.findings.filter { $0.check == "reach-not-triable" }.flatMap(\.objects)
                == ["192.0.2.7:53 (UDP)"]
        )
    }

    @Test func `a Secret is looked through only when that is wanted, and shows addresses only`()
        async throws
    {
        let source =
            deployment(
                "web",
                container: "env: [{name: DB, valueFrom: {secretKeyRef: {name: login, key: url}}}]"
            ) + """
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: login, namespace: shop}
                stringData: {url: "postgres://shop:hunter2@db.example.org/shop", password: "hunter.two:22"}
                """
        func assessment(readsSecrets: Bool) async throws -> Assessment {
            let files = try FileSource(
                name: "source",
                files: [.init(name: "source", bytes: Array(source.utf8))]
            )
            return Assessment(
                of: try await EstateReader(
                    source: AssessedSite(objects: files, isComplete: true),
                    target: nil,
                    readsSecrets: readsSecrets
                ).read()
            )
        }
        #expect(try await assessment(readsSecrets: false).outside.calls.isEmpty)
        let read = try await assessment(readsSecrets: true)
        #expect(read.outside.calls.map { "\($0.address)" } == ["db.example.org:5432"])
        #expect(read.outside.calls.flatMap(\.evidence) == ["Secret login, key url"])
        #expect(!read.json.text().contains("hunter") && !read.json.text().contains("shop:"))
    }

    @Test func `calls that are stated are drawn as such`() async throws {
        let source =
            deployment("web") + deployment("mail") + """
                ---
                {apiVersion: v1, kind: Service, metadata: {name: smtp, namespace: shop}, spec: {selector: {app: mail}}}
                """
        let stated = StatedFacts(calls: [
            .init(caller: "Deployment shop/web", namespace: "shop", service: "smtp")
        ])
        let calls = try await AssessmentScene(source: source, stated: stated).assessment().calls
        #expect(
            calls.edges.map { "\($0.from) > \($0.to) \($0.evidence)" }
                == [#"Deployment shop/web > Deployment shop/mail ["stated"]"#]
        )
    }

    @Test func `an address of the source's own is to be decided about, and is not outside`()
        async throws
    {
        let source =
            deployment(
                "web",
                container: "env: [{name: CART, value: \"http://10.96.0.7:80\"}, "
                    + "{name: PORT, value: \"tcp://10.0.0.4:30080\"}]"
            ) + """
                ---
                {apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {clusterIP: 10.96.0.7, selector: {app: cart}}}
                ---
                {apiVersion: v1, kind: Node, metadata: {name: a}, status: {addresses: [{type: InternalIP, address: 10.0.0.4}]}}
                """
        let assessment = try await AssessmentScene(source: source).assessment()
        let found = assessment.findings.filter { $0.check == "own-address" }
        #expect(found.map(\.objects) == [["Deployment shop/web"], ["Deployment shop/web"]])
        #expect(
            found.contains { $0.reason.contains("(env CART) is the address of Service shop/cart") }
        )
        #expect(found.contains { $0.reason.contains("is the address of Node a") })
        #expect(assessment.outside.calls.map { "\($0.address)" } == ["10.0.0.4:30080"])
    }
}
