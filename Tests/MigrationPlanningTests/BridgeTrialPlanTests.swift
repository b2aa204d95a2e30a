import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Nobody depends on a bridge that was not seen to carry.
@Suite struct BridgeTrialPlanTests {
    private var estate = EstateFixture.rich

    @Test func `whatever crosses waits until every name was tried from the target`() throws {
        let plan = try estate.plan()
        let trials = plan.trials(at: .target)
        let tried = Set(trials.flatMap { $0.trial.services.map(\.service.name) })
        // What sleeps answers nobody; what stays is asked if it is ready.
        #expect(
            tried == ["cart", "database", "front", "ledger", "orders", "pictures", "stock"]
        )
        #expect(trials.allSatisfy { $0.trial.callsNames })
        for step in plan.steps where step.phase == .cross {
            let before = plan.ancestors(of: step)
            #expect(trials.allSatisfy { before.contains($0.step) }, "\(step.id)")
        }
    }

    @Test func `no name of the source is led across before it was tried from there`() throws {
        let plan = try estate.plan()
        var turned: Set<String> = []
        for step in plan.steps {
            guard case .change(.source, .addBridge(let service)) = step.operation else { continue }
            turned.insert(service.service.name)
            let before = plan.ancestors(of: step)
            let tried = plan.trials(at: .source).filter { before.contains($0.step) }
                .flatMap(\.trial.services)
            let isIdle = service.service.name == "asleep"
            #expect(tried.contains(service) != isIdle, "\(step.id)")
        }
        #expect(turned == ["asleep", "cart", "front", "ledger", "orders", "pictures", "stock"])
        // The names themselves still lead to the source's own pods.
        #expect(plan.trials(at: .source).allSatisfy { !$0.trial.callsNames })
    }

    @Test func `the way from the source is tried before anything moves, with nobody there yet`()
        throws
    {
        let plan = try estate.plan()
        let link = try #require(plan.trials(at: .source).first { $0.trial.isOfLink })
        let step = try #require(plan.steps.first { $0.id == link.step })
        #expect(step.phase == .prepare)
        #expect(!link.trial.callsNames)
        for step in plan.steps where step.phase == .cross {
            #expect(plan.ancestors(of: step).contains(link.step), "\(step.id)")
        }
        var later = estate
        later.file.bridgeRule.link = .later
        #expect(try later.plan().trials(at: .source).allSatisfy { !$0.trial.isOfLink })
    }

    @Test func `bytes go over the link both ways before anything crosses, and nobody listens then`()
        throws
    {
        var estate = estate
        estate.file.bridgeRule.throughputMin = 5_000_000
        let plan = try estate.plan()
        let link = plan.steps.filter { $0.id.text.hasPrefix("bridges/link/") }.map(\.id.text)
        #expect(
            link == [
                "bridges/link/listen-at-target", "bridges/link/transfer-from-source",
                "bridges/link/stop-listening-at-target",
                "bridges/link/listen-at-source", "bridges/link/transfer-from-target",
                "bridges/link/stop-listening-at-source", "bridges/link/try-from-source",
            ]
        )
        // Whatever is changed at the source would have to be taken back, were it not the first.
        for step in plan.steps {
            guard case .change(_, .pointEntryToLocalNames) = step.operation else { continue }
            #expect(plan.ancestors(of: step).contains(StepID(link[5])), "\(step.id)")
        }
        for step in plan.steps where step.phase == .cross {
            let before = plan.ancestors(of: step)
            #expect(link.allSatisfy { before.contains(StepID($0)) }, "\(step.id)")
        }
        for case .change(let site, .tryTransfer(let transfer)) in plan.steps.map(\.operation) {
            #expect(transfer.throughputMin == 5_000_000)
            #expect(transfer.listener.service.way == .nodePorts)
            let finish = plan.steps.contains { step in
                guard case .change(site, .delete(let objects)) = step.operation else {
                    return false
                }
                return objects.contains { $0.reference == transfer.reference }
            }
            #expect(finish, "the Job of the \(site) stays")
        }
    }

    @Test func `where nobody may listen nothing is sent, and the plan says what is not known`()
        throws
    {
        var estate = estate
        estate.file.bridgeRule.transfer = .skip
        let plan = try estate.plan()
        #expect(!plan.steps.contains { $0.id.text.contains("listen") })
        #expect(
            plan.findings.contains { $0.hasPrefix("How fast the link is, and whether it loses") }
        )
        estate.file.bridgeRule.transfer = .measure
        #expect(try estate.plan().findings.allSatisfy { !$0.hasPrefix("How fast the link is") })
    }

    @Test func `a trial's gate is its own, with the time that pods have to come up`() throws {
        let plan = try estate.plan()
        for (step, trial) in plan.trials(at: .source) + plan.trials(at: .target) {
            let found = try #require(plan.steps.first { $0.id == step })
            guard case .change(let site, _) = found.operation else { continue }
            #expect(found.gates == [.bridgesAnswer(site: site, trial: trial)])
            #expect(found.timeoutMilliseconds == 300_000)
            #expect(trial.image == "busybox:1.36")
            #expect(trial.job.utf8.count <= 63)
        }
    }

    @Test func `where somebody vouches for the bridges nothing is tried, and the plan says who`()
        throws
    {
        var estate = estate
        estate.file.bridges = .stated("J. Doe, 2026-11-20, nc from both sides")
        let plan = try estate.plan()
        #expect(plan.trials(at: .source).isEmpty && plan.trials(at: .target).isEmpty)
        #expect(
            plan.findings.contains(
                "That bridges carry is not tried; the migration file states: J. Doe, 2026-11-20, nc "
                    + "from both sides"
            )
        )
        let last = plan.steps.filter { $0.phase == .cross }
        #expect(last.allSatisfy { plan.ancestors(of: $0).contains(StepID("foundation/settled")) })
    }

    @Test func `ports that cannot be tried are named`() throws {
        var estate = EstateFixture()
        estate.addWorkload("names")
        estate.source.services[0].ports.append(
            ServicePort(name: "dns", port: 53, transport: "UDP")
        )
        #expect(
            try estate.plan().findings.contains(
                "Port 53/UDP of Service shop/names is not tried across the bridge: only TCP tells "
                    + "whether it arrived."
            )
        )
    }
}

extension Plan {
    fileprivate func trials(at site: SiteRole) -> [(step: StepID, trial: BridgeTrial)] {
        steps.compactMap { step in
            guard case .change(site, .tryBridges(let trial)) = step.operation else { return nil }
            return (step.id, trial)
        }
    }

    /// Everything that is done before the step.
    fileprivate func ancestors(of step: Step) -> Set<StepID> {
        var found: Set<StepID> = []
        var open = step.after
        while let id = open.popLast() {
            guard found.insert(id).inserted else { continue }
            open += steps.first { $0.id == id }?.after ?? []
        }
        return found
    }
}
