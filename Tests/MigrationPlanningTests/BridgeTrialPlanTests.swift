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
