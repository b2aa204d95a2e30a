import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// StatefulSets, DaemonSets and workers: what is asked, and in which order they cross.
@Suite struct KindCrossingTests {
    private func id(_ kind: String, _ name: String) -> WorkloadID {
        WorkloadID(kind: kind, namespace: "shop", name: name)
    }

    private func changes(_ steps: [Step]) -> [String] {
        steps.compactMap { step in
            switch step.operation {
            case .change(let site, .scale(_, .portion(let count))): "\(site) \(count)"
            case .change(let site, .scale(_, .exactly(let count))): "\(site) to \(count)"
            case .change(let site, .scale(_, .asCounterpart)): "\(site) up"
            case .change(let site, .create): "create at \(site)"
            case .await: "wait"
            default: nil
            }
        }
    }

    @Test func `pods of a worker cross one by one, and never one less is ready`() throws {
        var estate = EstateFixture()
        estate.addWorkload("mailer", replicas: 3, hasService: false)
        estate.file.workloads = [
            WorkloadRule(workload: workload("mailer"), activation: .shared)
        ]
        let plan = try estate.plan()
        let lane = plan.steps.filter { $0.lane == .workload(id: workload("mailer")) }
        #expect(
            changes(lane) == [
                "create at target", "target 1", "source 2", "target 2", "source 1", "target 3",
                "source 0",
            ]
        )
        for (earlier, later) in zip(lane, lane.dropFirst()) {
            #expect(later.after == [earlier.id])
        }
        #expect(lane.last?.gates == [.gone(site: .source, workload: workload("mailer"))])
        #expect(lane[1].gatesBack == [.gone(site: .target, workload: workload("mailer"))])
    }

    @Test func `a worker of many pods crosses in ten portions`() throws {
        var estate = EstateFixture()
        estate.addWorkload("mailer", replicas: 25, hasService: false)
        estate.file.workloads = [
            WorkloadRule(workload: workload("mailer"), activation: .shared)
        ]
        let lane = try estate.plan().steps.filter { $0.lane == .workload(id: workload("mailer")) }
        let made = changes(lane)
        #expect(made.count == 21)
        #expect(made.prefix(3) == ["create at target", "target 2", "source 23"])
        #expect(made.suffix(2) == ["target 25", "source 0"])
    }

    @Test func `a DaemonSet is copied first, waited for in its lane, and never scaled`() throws {
        var estate = EstateFixture()
        estate.addWorkload("home", calls: ["agent"])
        estate.addPods("DaemonSet", "agent", nodeTies: ["the path /var/log of its node"])
        estate.addService("agent", selector: ["app": "agent"])
        let plan = try estate.plan()
        let create = try #require(
            plan.steps.first { $0.id.text == "foundation/shop/daemonsets" }
        )
        #expect(create.phase == .prepare)
        let daemon = id("DaemonSet", "agent")
        let lane = plan.steps.filter { $0.lane == .workload(id: daemon) }
        let wait = try #require(lane.first { $0.id.text == "daemonsets/shop/agent/ready" })
        #expect(
            wait.gates.first
                == .ready(site: .target, workload: daemon, replicas: .atLeast(count: 0))
        )
        #expect(!changes(lane).contains { $0.hasPrefix("source") || $0.hasPrefix("target") })
        #expect(lane.contains { $0.id.text == "names/shop/agent/unselect-at-source" })
        #expect(
            plan.findings.filter { $0.hasPrefix("DaemonSet") } == [
                "DaemonSet shop/agent is copied, and runs at both sites until the finish removes it "
                    + "at the source.",
                "DaemonSet shop/agent uses the path /var/log of its node; see that the target's "
                    + "nodes have the same.",
            ]
        )
        let doomed = plan.steps.flatMap { step -> [String] in
            guard case .change(.source, .delete(let objects)) = step.operation else { return [] }
            return objects.map(\.reference.description)
        }
        #expect(doomed.contains("DaemonSet shop/agent"))
        #expect(PlanText.summary(of: plan).contains { $0.hasPrefix("DaemonSet shop/agent") })
    }

    @Test func `a Service that keeps to its node is copied where only DaemonSets are behind it`()
        throws
    {
        var estate = EstateFixture()
        estate.addPods("DaemonSet", "agent")
        estate.addService("agent", selector: ["app": "agent"])
        estate.source.services[0].keepsToNode = true
        let plan = try estate.plan()
        let forms = plan.steps.flatMap { step -> [PlannedObject.Form] in
            guard case .change(_, .create(let objects)) = step.operation else { return [] }
            return objects.filter { $0.reference.kind == "Service" }.map(\.form)
        }
        #expect(forms == [.asItIs])
    }

    @Test func `what only a person can know of a StatefulSet is asked`() {
        var estate = EstateFixture()
        estate.addPods("StatefulSet", "search", claims: ["data"])
        estate.addService("search", isHeadless: true, selector: ["app": "search"])
        let problems = estate.problems()
        #expect(problems.count == 3)
        #expect(problems.contains { $0.contains("startsEmpty") && $0.contains("(data)") })
        #expect(
            problems.contains { $0.contains("state activation: shared, exclusive or ordinals") }
        )
        #expect(problems.contains { $0.contains("podNames") })
    }

    @Test(arguments: [Activation.exclusive, .shared])
    func `a StatefulSet crosses as a whole once its person has said what it bears`(
        activation: Activation
    ) throws {
        var estate = EstateFixture()
        estate.addPods("StatefulSet", "search", claims: ["data"])
        estate.addService("search", isHeadless: true, selector: ["app": "search"])
        let search = id("StatefulSet", "search")
        estate.file.workloads = [
            // Without its kind, as alone it has the name.
            WorkloadRule(
                workload: workload("search"),
                activation: activation,
                startsEmpty: "members replicate (Ann)",
                podNames: "members only (Ann)"
            )
        ]
        let plan = try estate.plan()
        let lane = plan.steps.filter { $0.lane == .workload(id: search) }
        #expect(
            changes(lane)
                == (activation == .exclusive
                    ? ["create at target", "source to 0", "target to 2"]
                    : ["create at target", "target up", "source to 0"])
        )
        #expect(plan.findings.contains { $0.contains("states: members replicate (Ann)") })
        #expect(plan.findings.contains { $0.contains("states: members only (Ann)") })
        #expect(
            plan.steps.contains { step in
                guard case .change(_, .create(let objects)) = step.operation else { return false }
                return objects.contains {
                    $0.reference.kind == "Service" && $0.form == .asItIs
                }
            }
        )
    }

    @Test
    func `a headless Service goes with what was behind it, unless somebody who stays names it`()
        throws
    {
        var estate = EstateFixture()
        estate.addPods("StatefulSet", "search")
        estate.addWorkload("home")
        estate.addService("search", isHeadless: true, selector: ["app": "search"])
        estate.file.workloads = [
            WorkloadRule(
                workload: workload("search"),
                activation: .exclusive,
                podNames: "members only (Ann)"
            )
        ]
        func doomed(_ estate: EstateFixture) throws -> [DoomedObject] {
            try estate.plan().steps.flatMap { step -> [DoomedObject] in
                guard case .change(.source, .delete(let objects)) = step.operation else {
                    return []
                }
                return objects.filter { $0.reference.name == "search" }
            }.filter { $0.reference.kind == "Service" }
        }
        let service = try #require(
            estate.source.services.first { $0.name.name == "search" }
        )
        let gone = try doomed(estate)
        #expect(gone.map(\.uid) == [service.seen.uid])

        let stays =
            "Service shop/search stays at the source after the finish for who names it there, "
            + "and leads to no pod any more: "
        var excluded = estate
        excluded.file.workloads.append(WorkloadRule(workload: workload("home"), isExcluded: true))
        excluded.file.calls = [
            StatedCall(caller: workload("home"), service: service.name)
        ]
        #expect(try doomed(excluded) == [])
        #expect(
            try excluded.plan().findings.contains(
                stays + "Deployment shop/home, which is excluded."
            )
        )
        var outside = estate
        outside.source.callers = [
            CallerRecord(
                caller: ObjectReference(
                    apiVersion: "batch/v1",
                    kind: "CronJob",
                    namespace: "ops",
                    name: "report"
                ),
                calls: [CallRecord(service: service.name, evidence: "env SEARCH")]
            )
        ]
        #expect(try doomed(outside) == [])
        #expect(
            try outside.plan().findings.contains(stays + "CronJob ops/report (env SEARCH).")
        )
        // Who could not be asked may name it.
        var unread = estate
        unread.source.callersUnread = ["pods"]
        #expect(try doomed(unread) == [])
    }

    @Test func `what is excluded of another kind stays, and its callers keep their bridge`() throws
    {
        var estate = EstateFixture()
        estate.addWorkload("home", calls: ["search"])
        estate.addPods("StatefulSet", "search", claims: ["data"])
        estate.addService("search", selector: ["app": "search"])
        estate.file.workloads = [WorkloadRule(workload: workload("search"), isExcluded: true)]
        let plan = try estate.plan()
        #expect(plan.staying == [id("StatefulSet", "search")])
        #expect(plan.findings.contains { $0.hasPrefix("Service shop/search leads to nothing") })
    }

    @Test func `workloads that call each other in a circle, and routes with several, cross`() throws
    {
        var estate = EstateFixture()
        estate.addWorkload("a", calls: ["b"], host: "a.example")
        estate.addWorkload("b", calls: ["c"])
        estate.addWorkload("c", calls: ["a"])
        estate.addWorkload("d")
        // Two routes of one workload, one route of two, and one that nobody outside calls.
        estate.addEntry("more", rules: [("b.example", "/", "b"), ("b.example", "/d", "d")])
        estate.addEntry("again", rules: [("a-too.example", "/", "a")])
        let plan = try estate.plan()
        let lanes = Set(plan.steps.filter { $0.phase == .cross }.map(\.lane))
        #expect(lanes.count == 3)
        let routes = Set(
            plan.steps.compactMap { step -> RouteID? in
                if case .setWeight(let route, _) = step.operation { route } else { nil }
            }
        )
        #expect(routes.map(\.text).sorted() == ["a-too.example", "a.example", "b.example"])
    }
}

extension EstateFixture {
    /// A workload of another kind, with two pods unless more are wanted.
    mutating func addPods(
        _ kind: String,
        _ name: String,
        replicas: Int = 2,
        ordinalStart: Int = 0,
        nodeTies: [String] = [],
        claims: [String] = []
    ) {
        let record = object("apps/v1", kind, "shop", name)
        add(record)
        source.workloads.append(
            WorkloadRecord(
                id: WorkloadID(kind: kind, namespace: "shop", name: name),
                seen: record.seen,
                replicas: replicas,
                readyReplicas: replicas,
                ordinalStart: ordinalStart,
                podLabels: ["app": name],
                nodeTies: nodeTies,
                claims: claims
            )
        )
    }
}
