import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// In which order a writer changes sides, and which stores cannot.
@Suite struct StoreCrossingTests {
    private let ledger = WorkloadID(kind: "StatefulSet", namespace: "shop", name: "ledger")

    private var store: Store {
        Store(name: "ledger", workload: ledger, program: ["./ledger"], behindMax: 9)
    }

    private func estate(_ edit: (inout StoreRule) -> Void = { _ in }) -> EstateFixture {
        var estate = EstateFixture()
        estate.addWorkload("orders", host: "orders.example")
        estate.addLedger()
        var rule = StoreRule(store: store)
        edit(&rule)
        estate.file.stores = [rule]
        return estate
    }

    @Test
    func `the target's copy has everything before the source's refuses, and accepts after it`()
        throws
    {
        let plan = try estate().plan()
        let steps = plan.steps.filter { if case .store = $0.operation { true } else { false } }
        #expect(
            steps.map(\.id.text) == [
                "stores/ledger/follow-at-target", "stores/ledger/fence-at-source",
                "stores/ledger/promote-at-target", "stores/ledger/follow-at-source",
                "finish/stores/ledger/leave-at-source",
            ]
        )
        let (join, fence, promote) = (steps[0], steps[1], steps[2])
        func state(_ site: SiteRole, _ goal: StoreGoal) -> Condition {
            .store(site: site, store: store, goal: goal)
        }
        #expect(
            join.gatesBefore == [state(.source, .acceptsWrites), state(.target, .refusesWrites)]
        )
        #expect(join.gates == [state(.target, .follows(behindMax: 9))])
        // It follows before anything crosses, and is tried from the source in its turn.
        #expect((join.phase, fence.phase) == (.prepare, .cross))
        let tried = try #require(
            plan.steps.first { $0.id.text == "bridges/shop/statefulsets/ledger/try-from-source" }
        )
        #expect(tried.phase == .cross && tried.after.contains(join.id))
        #expect(fence.after == [tried.id])
        #expect(
            fence.gatesBefore.contains(
                .ready(site: .target, workload: ledger, replicas: .asRequested)
            )
        )
        #expect(fence.gatesBefore.last == state(.target, .follows(behindMax: 9)))
        #expect(fence.gates == [state(.source, .refusesWrites), state(.target, .caughtUp)])
        #expect(fence.gatesBack == [state(.source, .acceptsWrites)])
        #expect(promote.after == [fence.id])
        #expect(promote.gatesBefore == [state(.source, .refusesWrites)])
        #expect(promote.gatesBack == [state(.target, .refusesWrites), state(.source, .caughtUp)])
        // Names turn behind it, so they turn back before it.
        let select = try #require(
            plan.steps.first { $0.id.text == "names/shop/ledger/select-at-target" }
        )
        #expect(select.after == [promote.id])
        // The source's pods stay until the finish, which lets their copy go first.
        #expect(!plan.steps.contains { $0.id.text == "statefulsets/shop/ledger/source-to-zero" })
        let delete = try #require(plan.steps.first { $0.id.text == "finish/source/shop/workloads" })
        #expect(delete.after.contains(steps[4].id))
        let text = PlanText.text(of: plan, digest: "0")
        #expect(text.contains("ledger at the target follows the source, at most 9 behind"))
        #expect(text.contains("until its names lead to the target, writes fail"))
        #expect(!text.contains("no behindMax is written"))
        let exact = try estate { $0.store.behindMax = 0 }.plan()
        #expect(exact.findings.contains { $0.contains("no behindMax is written") })
    }

    @Test func `stores follow before the first wave, but where there may be no room`() throws {
        var estate = estate()
        estate.file.freeze = .admission
        estate.file.workloads = [WorkloadRule(workload: ledger, wave: 2)]
        estate.source.refusesDeploys = true
        estate.target.refusesDeploys = true
        let ahead = try estate.plan().steps
        let first = ahead.firstIndex { $0.phase == .cross }
        let own = ahead.filter { $0.lane == .workload(id: ledger) && $0.phase == .prepare }
        #expect(
            own.map(\.id.text) == [
                "statefulsets/shop/ledger/refuse-deploys", "statefulsets/shop/ledger/create",
                "statefulsets/shop/ledger/refuse-changes-at-target",
                "statefulsets/shop/ledger/scale-up", "statefulsets/shop/ledger/probe",
                "stores/ledger/follow-at-target",
            ]
        )
        #expect(own.last.flatMap { ahead.firstIndex(of: $0) }.map { $0 < first ?? 0 } == true)

        for index in estate.source.workloads.indices {
            estate.source.workloads[index].requests = Requests(cpu: 3_000)
        }
        estate.target.room = Requests(cpu: 2_000, memory: 8 << 30)
        let turn = try estate.plan().steps
        #expect(!turn.contains { $0.lane == .workload(id: ledger) && $0.phase == .prepare })
        let room = try #require(turn.first { $0.id.text == "statefulsets/shop/ledger/room" })
        let create = turn.first { $0.id.text == "statefulsets/shop/ledger/create" }
        #expect(create?.phase == .cross)
        #expect(room.operation == .approval)
    }

    @Test func `a person may approve the moment`() throws {
        let plan = try estate { $0.isApproved = true }.plan()
        let approval = try #require(plan.steps.first { $0.id.text == "stores/ledger/approval" })
        #expect(approval.operation == .approval)
        let fence = plan.steps.first { $0.id.text == "stores/ledger/fence-at-source" }
        #expect(fence?.after == [approval.id])
    }

    @Test func `volumes of a store are no obstacle, for what they hold comes by itself`() throws {
        var estate = estate()
        for index in estate.source.workloads.indices
        where estate.source.workloads[index].id == ledger {
            estate.source.workloads[index].claims = ["data"]
        }
        #expect(estate.problems() == [])
        for name in ["data-ledger-0", "data-ledger-x", "data-books-0"] {
            estate.target.objects.append(estate.object("v1", "PersistentVolumeClaim", "shop", name))
        }
        let found = try estate.plan().findings
        #expect(found.contains { $0.contains("gets at the target stay after a rollback") })
        #expect(found.contains { $0.hasPrefix("The target has data-ledger-0 in shop already") })
        estate.file.stores = []
        estate.file.workloads = [WorkloadRule(workload: ledger, activation: .exclusive)]
        #expect(estate.problems().contains { $0.contains("keeps data in a volume of its own") })
    }

    @Test func `a store that nobody could switch is refused with what to do`() throws {
        var unknown = estate()
        unknown.file.stores[0].store.workload.name = "nobody"
        unknown.file.workloads = [WorkloadRule(workload: ledger, activation: .shared)]
        #expect(unknown.problems().contains { $0.contains("nobody does not cross") })

        var stated = estate()
        stated.file.workloads = [WorkloadRule(workload: ledger, activation: .exclusive)]
        #expect(stated.problems().contains { $0.contains("leave activation out") })

        var idle = EstateFixture()
        idle.addLedger(replicas: 0)
        idle.file.stores = [StoreRule(store: store)]
        #expect(idle.problems().contains { $0.contains("has no pod that could tell anything") })
    }

    @Test func `traffic first keeps to the usual order where a writer changes sides`() throws {
        var estate = EstateFixture()
        estate.addLedger(host: "ledger.example")
        estate.file.stores = [StoreRule(store: store)]
        let plan = try estate.plan()
        let weights = plan.steps.filter {
            if case .setWeight = $0.operation { true } else { false }
        }
        // It goes at once, for there is one writer.
        #expect(weights.map(\.id.text) == ["routes/ledger.example/weight-100"])
    }
}

extension EstateFixture {
    /// A StatefulSet with a Service of its own.
    fileprivate mutating func addLedger(replicas: Int = 1, host: String? = nil) {
        addPods("StatefulSet", "ledger", replicas: replicas)
        addService("ledger", selector: ["app": "ledger"])
        if let host { addEntry("ledger", rules: [(host, "/", "ledger")]) }
    }
}
