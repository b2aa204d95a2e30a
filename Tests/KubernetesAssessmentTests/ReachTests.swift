import Clocks
import ConnectionTrials
import ControlPlaneSupport
import EmbeddedAPI
import EmbeddedNodes
import EmbeddedSites
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import Testing
import Twin

@Suite struct ReachTests {
    private static let estate =
        deployment(
            "web",
            container: """
                env: [{name: DB, value: "tcp://db.example.org:5432"}, \
                {name: PARTNER, value: "https://partner.example.org"}, \
                {name: NEAR, value: "tcp://near.example.org:6379"}, \
                {name: SHUT, value: "tcp://near.example.org:81"}, \
                {name: GONE, value: "tcp://gone.example.org:1"}]
                """
        )

    /// Runs `body` with a twin around which some machines stand.
    private func twin(
        _ body: @escaping @Sendable (TwinPair) async throws -> Void
    ) async throws {
        let pair = TwinPair(
            settings: TwinSettings(),
            time: SystemTime(),
            identifiers: CountedIdentifiers("twin").next
        )
        try await pair.run { twin in
            let network = twin.world.world.network
            let near = Duration.milliseconds(2)
            network.setOutsider(
                Outsider(ports: [5432], roundTrips: [.source: near, .target: .milliseconds(40)]),
                at: "db.example.org"
            )
            network.setOutsider(
                Outsider(ports: [443], roundTrips: [.source: near]),
                at: "partner.example.org"
            )
            network.setOutsider(
                Outsider(ports: [6379], roundTrips: [.source: near, .target: near]),
                at: "near.example.org"
            )
            try await body(pair)
        }
    }

    /// The nodes of a site whose pods can be made: each has its account, and all nodes are there.
    private func furnished(_ client: KubernetesClient) async throws -> [JSON] {
        let nodes = try await client.resource(group: "", kind: "Node")
        let accounts = try await client.resource(group: "", kind: "ServiceAccount")
        var found: [JSON] = []
        try await SystemTime().wait(until: "its nodes and the default account are there") {
            found = try await client.list(nodes).items
            let account = try await client.find(accounts, namespace: "default", name: "default")
            return found.count == NodeSettings().nodeCount && account != nil
        }
        return found
    }

    private func assessment() async throws -> Assessment {
        try await AssessmentScene(source: Self.estate).assessment()
    }

    /// Jobs that nobody has deleted.
    private func jobs(at client: KubernetesClient) async throws -> [String] {
        let jobs = try await client.resource(group: "batch", kind: "Job")
        return try await client.list(jobs).items.filter { $0.deletionTimestamp == nil }
            .map(\.namespacedName)
    }

