import JSONValues
import KubernetesObjects
import MigrationFile
import MigrationModel
import Rehearsing
import Simulation
import SiteSupport
import Testing
import Twin

/// A small estate, offline: `home` calls `basket`, which calls `rates`.
@Suite struct RehearsalTests {
    @Test func `waves, steps and times of a rehearsal are those of the plan`() async throws {
        var file = SmallShop.file()
        file.workloads = [WorkloadRule(workload: SmallShop.workload("home"), wave: 2)]
        let report = try await SmallShop.report(file, try await SmallShop.export(), schedules: 2)

        #expect(report.isSafe, "\(RehearsalText.lines(of: report).joined(separator: "\n"))")
        #expect(report.waves.map(\.number) == [1, 2])
        #expect(report.waves[0].workloads == ["rates", "basket"].map(SmallShop.workload))
        #expect(report.waves[1].workloads == [SmallShop.workload("home")])
        #expect(report.waves[1].routes == [RouteID("home.example")])
        let ends = try report.waves.map { try #require($0.end) }
        let begin = try #require(report.waves[1].begin)
        #expect(ends[0] <= begin && begin < ends[1])
        #expect(report.crossedAt == ends[1])
        // `home` calls across the link until it has crossed itself.
        #expect(report.waves[0].callsAcrossAfter == 1)
        #expect(report.waves[1].callsAcrossAfter == 0)

        let home = try #require(report.lanes.last)
        #expect(home.shares.map(\.percent) == [25, 50, 100])
        let soaked = Duration.milliseconds(3 * SmallShop.soak)
        #expect(home.end - home.begin >= soaked)
        #expect(report.waves.allSatisfy { ($0.wayBack ?? .zero) > .zero })
        #expect(report.irreversible == report.plan.steps.filter { $0.phase == .finish })
        #expect(report.migrated + report.asItWasBefore == 2)
        #expect(report.approvals.last?.at == report.crossedAt)
    }

    @Test func `what proxies that lag could lose is told, and its seed shows it again`()
        async throws
    {
        var file = SmallShop.file()
        file.settle = .zero
        let export = try await SmallShop.export()
        let report = try await SmallShop.report(file, export, schedules: 2) {
            $0.lagMax = .seconds(5)
            $0.seed = 7
        }
        #expect(!report.isSafe)
        let loss = try #require(report.losses.first)
        let seed = loss.seeds.first ?? 7
        #expect(loss.command.hasSuffix("--schedules 1 --seed \(seed) --journal"))

        let again = try await SmallShop.report(file, export, schedules: 1) {
            $0.lagMax = .seconds(5)
            $0.seed = seed
            $0.keepsJournals = true
        }
        let shown = try #require(again.losses.first { $0.what == loss.what })
        #expect(loss.seeds.isEmpty || shown.seeds == [seed])
        #expect(again.journals.first?.lines.isEmpty == false)
    }

    @Test func `workloads of every kind are rehearsed, and nothing of them runs twice`()
        async throws
    {
        func id(_ kind: String, _ name: String) -> WorkloadID {
            WorkloadID(kind: kind, namespace: "shop", name: name)
        }
        let others = [
            id("CronJob", "report"), id("Deployment", "mailer"), id("StatefulSet", "index"),
        ]
        var file = SmallShop.file()
        file.workloads = others.map { WorkloadRule(workload: $0, activation: .shared) }
        let estate = ShopKinds.manifests(beside: ShopServices.two)
        let report = try await SmallShop.report(
            file,
            try await SmallShop.export(beside: estate),
            schedules: 4
        )
        #expect(report.isSafe, "\(RehearsalText.lines(of: report).joined(separator: "\n"))")
        #expect(report.migrated + report.asItWasBefore == 4)
        #expect(Set(report.waves.flatMap(\.workloads)).isSuperset(of: others))
        let schedule = try #require(report.lanes.first { $0.name.contains("shop/report") })
        #expect(schedule.begin < schedule.end)
    }

    @Test func `the same objects and seed give the same report`() async throws {
        let export = try await SmallShop.export()
        let reports = [
            try await SmallShop.report(SmallShop.file(), export, schedules: 2),
            try await SmallShop.report(SmallShop.file(), export, schedules: 2) { $0.threads = 1 },
        ]
        #expect(reports[0].json.text() == reports[1].json.text())
        #expect(RehearsalPage.html(of: reports[0]) == RehearsalPage.html(of: reports[1]))
    }

    @Test func `a value of a Secret gets into no twin`() async throws {
        let secret: JSON = [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson",
            "metadata": ["name": "pull", "namespace": "shop"],
            "data": [".dockerconfigjson": "aHVudGVyMg=="],
        ]
        let manifests = TwinObjects(.source, try await SmallShop.export([secret]), SmallShop.file())
            .manifests
        let twin = try #require(manifests.first { $0["kind"] == "Secret" })
        #expect(!twin.text().contains("aHVudGVyMg"))
    }

    /// The addresses are those of the person's own sites, which no twin has.
    @Test(arguments: [BridgeRule.Mode.nodePorts, .podAddresses, .loadBalancer, .entry])
    func `bridges lead in the twin by the way that the file names`(
        mode: BridgeRule.Mode
    )
        async throws
    {
        var file = SmallShop.file()
        file.residual = .accept
        file.bridgeRule = BridgeRule(
            mode: mode,
            annotations: [:],
            entries: [.source: "http://192.0.2.1:8080", .target: "http://192.0.2.2"]
        )
        let report = try await SmallShop.report(file, try await SmallShop.export(), schedules: 2)
        #expect(report.isSafe, "\(RehearsalText.lines(of: report).joined(separator: "\n"))")
        #expect(report.crossedAt != nil)
        let ways = report.plan.steps.compactMap { step -> BridgeWay? in
            guard case .change(_, .addBridge(let service)) = step.operation else { return nil }
            return service.way
        }
        #expect(!ways.isEmpty && ways.allSatisfy { $0.isPlayed(as: mode) }, "\(ways)")
        let told = report.findings.filter { $0.check == "twin-bridges" }.flatMap(\.objects)
        let isAllPlayed = mode == .nodePorts || mode == .podAddresses
        #expect(told == (isAllPlayed ? [] : ["spec.bridges.mode: \(mode.rawValue)"]))
    }

    @Test func `a rehearsal that does not know where bridges lead says what it did not play`()
        async throws
    {
        let report = try await SmallShop.report(
            SmallShop.file(),
            try await SmallShop.export(),
            schedules: 0
        )
        let text = RehearsalText.lines(of: report)
        let place = try #require(text.firstIndex(of: "What this rehearsal does not know"))
        #expect(text[place...].contains("  twin-bridges: spec.bridges.mode: auto"))
        #expect(text[place...].contains { $0.contains("load balancers and entries") })
    }

    @Test func `what a twin does not play is a finding and no end`() async throws {
        let policy: JSON = [
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": ["name": "all", "namespace": "shop"],
            "spec": ["podSelector": [:], "policyTypes": ["Ingress"]],
        ]
        let refused: JSON = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "Not_A_Name", "namespace": "shop"],
            "spec": ["ports": [["port": 80]]],
        ]
        let report = try await SmallShop.report(
            SmallShop.file(),
            try await SmallShop.export([policy, refused]),
            schedules: 0
        )
        #expect(report.crossedAt != nil)
        let checks = ["twin-refused", "twin-bridges", "twin-network-policies"]
        #expect(report.findings.map(\.check) == checks)
        #expect(report.findings.first?.objects == ["Service shop/Not_A_Name"])
    }

    @Test func `a file that moves nothing and one without a plan are errors that say so`()
        async throws
    {
        var file = SmallShop.file()
        file.traffic = nil
        let export = try await SmallShop.export()
        await #expect(throws: RehearsalProblem.self) {
            try await SmallShop.report(file, export, schedules: 0)
        }
        file = SmallShop.file()
        file.workloads = [
            WorkloadRule(
                workload: SmallShop.workload("home"),
                after: [SmallShop.workload("rates")]
            ),
            WorkloadRule(
                workload: SmallShop.workload("rates"),
                after: [SmallShop.workload("home")]
            ),
        ]
        let circle = file
        let error = await #expect(throws: RehearsalProblem.self) {
            try await SmallShop.report(circle, export, schedules: 0)
        }
        #expect(error?.description.contains("shop/home") == true)
    }

    @Test func `the JSON has the members that its page in docs names`() async throws {
        let report = try await SmallShop.report(
            SmallShop.file(),
            try await SmallShop.export(),
            schedules: 1
        )
        let json = report.json
        #expect(
            json.object?.keys == [
                "apiVersion", "approvals", "broken", "calm", "findings", "irreversible", "isSafe",
                "kind", "losses", "migration", "plan", "room", "source", "stores", "target",
                "timeline", "underFaults", "waves",
            ]
        )
        #expect(json["underFaults"]?["schedules"] == 1)
        #expect((json["calm"]?["crossingMilliseconds"]?.int ?? 0) > 3 * SmallShop.soak)
        let wave = try #require(json["waves"]?.array?.first)
        #expect(
            wave.object?.keys == [
                "beginMilliseconds", "callsAcross", "cumulative", "endMilliseconds", "exceeded",
                "requests", "routes", "wave", "wayBackMilliseconds", "workloads",
            ]
        )
        #expect(json["timeline"]?.array?.count == 3)
        let page = RehearsalPage.html(of: report)
        #expect(page.contains("<svg") && page.contains("finish: no way back"))
        #expect(!page.contains("<script"))
    }
}

extension BridgeWay {
    fileprivate func isPlayed(as mode: BridgeRule.Mode) -> Bool {
        switch (self, mode) {
        case (.nodePorts, .nodePorts), (.podAddresses, .podAddresses),
            (.loadBalancer, .loadBalancer), (.entry, .entry):
            true
        default: false
        }
    }
}
