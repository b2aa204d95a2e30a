import JSONValues
import MigrationFile
import MigrationModel
import Testing

/// A migration file in which everything is said that can be said.
private let complete = """
    apiVersion: diolkos.dev/v1alpha1
    kind: Migration
    metadata:
      name: shop
      labels: {team: a}
    spec:
      source: {context: old, kubeconfig: ./old.yaml, entry: "http://127.0.0.1:8081/"}
      target: {context: new, entry: "http://127.0.0.1:8082"}
      namespaces: [shop, pay]
      workloads:
        - name: shop/orders
          after: [pay/ledger]
          wave: 2
          probe: /healthz
        - {name: pay/ledger, activation: exclusive}
        - {name: shop/legacy, exclude: true}
      calls:
        - {from: shop/orders, to: pay/ledger}
      traffic:
        provider: haproxy
        haproxy:
          socket: tcp://127.0.0.1:9999
          masterSocket: tcp://[::1]:9998
          sourceServers: [s1, s2]
          stateFile: /var/lib/haproxy/state
          front: http://127.0.0.1:80/
        routes:
          - {name: shop.example.com}
          - {name: api, host: api.example.com, probe: /ping, backend: be_api, targetServers: [t1]}
          - {name: raw, service: pay/ledger}
        ignoredHosts: ["*", gone.example.com]
      ramp:
        weights: [10, 100]
        requestsMin: 50
        soak: 1m30s
        latencyFactorMax: 1.5
        latencySlack: 20ms
        failureExcessMax: 0.1
        failureMax: 2.5
        shareTolerance: 5
      inFlight: 4
      probes:
        - name: page
          route: api
          http: {path: /page, status: 404, headers: {Server: ours}, body: "not +found"}
          timeout: 2s
        - {name: books, workload: pay/ledger, command: [./books.sh, target]}
        - {name: health, workload: pay/ledger, kind: StatefulSet, grpc: {port: 9090, service: L}}
        - name: dial
          route: api
          tcp: {port: 5432, host: db.pay}
          timeout: 3s
      gates:
        - name: lag
          prometheus:
            url: http://prometheus.example:9090/prefix
            query: sum(kafka_lag{group="x"})
            max: 100
            for: 1m
            tokenFile: prometheus.token
          workloads: [pay/ledger]
      compare:
        - route: api
          method: HEAD
          paths: [/ping?a=b]
          headers: [Content-Type]
          ignore: [/at]
          replace: [{pattern: "[0-9]+", with: id}]
      windows:
        zone: Europe/Athens
        allow: [{days: [tue, mon], from: "22:00", to: "06:00"}]
        deny: [{days: [fri]}]
      approvals: {waves: [2], workloads: [pay/ledger], fullShare: true, irreversible: true}
      freeze: none
      settle: 500ms
      timeouts: {change: 30s, ready: 10m, share: 5m, drain: 1h}
    """

private func parse(_ text: String) throws -> MigrationFile {
    try MigrationFile.parse(Array(text.utf8), file: "m.yaml")
}