    @Test func `Jobs at both sites tell what the target cannot reach, and leave nothing`()
        async throws
    {
        try await twin { pair in
            let (source, target) = (pair.client(of: .source), pair.client(of: .target))
            var assessment = try await assessment()
            let addresses = assessment.outside.calls.map(\.address)
            let settings = ReachSettings(image: "busybox")
            async let there = ReachTrial(settings, id: "t", at: target, time: SystemTime())
                .perform(addresses)
            let here = await ReachTrial(settings, id: "s", at: source, time: SystemTime())
                .perform(addresses)
            assessment.add(source: here, target: await there)
            #expect(here.problems == [] && here.leftBehind == [])
            let found = assessment.findings.filter {
                ["unreachable", "farther", "reach-untried", "reach-failed"].contains($0.check)
            }
            #expect(
                found.map { "\($0.severity) \($0.check) \($0.reason.prefix { $0 != " " })" } == [
                    "blocker unreachable partner.example.org:443",
                    "decide farther db.example.org:5432",
                    "note unreachable gone.example.org:1",
                    "note unreachable near.example.org:81",
                ]
            )
            #expect(found[0].reason.contains("answers the source in 2 ms"))
            #expect(found[0].objects == ["Deployment shop/web"])
            let rows = assessment.json["outside"]?.array ?? []
            let row = rows.first { $0["address"] == "db.example.org:5432" }
            #expect(row?["source"] == ["result": "answered", "milliseconds": 2])
            #expect(row?["target"] == ["result": "answered", "milliseconds": 40])
            #expect(try await jobs(at: source) == [])
            #expect(try await jobs(at: target) == [])
        }
    }

    @Test func `more addresses than one Job takes are shared out among several`() async throws {
        try await twin { pair in
            let many = (1...70).map { OutsideAddress(host: "h\($0).example.org", port: 80) }
            let outcome = await ReachTrial(
                ReachSettings(image: "busybox"),
                id: "m",
                at: pair.client(of: .source),
                time: SystemTime()
            ).perform(many + [OutsideAddress(host: "db.example.org", port: 5432)])
            #expect(outcome.results.count == 71 && outcome.problems == [])
            let database = OutsideAddress(host: "db.example.org", port: 5432)
            #expect(outcome.results[database] == .answered(milliseconds: 2))
            #expect(outcome.results[many[69]] == .unresolved)
        }
    }

    @Test func `a pod that never starts is told with its reason, and its Job goes all the same`()
        async throws
    {
        try await twin { pair in
            let target = pair.client(of: .target)
            let nodes = try await target.resource(group: "", kind: "Node")
            for node in try await furnished(target) {
                _ = try await target.patch(
                    nodes,
                    name: node.name ?? "",
                    .merge(.object(["spec": ["unschedulable": true]]))
                )
            }
            let outcome = await ReachTrial(
                ReachSettings(image: "busybox", timeoutSeconds: 1, startSecondsMax: 4),
                id: "stuck",
                at: target,
                time: SystemTime()
            ).perform([OutsideAddress(host: "db.example.org", port: 5432)])
            #expect(outcome.problems.count == 1 && outcome.results.isEmpty)
            let problem = try #require(outcome.problems.first)
            #expect(problem.contains("none matches"), "\(problem)")
            #expect(try await jobs(at: target) == [])
            var assessment = try await assessment()
            assessment.add(source: nil, target: outcome)
            #expect(
                assessment.findings.filter { $0.check == "reach-failed" }.map(\.severity)
                    == [.decide]
            )
        }
    }

    @Test func `whoever asks to stop gets the Jobs deleted`() async throws {
        try await twin { pair in
            let isAsked = Mutex(false)
            // Asks as soon as the Job has been taken, and its pod is looked for.
            let client = pair.client(
                of: .source,
                observer: .init(willCall: { call in
                    if call.resource?.verb == .list { isAsked.withLock { $0 = true } }
                })
            )
            let outcome = await ReachTrial(
                ReachSettings(image: "busybox"),
                id: "stop",
                at: client,
                time: SystemTime(),
                isStopped: { isAsked.withLock { $0 } }
            ).perform([OutsideAddress(host: "gone.example.org", port: 1)])
            #expect(outcome.problems == ["it was stopped"])
            let left = try await jobs(at: client)
            #expect(left == [])
        }
    }

    @Test(arguments: ["sh", "bash"])
    func `the script says of real sockets what is so`(shell: String) async throws {
        let sites = TwinSites()
        let listener = try LocalListener()
        defer { listener.close() }
        let open = OutsideAddress(host: "127.0.0.1", port: listener.port)
        let shut = OutsideAddress(host: "127.0.0.1", port: 1)
        let nobody = OutsideAddress(host: "nobody.invalid", port: 80)
        let trial = ReachTrial(
            ReachSettings(image: "busybox", timeoutSeconds: 2),
            id: "real",
            at: sites.target,
            time: SystemTime()
        )
        // The twin without nodes makes no pod of the Job: the test is its controller and its kubelet.
        async let outcome = trial.perform([open, shut, nobody])
        let kubelet = KubeletOfOne(client: sites.target)
        try await kubelet.run(shell: shell)
        let results = await outcome.results
        #expect(results[open]?.milliseconds != nil)
        #expect(results[shut] == .refused)
        #expect(results[nobody] == .unresolved)
        #expect(try await jobs(at: sites.target) == [])
    }

    private static let assets = ControlPlane.assets("KUBEBUILDER_ASSETS")

    @Test(.enabled(if: assets != nil, "skipped: no real API server"))
    func `a real control plane lets the Job run where the level restricted is enforced`()
        async throws
    {
        let plane = try await ControlPlane(assets: try #require(Self.assets))
        let outcome: Result<ReachOutcome, any Error>
        do { outcome = .success(try await reached(at: plane)) } catch { outcome = .failure(error) }
        try await plane.stop()
        let reached = try outcome.get()
        #expect(reached.problems == [] && reached.leftBehind == [])
        #expect(reached.results == [OutsideAddress(host: "127.0.0.1", port: 1): .refused])
    }

    private func reached(at plane: ControlPlane) async throws -> ReachOutcome {
        let token = Credential.Field(name: "Authorization", value: "Bearer \(plane.token)")
        let client = KubernetesClient(
            transport: plane.transport,
            credentials: FixedCredential(Credential(fields: [token])),
            time: SystemTime()
        )
        let level: JSON = ["pod-security.kubernetes.io/enforce": "restricted"]
        _ = try await client.create(
            try await client.resource(group: "", kind: "Namespace"),
            [
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": ["name": "reach", "labels": level],
            ]
        )
        let trial = ReachTrial(
            ReachSettings(image: "busybox", namespace: "reach", timeoutSeconds: 1),
            id: "real",
            at: client,
            time: SystemTime()
        )
        async let outcome = trial.perform([OutsideAddress(host: "127.0.0.1", port: 1)])
        // Its controllers make the pod, and no node is there to run it.
        let kubelet = KubeletOfOne(client: client, makesPod: false)
        try await kubelet.run(shell: "sh")
        let reached = await outcome
        #expect(try await jobs(at: client) == [])
        return reached
    }

    @Test func `the Job's pods are what the level restricted lets in, without a token`()
        async throws
    {
        let sites = TwinSites()
        let trial = ReachTrial(
            ReachSettings(image: "busybox", pullSecret: "registry"),
            id: "shape",
            at: sites.target,
            time: SystemTime()
        )
        async let outcome = trial.perform([OutsideAddress(host: "127.0.0.1", port: 1)])
        let kubelet = KubeletOfOne(client: sites.target)
        let job = try await kubelet.run(shell: "sh")
        _ = await outcome
        #expect(job.at("spec", "ttlSecondsAfterFinished")?.int ?? 0 > 0)
        #expect(job.at("spec", "activeDeadlineSeconds")?.int ?? 0 > 0)
        let spec = try #require(job.at("spec", "template", "spec"))
        #expect(spec["automountServiceAccountToken"] == false)
        #expect(spec["imagePullSecrets"] == [["name": "registry"]])
        let pod: JSON = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": "reach", "namespace": "shop"], "spec": spec,
        ]
        let strict = """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}}
            """
        #expect(
            try await AssessmentScene(source: pod.text(), target: strict).found("pod-security")
                == []
        )
    }

    @Test func `trying calls nothing that its rights lack`() async throws {
        let sites = TwinSites()
        let rights = try RightsPlanning(
            CopyRule(name: "x", selection: CopySelection()),
            source: try await sites.source.discovery(),
            target: try await sites.target.discovery()
        ).rights(for: .reach)
        sites.beginRecording()
        let outcome = await ReachTrial(
            ReachSettings(image: "busybox", timeoutSeconds: 1, startSecondsMax: 1),
            id: "rights",
            at: sites.target,
            time: SystemTime()
        ).perform([OutsideAddress(host: "127.0.0.1", port: 1)])
        #expect(outcome.problems.first?.contains("it has no Pod yet") == true)
        #expect(sites.targetCalls.calls.contains { $0.resource?.verb == .delete })
        #expect(sites.targetCalls.refused(by: rights.target) == [])
    }
}

extension TwinPair {
    /// A client of one site, within this process.
    fileprivate func client(
        of site: TwinSite,
        observer: KubernetesClient.Observer = .init()
    ) -> KubernetesClient {
        KubernetesClient(
            transport: InProcessTransport(face(of: site)),
            time: SystemTime(),
            observer: observer
        )
    }
}
