import MigrationEngine
import MigrationModel
import MigrationPorts

extension RunEnvironment {
    /// The same environment with one bug in it.
    func with(_ mutant: Mutant?) -> RunEnvironment {
        guard let mutant else { return self }
        var environment = RunEnvironment(
            world: MigrationWorld(
                source: MutantPlatform(world.source, mutant),
                target: MutantPlatform(world.target, mutant),
                traffic: MutantTraffic(base: world.traffic, mutant: mutant),
                verifier: MutantVerifier(base: world.verifier, mutant: mutant),
                stores: MutantStores(base: world.stores, mutant: mutant)
            ),
            journal: MutantJournal(base: journal, mutant: mutant),
            leases: LeasePair(
                source: MutantLease(base: leases.source, mutant: mutant),
                target: MutantLease(base: leases.target, mutant: mutant)
            ),
            time: time,
            driver: driver,
            crashPoints: crashPoints,
            fence: fence,
            report: report
        )
        environment.prepared = prepared
        return environment
    }
}

extension Plan {
    /// The plan as a mutant would have it.
    func with(_ mutant: Mutant?) -> Plan {
        var plan = self
        if mutant == .forgetsKeptConnections {
            for index in plan.steps.indices where plan.steps[index].operation == .await {
                plan.steps[index].gates = plan.steps[index].gates.map(\.withoutSettling)
                plan.steps[index].gatesBack = plan.steps[index].gatesBack.map(\.withoutSettling)
            }
        }
        guard mutant == .doesNotSettle else { return plan }
        for index in plan.steps.indices {
            plan.steps[index].gates = plan.steps[index].gates.map(\.withoutSettling)
            plan.steps[index].gatesBefore = plan.steps[index].gatesBefore.map(\.withoutSettling)
            plan.steps[index].gatesBack = plan.steps[index].gatesBack.map(\.withoutSettling)
        }
        return plan
    }
}

extension Condition {
    fileprivate var withoutSettling: Condition {
        if case .settled = self { .settled(milliseconds: 0) } else { self }
    }
}
