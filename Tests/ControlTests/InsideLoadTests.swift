import Composition
import EmbeddedNodes
import EmbeddedSites
import LoadGenerator
import MigrationEngine
import MigrationFile
import MigrationModel
import SiteSupport
import Testing
import Twin

/// Those who call names from inside a site, while the names are turned.
@Suite(.serialized) struct InsideLoadTests {
    /// A turn whose two steps are made in the wrong order.
    struct WrongTurn: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let site: TwinSite
        /// The ends of the steps' names, as planning orders them.
        let first: String
        let second: String
    }

    private static let wrongTurns = [
        WrongTurn(
            testDescription: "at the source, the selector goes before the bridge is there",
            site: .source,
            first: "bridge-at-source",
            second: "unselect-at-source"
        ),
        WrongTurn(
            testDescription: "at the target, the bridge goes before there is a selector",
            site: .target,
            first: "select-at-target",
            second: "unbridge-at-target"
        ),
    ]

    /// Every way in which bridges can lead to the other site.
    private static let rules = [
        BridgeRule(mode: .nodePorts),
        BridgeRule(mode: .podAddresses),
        BridgeRule(
            mode: .podAddresses,
            keeper: BridgeRule.Keeper(
                image: "example.org/kubectl:1",
                apis: [.source: "https://10.1.255.1", .target: "https://10.2.255.1"]
            )
        ),
        BridgeRule(mode: .loadBalancer, annotations: ["cloud.example/internal": "true"]),
        BridgeRule(
            mode: .entry,
            entries: [.source: "http://10.1.254.1", .target: "http://10.2.254.1"],
            connectionsMax: .seconds(3)
        ),
    ]

    @Test(arguments: rules)
    func `names lose no request inside either site, on the way there and back`(
        _ rule: BridgeRule
    )
        async throws
    {
        try await Self.underLoad(rule, rollingBack: true) {
            $0
        } judge: { source, target in
            print("\(rule.mode): inside the source \(source), inside the target \(target)")
            for report in [source, target] {
                #expect(report.failures == [:])
                #expect(report.answered > 500)
                // Each site's callers were served by their own pods and, over the bridge, by others.
                #expect(report.bySite.keys.sorted() == ["source", "target"])
            }
        }
    }

    @Test(arguments: wrongTurns)
    func `a name that is turned in the wrong order loses requests inside`(
        _ turn: WrongTurn
    )
        async throws
    {
        try await Self.underLoad(Self.rules[0], rollingBack: false) {
            $0.exchanging(turn.first, and: turn.second)
        } judge: { source, target in
            let report = turn.site == .source ? source : target
            #expect(report.failed > 20)
            #expect(report.answered > report.failed)
        }
    }

    /// Crosses, and goes back when told to, while the names of all services are called at both sites.
    ///
    /// At the target they are called from when everything is prepared until the first of that is
    /// given back: before and after, they are no names there.
    private static func underLoad(
        _ rule: BridgeRule,
        rollingBack: Bool,
        _ reshape: @escaping @Sendable (Plan) -> Plan,
        judge: @escaping @Sendable (_ source: LoadReport, _ target: LoadReport) -> Void
    ) async throws {
        var settings = TwinMigration.quick
        // What is lost on purpose need not be waited for as long.
        settings.world.callTimeout = .seconds(rollingBack ? 20 : 3)
        try await TwinMigration.with(
            DemoEstate.manifests(of: ShopServices.three),
            namespaces: ["shop"],
            settings: settings,
            edit: { file in
                file.bridgeRule = rule
                // Nobody has to be waited for, or there would be no bridges to pods.
                file.residual = .accept
            }
        ) { migration in
            let services = ShopServices.three
            let source = try await InsideLoad(.source, of: migration.twin, on: services)
            let target = try await InsideLoad(.target, of: migration.twin, on: services)
            let plan = reshape(try await migration.plan())
            let prepared = Set(plan.steps.filter { $0.phase == .prepare }.map(\.id))
            try await migration.begin(plan)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await source.run() }
                #expect(try await migration.drive(stepsMax: prepared.count) == .stopped)
                group.addTask { try await target.run() }
                let exit = try await migration.drive()
                // A turn that loses enough is noticed by the run itself, which then goes back.
                if rollingBack {
                    #expect(exit == .waiting(.crossed))
                    try await migration.run.submit(.rollback)
                    let back = try await migration.drive { world in
                        MigrationWorld(
                            source: world.source,
                            target: SiteInUse(inner: world.target, steps: prepared, load: target),
                            traffic: world.traffic
                        )
                    }
                    #expect(back == .closed(.asItWasBefore))
                }
                await target.stop()
                await source.stop()
            }
            judge(source.report, target.report)
            if rollingBack { #expect(migration.twin.world.counters.recrossings == 0) }
        }
    }
}

extension Plan {
    /// The same plan with two steps of each name in each other's place, and nothing looked at in
    /// between.
    fileprivate func exchanging(_ first: String, and second: String) -> Plan {
        var plan = self
        for index in steps.indices where steps[index].id.text.hasSuffix("/\(first)") {
            let stem = steps[index].id.text.dropLast(first.count)
            let id = StepID(stem + second)
            guard let later = steps.firstIndex(where: { $0.id == id }) else { continue }
            for step in plan.steps.indices where plan.steps[step].after.contains(id) {
                plan.steps[step].after = plan.steps[step].after.map {
                    $0 == id ? steps[index].id : $0
                }
            }
            var early = steps[later]
            early.after = steps[index].after
            // As long as callers keep a connection: by then all of them have met it.
            early.gates = [.settled(milliseconds: 5_000)]
            var late = steps[index]
            late.after = [id]
            late.gates = []
            plan.steps[index] = early
            plan.steps[later] = late
        }
        return plan
    }
}
