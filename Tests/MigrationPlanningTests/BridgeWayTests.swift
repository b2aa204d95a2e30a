import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// What bridges lead to, chosen by what is seen of both sites, and said.
@Suite struct BridgeWayTests {
    private var estate: EstateFixture

    init() {
        estate = EstateFixture()
        estate.addWorkload("orders")
        estate.source.ranges = SiteRanges(
            nodes: [.one(10, 0, 0, 1)],
            pods: [AddressRange(text: "10.244.0.0/16", bytes: [10, 244, 0, 0], length: 16)],
            areServicesKnown: true
        )
        estate.target.ranges = SiteRanges(
            nodes: [.one(10, 1, 0, 1)],
            pods: [AddressRange(text: "10.244.0.0/24", bytes: [10, 244, 0, 0], length: 24)],
            areServicesKnown: true
        )
    }

    /// A target whose node has an address of the source's pods.
    private var hidden: EstateFixture {
        var hidden = estate
        hidden.target.ranges.nodes = [.one(10, 244, 7, 1)]
        return hidden
    }

    @Test func `nodes that can be dialled are dialled, and shared ranges of pods are told`() throws
    {
        let plan = try estate.plan()
        #expect(plan.ways == ["orders-local": [.nodePorts]])
        #expect(
            plan.findings.contains(
                "Both sites give pods addresses of 10.244.0.0/16 and 10.244.0.0/24: no bridge leads "
                    + "to such an address, but nothing else may either, such as routes between the "
                    + "sites or addresses in configuration."
            )
        )
        #expect(plan.findings.contains(EstateFixture.leadsToNodes))
    }

    @Test func `nodes that cannot be dialled are a problem with every way out`() throws {
        let problems = hidden.problems()
        #expect(problems.count == 1)
        #expect(problems[0].contains("its node 10.244.7.1 has an address that belongs to the pods"))
        #expect(problems[0].contains("of old (10.244.0.0/16)"))
        #expect(problems[0].contains("spec.bridges.mode: loadBalancer"))
        #expect(problems[0].contains("mode: entry"))
        var stated = hidden
        stated.file.bridgeRule.mode = .nodePorts
        #expect(
            try stated.plan().findings.contains {
                $0.hasPrefix(
                    "Bridges lead to node ports of new, as stated, though its node 10.244.7.1"
                )
            }
        )
    }

    @Test func `where nodes cannot be dialled, load balancers come before an entry`() throws {
        var estate = hidden
        estate.target.ranges.hasBalancers = true
        estate.file.bridgeRule.annotations = ["internal": "true"]
        estate.file.bridgeRule.entries = [.target: "http://10.9.0.1:8080"]
        #expect(
            Set(try estate.plan().ways["orders-local"] ?? []) == [
                .nodePorts, .loadBalancer(annotations: ["internal": "true"]),
            ]
        )
        // Nothing is opened to the world because nobody said how to keep it closed.
        estate.file.bridgeRule.annotations = nil
        let plan = try estate.plan()
        #expect(
            Set(plan.ways["orders-local"] ?? []) == [
                .entry(address: "10.9.0.1", port: 8080, ingressClass: nil), .nodePorts,
            ]
        )
        #expect(
            plan.findings.contains {
                $0.hasPrefix("Bridges lead to the entry of new: its node ports cannot be reached")
            }
        )
    }

    /// Sites that route to each other's pods, and nobody to wait for.
    private var flat: EstateFixture {
        var flat = estate
        flat.target.ranges.pods = [
            AddressRange(text: "10.245.0.0/16", bytes: [10, 245, 0, 0], length: 16)
        ]
        flat.file.bridgeRule.mode = .podAddresses
        flat.file.residual = .accept
        return flat
    }

    @Test func `pods are dialled where that is stated, and said to go stale`() throws {
        let plan = try flat.plan()
        #expect(plan.ways == ["orders-local": [.podAddresses]])
        #expect(
            plan.findings.contains { $0.hasPrefix("Bridges lead to the pods of the other site") }
        )
        // Nobody is at the target yet who could be dialled.
        #expect(!plan.steps.contains { $0.id.text == "bridges/link/try-from-source" })
        // Whoever goes back looks first where the others are by then.
        let last = try #require(plan.steps.first { $0.id.text.hasSuffix("refresh-at-source-last") })
        #expect(last.after == [StepID("workloads/shop/orders/source-to-zero")])
        var unknown = flat
        unknown.target.ranges.pods = []
        #expect(
            try unknown.plan().findings.contains {
                $0.hasPrefix("The addresses of pods of new are not told by its nodes")
            }
        )
    }

    @Test func `pods whose addresses both sites give out are never dialled`() {
        var same = flat
        same.target.ranges.pods = estate.target.ranges.pods
        let problems = same.problems()
        #expect(problems.count == 2)
        #expect(
            problems[0].hasPrefix(
                "context new: bridges are to lead to its pods, and 10.244.0.0/24, from which they "
                    + "have addresses, belongs to the pods of old (10.244.0.0/16); write"
            )
        )
    }

    @Test func `bridges to pods are refused where nobody looks after them for long`() throws {
        func reason(_ change: (inout EstateFixture) -> Void) -> String {
            var estate = flat
            estate.addWorkload("front", host: "shop.example")
            change(&estate)
            return estate.problems().joined()
        }
        #expect(reason { _ in } == "")
        #expect(reason { $0.file.residual = .approve }.contains("until somebody accepts"))
        #expect(reason { $0.file.approvals.waves = [1] }.contains("it waits for approvals"))
        #expect(reason { $0.file.windows = ChangeWindows(zone: "UTC") }.contains("its windows"))
        #expect(
            reason { $0.file.ramp.limits.soakMilliseconds = 170_000 }
                .contains("it takes at least 11 minutes, and pods are followed for 10")
        )
        #expect(reason { $0.file.ramp.limits.soakMilliseconds = 130_000 } == "")
        // What leads nowhere needs nobody who looks after it.
        var nodes = flat
        nodes.file.bridgeRule.mode = .nodePorts
        nodes.file.approvals.waves = [1]
        #expect(nodes.problems() == [])
    }

    @Test func `with keepers bridges to pods may last, and keepers are up before anything moves`()
        throws
    {
        var estate = flat
        estate.file.approvals.waves = [1]
        estate.file.residual = .approve
        estate.file.bridgeRule.keeper = BridgeRule.Keeper(
            image: "example.org/kubectl:1",
            apis: [.source: "https://old.example", .target: "https://new.example"]
        )
        let plan = try estate.plan()
        func keepers(_ read: Bool) -> [SiteRole: BridgeKeeper] {
            var found: [SiteRole: BridgeKeeper] = [:]
            for step in plan.steps {
                switch step.operation {
                case .change(let site, .admitKeeper(let keeper)) where read: found[site] = keeper
                case .change(let site, .runKeeper(let keeper)) where !read: found[site] = keeper
                default: break
                }
            }
            return found
        }
        // Each reads the other site, whose API it is told of.
        #expect(
            keepers(true).mapValues(\.api) == [
                .source: "https://old.example", .target: "https://new.example",
            ]
        )
        #expect(keepers(false)[.target] == keepers(true)[.source])
        #expect(keepers(false)[.source] == keepers(true)[.target])
        let settled = try #require(plan.steps.first { $0.id.text == "foundation/settled" })
        #expect(settled.after.contains(StepID("keepers/run-at-target")))
        #expect(settled.after.contains(StepID("keepers/run-at-source")))
        #expect(plan.findings.contains { $0.contains("diolkos-keeper at each site follows them") })
        // They go when the bridges have gone, and the token with them.
        let last = try #require(plan.steps.first { $0.id.text == "finish/source/keeper" })
        #expect(last.after.contains(StepID("finish/names/shop/orders/unbridge-at-source")))
        let reader = try #require(plan.steps.first { $0.id.text == "finish/target/keeper-reader" })
        #expect(reader.after.contains(last.id))
    }

    @Test func `keepers follow nodes where bridges lead to node ports, and are not used elsewhere`()
        throws
    {
        var estate = estate
        estate.file.bridgeRule.keeper = BridgeRule.Keeper(
            image: "example.org/kubectl:1",
            apis: [.source: "https://old.example", .target: "https://new.example"]
        )
        func kept(_ plan: Plan) -> [BridgeReach] {
            plan.steps.compactMap { step in
                guard case .change(_, .runKeeper(let keeper)) = step.operation else { return nil }
                return keeper.follows
            }
        }
        let nodes = try estate.plan()
        #expect(kept(nodes) == [.nodes, .nodes])
        #expect(nodes.findings.contains { $0.contains("and diolkos-keeper follows them") })
        #expect(!nodes.findings.contains(EstateFixture.leadsToNodes))
        estate.file.bridgeRule.entries = [
            .source: "http://10.9.0.1", .target: "http://10.9.0.2",
        ]
        estate.file.bridgeRule.mode = .entry
        let entry = try estate.plan()
        #expect(kept(entry) == [])
        #expect(entry.findings.contains { $0.hasPrefix("spec.bridges.keeper is not used") })
    }

    @Test func `what is added lets in the Job that listens too, before it listens`() throws {
        var estate = estate
        let policy = estate.object("networking.k8s.io/v1", "NetworkPolicy", "shop", "closed")
        func obstacle(
            _ barrier: BridgeObstacle.Barrier,
            _ reach: BridgeReach,
            _ ports: [String]
        ) -> BridgeObstacle {
            BridgeObstacle(
                policy: policy.reference,
                barrier: barrier,
                reach: reach,
                concerns: ["somebody"],
                ports: ports
            )
        }
        estate.source.obstacles = BridgeReach.allCases.flatMap { reach in
            [
                obstacle(.intoPods, reach, ["http"]), obstacle(.intoListener, reach, ["8080"]),
                obstacle(.outOfTrials, reach, []),
            ]
        }
        estate.file.bridgeRule.policies = .add
        func admissions(_ plan: Plan) -> [BridgeAdmission] {
            plan.steps.compactMap { step in
                guard case .change(.source, .admitBridges(let admission)) = step.operation
                else { return nil }
                return admission
            }
        }
        func expected(_ reach: BridgeReach) -> [BridgeAdmission] {
            [
                BridgeAdmission(
                    beside: policy.reference,
                    letsIn: true,
                    reach: reach,
                    ports: ["8080", "http"]
                ),
                BridgeAdmission(beside: policy.reference, letsIn: false, reach: reach, ports: []),
            ]
        }
        let plan = try estate.plan()
        #expect(admissions(plan) == expected(.nodes))
        let listening = try #require(
            plan.steps.first { $0.id.text == "bridges/link/listen-at-target" }
        )
        #expect(listening.after.contains(StepID("policies/shop/diolkos-in-closed-at-source")))
        var flat = flat
        flat.source.obstacles = estate.source.obstacles
        flat.file.bridgeRule.policies = .add
        #expect(admissions(try flat.plan()) == expected(.pods))
        // Of pods whose ranges nobody tells nothing can be let in.
        flat.target.ranges.pods = []
        #expect(admissions(try flat.plan()) == [])
    }

    @Test func `a name without pods has no gate that a bridge to pods could not pass`() throws {
        var estate = flat
        estate.addWorkload("asleep", replicas: 0)
        let steps = try estate.plan().steps
        let gates = steps.flatMap { $0.gates + $0.gatesBefore + $0.gatesBack }
        let asleep = ServiceName(namespace: "shop", name: "asleep")
        let orders = ServiceName(namespace: "shop", name: "orders")
        func bridged(_ name: ServiceName) -> Bool {
            gates.contains(.endpoints(site: .target, service: name, kind: .bridge))
        }
        #expect(bridged(orders) && !bridged(asleep))
    }

    @Test func `an entry is an address, and knows names by their first word alone`() throws {
        var estate = EstateFixture(namespaces: ["pay", "shop"])
        estate.addWorkload("orders", in: "pay")
        estate.addWorkload("orders", in: "shop")
        estate.file.bridgeRule = BridgeRule(
            mode: .entry,
            entries: [.source: "https://entry.example", .target: "http://10.9.0.1"]
        )
        estate.source.services[1].ports.append(ServicePort(name: "admin", port: 81))
        let problems = estate.problems().joined(separator: "\n")
        #expect(problems.contains("https://entry.example is no plain HTTP URL with an address"))
        #expect(problems.contains("callers of pay/orders write the same host, orders"))
        #expect(problems.contains("one port for all names, and it has 2"))
    }

    @Test
    func `an entry leads to pods while they are there, for who keeps a connection to it`() throws {
        var estate = estate
        estate.file.bridgeRule = BridgeRule(
            mode: .entry,
            entries: [.source: "http://10.9.0.1", .target: "http://10.9.0.2"]
        )
        let steps = try estate.plan().steps
        func place(_ id: String) throws -> Int {
            try #require(steps.firstIndex { $0.id.text == id })
        }
        let toPods = try place("names/shop/orders/entry-to-pods-at-target")
        #expect(try place("workloads/shop/orders/scale-up") < toPods)
        #expect(try toPods < place("names/shop/orders/bridge-at-source"))
        let toName = try place("names/shop/orders/entry-to-name-at-source")
        #expect(try place("names/shop/orders/unselect-at-source") < toName)
        #expect(try toName < place("workloads/shop/orders/source-to-zero"))
        // It forgets names only when who has kept a connection has had time to end it, either way.
        let wait = Condition.settled(milliseconds: 60_000)
        let forgets = try place("names/shop/orders/local-at-target")
        let settled = steps[try place("foundation/settled")]
        #expect(settled.gatesBack == [wait] && settled.after.contains(steps[forgets].id))
        let ended = steps[try place("finish/source/connections")]
        #expect(ended.gates == [wait])
        let unbridged = steps[try place("finish/names/shop/orders/unbridge-at-source")]
        #expect(unbridged.after.contains(ended.id))
        // What leads to an entry leads nowhere else, so nothing has to be looked at anew.
        #expect(!steps.contains { $0.id.text.contains("/refresh-at-") })
    }

    @Test func `policies in the way are told, and passed by where the file wants that`() throws {
        var estate = estate
        let policy = estate.object("networking.k8s.io/v1", "NetworkPolicy", "shop", "closed")
        let mesh = estate.object("security.istio.io/v1", "PeerAuthentication", "shop", "strict")
        estate.source.obstacles = [
            BridgeObstacle(
                policy: policy.reference,
                barrier: .intoPods,
                concerns: ["Service shop/orders"],
                ports: ["http"]
            ),
            BridgeObstacle(
                policy: mesh.reference,
                barrier: .intoPods,
                concerns: [],
                reason: "it wants mTLS",
                remedy: "set PERMISSIVE"
            ),
        ]
        let told = try estate.plan()
        #expect(!told.steps.contains { $0.id.text.hasPrefix("policies/") })
        #expect(
            told.findings.contains(
                "NetworkPolicy shop/closed at old may stop bridges: it does not let nodes of both "
                    + "sites in to the pods behind Service shop/orders at http; let them in by a "
                    + "NetworkPolicy with ipBlocks, or write spec.bridges.policies: add, and the run "
                    + "does so while it lasts."
            )
        )
        estate.file.bridgeRule.policies = .add
        let passed = try estate.plan()
        let admission = BridgeAdmission(beside: policy.reference, letsIn: true, ports: ["http"])
        let step = try #require(
            passed.steps.first {
                $0.operation == .change(site: .source, change: .admitBridges(admission: admission))
            }
        )
        #expect(step.phase == .prepare && step.isUndoable)
        let doomed = DoomedObject(reference: admission.reference, uid: nil)
        #expect(
            passed.steps.contains {
                $0.phase == .finish
                    && $0.operation == .change(site: .source, change: .delete(objects: [doomed]))
            }
        )
        #expect(!passed.findings.contains { $0.contains("shop/closed") })
        #expect(passed.findings.contains { $0.contains("shop/strict") })
    }

    @Test
    func `bridges are looked at anew before a workload crosses and before its source is empty`()
        throws
    {
        let steps = try estate.plan().steps
        func place(_ id: String) throws -> Int {
            try #require(steps.firstIndex { $0.id.text == id })
        }
        let created = try place("workloads/shop/orders/create")
        for site in ["source", "target"] {
            #expect(try place("bridges/shop/orders/refresh-at-\(site)-begin") < created)
        }
        let again = try place("bridges/shop/orders/refresh-at-source-end")
        #expect(try place("names/shop/orders/unselect-at-source") < again)
        let empty = try place("workloads/shop/orders/source-to-zero")
        #expect(steps[empty].after == [steps[again].id])
        #expect(
            steps[again].operation
                == .change(site: .source, change: .refreshBridges(namespaces: ["shop"]))
        )
    }
}

extension AddressRange {
    /// A single address.
    fileprivate static func one(
        _ first: UInt8,
        _ second: UInt8,
        _ third: UInt8,
        _ fourth: UInt8
    ) -> AddressRange {
        let bytes = [first, second, third, fourth]
        let text = bytes.map(String.init).joined(separator: ".")
        return AddressRange(text: text, bytes: bytes, length: 32)
    }
}

extension Plan {
    /// The ways to each local name, sorted by their words; of both sites if they differ.
    fileprivate var ways: [String: [BridgeWay]] {
        var ways: [String: Set<BridgeWay>] = [:]
        for step in steps {
            guard case .change(_, .addLocalName(let planned)) = step.operation else { continue }
            ways[planned.service.localName.name, default: []].insert(planned.way)
        }
        return ways.mapValues { $0.sorted { "\($0)" < "\($1)" } }
    }
}