@Suite struct MigrationFileTests {
    @Test func `everything that can be said is read`() throws {
        let file = try parse(complete)
        let orders = WorkloadID(kind: "Deployment", namespace: "shop", name: "orders")
        let ledger = WorkloadID(kind: "Deployment", namespace: "pay", name: "ledger")
        let image = BridgeProof.imageUsual
        let legacy = WorkloadID(kind: "Deployment", namespace: "shop", name: "legacy")
        let ledgerName = ServiceName(namespace: "pay", name: "ledger")
        #expect(file.name == "shop")
        #expect(
            file.source
                == SiteAddress(
                    context: "old",
                    kubeconfig: "./old.yaml",
                    entry: "http://127.0.0.1:8081"
                )
        )
        #expect(file.target == SiteAddress(context: "new", entry: "http://127.0.0.1:8082"))
        #expect(file.namespaces == ["pay", "shop"])
        #expect(
            file.workloads == [
                WorkloadRule(workload: ledger, activation: .exclusive),
                WorkloadRule(workload: legacy, isExcluded: true),
                WorkloadRule(workload: orders, after: [ledger], wave: 2, probePath: "/healthz"),
            ]
        )
        #expect(file.calls == [StatedCall(caller: orders, service: ledgerName)])
        #expect(
            file.routes == [
                RouteRule(route: RouteID("api"), host: "api.example.com", probePath: "/ping"),
                RouteRule(route: RouteID("raw"), service: ledgerName),
                RouteRule(route: RouteID("shop.example.com"), host: "shop.example.com"),
            ]
        )
        #expect(file.ignoredHosts == ["*", "gone.example.com"])
        let backend = HAProxyBackendRule(
            route: RouteID("api"),
            backend: "be_api",
            targetServers: ["t1"]
        )
        #expect(
            file.traffic?.balancer
                == .haproxy(
                    HAProxyRule(
                        socket: .tcp(host: "127.0.0.1", port: 9_999),
                        masterSocket: .tcp(host: "::1", port: 9_998),
                        sourceServers: ["s1", "s2"],
                        stateFile: "/var/lib/haproxy/state",
                        front: "http://127.0.0.1:80",
                        backends: [backend]
                    )
                )
        )
        #expect(file.ramp.weights.map(\.percent) == [10, 100])
        #expect(
            file.ramp.limits
                == ShareLimits(
                    requestsMin: 50,
                    soakMilliseconds: 90_000,
                    shareTolerance: 5,
                    failureExcessMax: 0.1,
                    failureMax: 2.5,
                    latencyFactorMax: 1.5,
                    latencySlackMicroseconds: 20_000
                )
        )
        #expect(file.workloadsInFlightMax == 4)
        #expect(
            file.probes == [
                SmokeRule(
                    subject: .route(RouteID("api")),
                    probe: SmokeProbe(
                        name: "page",
                        subject: "api",
                        trial: .http(
                            HTTPTrial(
                                host: "",
                                path: "/page",
                                status: 404,
                                headers: ["Server": "ours"],
                                bodyPattern: "not +found"
                            )
                        ),
                        timeoutMilliseconds: 2_000
                    )
                ),
                SmokeRule(
                    subject: .workload(ledger),
                    probe: SmokeProbe(
                        name: "books",
                        subject: "pay/ledger",
                        trial: .command(words: ["./books.sh", "target"])
                    )
                ),
                SmokeRule(
                    subject: .workload(
                        WorkloadID(kind: "StatefulSet", namespace: "pay", name: "ledger")
                    ),
                    job: ProbeJob(
                        probe: "health",
                        work: .grpcHealth(host: "", port: 9_090, service: "L", image: image),
                        timeoutMilliseconds: 10_000
                    )
                ),
                SmokeRule(
                    subject: .route(RouteID("api")),
                    job: ProbeJob(
                        probe: "dial",
                        work: .connect(host: "db.pay", port: 5_432, image: image),
                        timeoutMilliseconds: 3_000
                    )
                ),
            ]
        )
        #expect(
            file.gates == [
                GateRule(
                    metric: MetricGate(
                        name: "lag",
                        url: "http://prometheus.example:9090/prefix",
                        query: "sum(kafka_lag{group=\"x\"})",
                        max: 100,
                        heldMilliseconds: 60_000
                    ),
                    workloads: [ledger],
                    token: .file(path: "prometheus.token")
                )
            ]
        )
        #expect(
            file.withPaths(relativeTo: "/here").gates.first?.token
                == .file(path: "/here/prometheus.token")
        )
        #expect(
            file.comparisons == [
                AnswerComparison(
                    route: RouteID("api"),
                    host: "",
                    method: "HEAD",
                    paths: ["/ping?a=b"],
                    headers: ["Content-Type"],
                    ignored: ["/at"],
                    replacements: [BodyReplacement(pattern: "[0-9]+", with: "id")]
                )
            ]
        )
        #expect(
            file.windows
                == ChangeWindows(
                    zone: "Europe/Athens",
                    allow: [DayWindow(days: [.mon, .tue], fromMinute: 1_320, toMinute: 360)],
                    deny: [DayWindow(days: [.fri])]
                )
        )
        #expect(
            file.approvals
                == ApprovalRule(
                    waves: [2],
                    workloads: [ledger],
                    fullShare: true,
                    irreversible: true
                )
        )
        #expect(file.freeze == .none)
        #expect(file.settle == .milliseconds(500))
        #expect(
            file.timeouts
                == Timeouts(
                    change: .seconds(30),
                    ready: .seconds(600),
                    share: .seconds(300),
                    drain: .seconds(3_600)
                )
        )
    }

    @Test func `what is not said has a default, and a key without a value is not said`() throws {
        let file = try parse(
            """
            apiVersion: diolkos.dev/v1alpha1
            kind: Migration
            metadata: {name: shop}
            spec:
              source: {context: a}
              target: {context: b}
              namespaces: [shop]
              workloads:
                - {name: orders, wave: }
              traffic:
                provider: twin
                twin: {url: "http://127.0.0.1:9000"}
                haproxy:
              ramp:
              settle:
            """
        )
        #expect(file.workloads.map(\.workload.namespace) == ["shop"])
        #expect(file.workloads.map(\.wave) == [1])
        #expect(
            file.traffic == TrafficRule(balancer: .twin(url: "http://127.0.0.1:9000", front: nil))
        )
        #expect(file.ramp == Ramp())
        #expect(file.freeze == .finding)
        #expect(file.settle == .seconds(2))
        #expect(file.workloadsInFlightMax == 10)
        #expect(file.timeouts == Timeouts())
    }

    @Test func `the same migration is read from JSON`() throws {
        let json = #"""
            {"apiVersion":"diolkos.dev/v1alpha1","kind":"Migration","metadata":{"name":"a"},
            "spec":{"source":{"context":"a"},"target":{"context":"b"},"namespaces":["n"],
            "traffic":{"provider":"haproxy","haproxy":{"socket":"/run/haproxy.sock","reloads":"handled"}}}}
            """#
        #expect(
            try parse(json).traffic?.balancer
                == .haproxy(HAProxyRule(socket: .unix(path: "/run/haproxy.sock")))
        )
    }

    @Test func `every path is relative to the file, and an absolute one stays`() throws {
        let file = try parse(
            """
            apiVersion: diolkos.dev/v1alpha1
            kind: Migration
            metadata: {name: shop}
            spec:
              source: {context: a, kubeconfig: kube/a}
              target: {context: b, kubeconfig: /kube/b}
              namespaces: [shop]
              traffic:
                provider: haproxy
                haproxy: {socket: run/admin.sock, masterSocket: run/master, stateFile: ../state}
            """
        )
        for directory in ["/home/me/shop", "/home/me/shop/"] {
            let placed = file.withPaths(relativeTo: directory)
            #expect(placed.source.kubeconfig == "/home/me/shop/kube/a")
            #expect(placed.target.kubeconfig == "/kube/b")
            #expect(
                placed.traffic?.balancer
                    == .haproxy(
                        HAProxyRule(
                            socket: .unix(path: "/home/me/shop/run/admin.sock"),
                            masterSocket: .unix(path: "/home/me/shop/run/master"),
                            stateFile: "/home/me/shop/../state"
                        )
                    )
            )
            #expect(placed.withPaths(relativeTo: "/elsewhere") == placed)
        }
        var remote = file
        remote.traffic?.balancer = .haproxy(HAProxyRule(socket: .tcp(host: "h", port: 1)))
        #expect(remote.withPaths(relativeTo: "/home/me").traffic == remote.traffic)
        let twin = TrafficRule(balancer: .twin(url: "http://127.0.0.1:1", front: nil))
        remote.traffic = twin
        #expect(remote.withPaths(relativeTo: "/home/me").traffic == twin)
    }

    @Test func `the schema names every key and what is required`() {
        let schema = MigrationFile.schema
        #expect(
            schema["required"]?.array?.compactMap(\.string)
                == ["apiVersion", "kind", "metadata", "spec"]
        )
        let ramp = schema.at("properties", "spec", "properties", "ramp", "properties")
        #expect(
            ramp?.object?.keys == [
                "failureExcessMax", "failureMax", "latencyFactorMax", "latencySlack",
                "requestsMin", "shareTolerance", "soak", "weights",
            ]
        )
        #expect(ramp?.at("weights", "items", "maximum") == 100)
    }
}
