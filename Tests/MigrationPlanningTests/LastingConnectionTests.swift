import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Connections that callers inside keep open to names, which nobody counts.
@Suite struct LastingConnectionTests {
    private static let draining = StepID("names/shop/orders/drain-at-source")

    /// A workload with a name whose port keeps connections open, and pods that get so long to end.
    private func estate(grace: Int, isLasting: Bool = true) -> EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders")
        estate.source.workloads[0].graceSeconds = grace
        if isLasting { estate.source.services[0].lastingPorts = ["api (grpc)"] }
        return estate
    }

    private func step(_ plan: Plan, _ id: StepID) throws -> Step {
        try #require(plan.steps.first { $0.id == id })
    }

    @Test func `they get the pods' own time between the turn of the name and the pods' end`() throws
    {
        let plan = try estate(grace: 45).plan()
        let drain = try step(plan, Self.draining)
        #expect(drain.operation == .await)
        #expect(drain.gates == [.settled(milliseconds: 45_000)])
        #expect(drain.after == [StepID("names/shop/orders/unselect-at-source")])
        #expect(drain.timeoutMilliseconds > 45_000)
        let emptied = try step(plan, StepID("workloads/shop/orders/source-to-zero"))
        #expect(plan.follows(emptied, drain))
        // On the way back those that are open to the target's pods get the same time.
        let select = try step(plan, StepID("names/shop/orders/select-at-target"))
        #expect(select.gatesBack.last == .settled(milliseconds: 45_000))
        #expect(select.timeoutMilliseconds > 45_000)
        #expect(plan.findings.contains { $0.contains("nobody counts them") && $0.contains("45 s") })
    }

    @Test func `they get no more than what the file gives to connections that end`() throws {
        var estate = estate(grace: 3_600)
        estate.file.timeouts.drain = .seconds(20)
        let plan = try estate.plan()
        #expect(try step(plan, Self.draining).gates == [.settled(milliseconds: 20_000)])
        // The pods themselves still have all of their time.
        let emptied = try step(plan, StepID("workloads/shop/orders/source-to-zero"))
        #expect(emptied.timeoutMilliseconds > 3_600_000)
        let up = try step(plan, StepID("workloads/shop/orders/scale-up"))
        #expect(up.timeoutMilliseconds > 3_600_000)
    }

    @Test func `nobody waits where no port tells of them`() throws {
        let plan = try estate(grace: 45, isLasting: false).plan()
        #expect(!plan.steps.contains { $0.id == Self.draining })
        #expect(!plan.findings.contains { $0.contains("nobody counts") })
    }

    @Test func `what never runs at both sites ends with its connections, and the plan says so`()
        throws
    {
        var estate = estate(grace: 45)
        estate.file.workloads = [
            WorkloadRule(workload: workload("orders"), activation: .exclusive)
        ]
        let plan = try estate.plan()
        #expect(!plan.steps.contains { $0.id == Self.draining })
        #expect(plan.findings.contains { $0.contains("they end with its pods at the source") })
    }

    @Test func `pods that get no time to end are named`() throws {
        let plan = try estate(grace: 0, isLasting: false).plan()
        #expect(plan.findings.contains { $0.contains("terminationGracePeriodSeconds: 0") })
    }
}

extension Plan {
    /// Whether a step comes only after another one, by whatever way.
    fileprivate func follows(_ step: Step, _ earlier: Step) -> Bool {
        step.after.contains(earlier.id)
            || step.after.contains { id in
                steps.first { $0.id == id }.map { follows($0, earlier) } ?? false
            }
    }
}
