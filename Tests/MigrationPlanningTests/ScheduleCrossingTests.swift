import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// Schedules and Jobs: what begins at which site, and when.
@Suite struct ScheduleCrossingTests {
    private let report = WorkloadID(kind: "CronJob", namespace: "shop", name: "report")

    private func estate(isSuspended: Bool = false) -> EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders")
        estate.addCronJob("report", calls: ["orders"], isSuspended: isSuspended)
        return estate
    }

    private func steps(_ plan: Plan) -> [Step] {
        plan.steps.filter { $0.lane == .workload(id: report) }
    }

    @Test func `a CronJob changes sides between two ticks, and never starts at both`() throws {
        let steps = steps(try estate().plan())
        let place = "cronjobs/shop/report"
        #expect(
            steps.map(\.id.text) == [
                "\(place)/create", "\(place)/suspend-at-source", "\(place)/resume-at-target",
            ]
        )
        guard steps.count == 3, case .change(.target, .create(let objects)) = steps[0].operation
        else {
            Issue.record("it is not created at the target")
            return
        }
        #expect(objects.map(\.form) == [.suspended])
        #expect(objects[0].reference.apiVersion == "batch/v1")
        #expect(steps[1].operation == .change(site: .source, change: .suspend(workload: report)))
        #expect(steps[1].gatesBefore.last == .betweenTicks(site: .source))
        #expect(steps[1].gates.last == .gone(site: .source, workload: report))
        #expect(steps[2].operation == .change(site: .target, change: .resume(workload: report)))
        #expect(steps[2].after == [steps[1].id])
        #expect(
            steps[2].gatesBack.suffix(2) == [
                .gone(site: .target, workload: report), .betweenTicks(site: .source),
            ]
        )
    }

    @Test func `Jobs of both sites may overlap where somebody says so, and ticks never`() throws {
        var estate = estate()
        estate.file.workloads = [WorkloadRule(workload: report, activation: .shared)]
        let steps = steps(try estate.plan())
        #expect(steps[1].gates.allSatisfy { if case .gone = $0 { false } else { true } })
        #expect(steps[1].operation == .change(site: .source, change: .suspend(workload: report)))
        #expect(steps[2].after == [steps[1].id])
    }

    @Test func `a CronJob is not switched with its site, and changes sides behind it`() throws {
        var estate = estate()
        estate.file.strategy = .wholeSite
        let plan = try estate.plan()
        let steps = steps(plan)
        #expect(steps.count == 3)
        let others = plan.steps.filter { $0.lane == .workload(id: workload("orders")) }
        #expect(others.contains { $0.id.text == "workloads/shop/orders/source-to-zero" })
        #expect(steps.first?.after.contains { $0.text.contains("orders/source-to-zero") } == true)
    }

    @Test func `a CronJob that its user has suspended stays so at both sites`() throws {
        let plan = try estate(isSuspended: true).plan()
        #expect(steps(plan).map(\.id.text) == ["cronjobs/shop/report/create"])
        #expect(
            plan.findings.contains(
                "CronJob shop/report is suspended; it is copied and stays suspended."
            )
        )
    }

    @Test func `what a finish would cut off is waited for, before anything of it`() throws {
        var estate = estate()
        let job = estate.object("batch/v1", "Job", "shop", "import")
        estate.add(job)
        estate.source.jobsUnderWay = [job.reference]
        let plan = try estate.plan()
        #expect(
            plan.findings.contains(
                "Job shop/import has not ended: it ends at the source and is not run at the "
                    + "target, and a finish waits for it."
            )
        )
        let finish = plan.steps.filter { $0.phase == .finish }
        let first = try #require(finish.first)
        #expect(first.gates == [.jobsEnded(site: .source, namespaces: ["shop"])])
        #expect(finish.dropFirst().allSatisfy { $0.after.contains(first.id) })
        let created = plan.steps.flatMap { step -> [String] in
            guard case .change(_, .create(let objects)) = step.operation else { return [] }
            return objects.map(\.reference.kind)
        }
        #expect(!created.contains("Job"))
    }

    @Test func `a name without a kind means what alone has it`() throws {
        var estate = estate()
        // A file names it as it names a Deployment.
        estate.file.workloads = [
            WorkloadRule(workload: workload("report"), after: [workload("orders")], wave: 2)
        ]
        let create = try #require(steps(try estate.plan()).first)
        #expect(
            create.after.contains { $0.text.hasPrefix("workloads/shop/orders") }
                || create.after.contains { $0.text.hasPrefix("names/shop/orders") }
        )
    }

    @Test func `what is behind a name is never a schedule`() throws {
        var estate = estate()
        estate.addCronJob("clean", labels: ["app": "orders"])
        let plan = try estate.plan()
        let lanes = Set(plan.steps.map(\.lane))
        #expect(lanes.contains(.workload(id: report)))
        #expect(lanes.contains(.workload(id: workload("orders"))))
    }
}

extension EstateFixture {
    mutating func addCronJob(
        _ name: String,
        labels: [String: String] = [:],
        calls: [String] = [],
        isSuspended: Bool = false
    ) {
        let record = object("batch/v1", "CronJob", "shop", name)
        add(record)
        let count = isSuspended ? 0 : 1
        source.workloads.append(
            WorkloadRecord(
                id: WorkloadID(kind: "CronJob", namespace: "shop", name: name),
                seen: record.seen,
                replicas: count,
                readyReplicas: count,
                podLabels: labels,
                calls: calls.map {
                    CallRecord(
                        service: ServiceName(namespace: "shop", name: $0),
                        evidence: "env \($0)"
                    )
                }
            )
        )
    }
}
