import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// StatefulSets whose pods cross one by one, and whose numbers never run at both sites.
@Suite struct OrdinalCrossingTests {
    private let search = WorkloadID(kind: "StatefulSet", namespace: "shop", name: "search")

    /// Three pods, numbered from 4, behind a name and a route.
    private func estate(replicas: Int = 3) -> EstateFixture {
        var estate = EstateFixture()
        estate.addPods("StatefulSet", "search", replicas: replicas, ordinalStart: 4)
        estate.addService("search", selector: ["app": "search"])
        estate.addEntry("search", rules: [("search.example", "/", "search")])
        estate.file.workloads = [
            WorkloadRule(workload: workload("search"), activation: .ordinals)
        ]
        return estate
    }

    private func lane(_ plan: Plan) -> [Step] {
        plan.steps.filter { $0.lane == .workload(id: search) }
    }

    private func words(_ steps: [Step]) -> [String] {
        steps.compactMap { step in
            switch step.operation {
            case .change(let site, .runOrdinals(_, let ordinals)):
                "\(site) \(ordinals.numbers)"
            case .change(.target, .create(let objects)):
                "create \(objects.map(\.form.rawValue).joined(separator: ", "))"
            case .change(.source, .removeSelector): "turned"
            case .setWeight(_, let weight): "weight \(weight.percent)"
            default: nil
            }
        }
    }

    @Test func `the highest number goes first, and users follow as pods do`() throws {
        let steps = lane(try estate().plan())
        #expect(
            words(steps) == [
                "create behindOrdinals", "source 4..<6", "target 6..<7", "weight 25",
                "source 4..<5", "target 5..<7", "weight 50", "turned", "weight 100",
                "source 4..<4", "target 4..<7",
            ]
        )
        let last = try #require(steps.last { words([$0]) == ["source 4..<4"] })
        #expect(
            last.gatesBefore.contains { gate in
                if case .share(_, .exactly(.all), _) = gate { true } else { false }
            }
        )
        #expect(last.gates.contains(.gone(site: .source, workload: search)))
    }

    @Test(arguments: 2...7)
    func `no number is asked for at both sites, there and back`(replicas: Int) throws {
        let plan = try estate(replicas: replicas).plan()
        var numbers: [SiteRole: Range<Int>] = [.source: 4..<(4 + replicas)]
        var made: [(site: SiteRole, before: Range<Int>?, step: Step)] = []
        for step in lane(plan) {
            guard case .change(let site, .runOrdinals(_, let ordinals)) = step.operation else {
                continue
            }
            made.append((site, numbers[site], step))
            numbers[site] = ordinals.numbers
            let source = numbers[.source] ?? 0..<0
            let target = numbers[.target] ?? 0..<0
            #expect(source.clamped(to: target).isEmpty)
            #expect(source.count + target.count >= replicas - 1)
            // What comes waits for what goes, in either direction.
            if site == .target {
                let ordinal = ordinals.start
                let gone = { Condition.ordinalGone(site: $0, workload: search, ordinal: ordinal) }
                #expect(step.gatesBefore.contains(gone(.source)))
                #expect(step.gatesBack == [gone(.target)])
            } else {
                #expect(
                    step.gates.first
                        == .ordinalGone(site: .source, workload: search, ordinal: source.upperBound)
                )
            }
        }
        #expect(numbers == [.source: 4..<4, .target: 4..<(4 + replicas)])
        #expect(made.count == replicas * 2)
        for (earlier, later) in zip(made, made.dropFirst()) {
            #expect(plan.stands(later.step.id, on: earlier.step.id))
        }
        for (site, before, _) in made.reversed() {
            numbers[site] = before ?? 0..<0
            let both = (numbers[.source] ?? 0..<0).clamped(to: numbers[.target] ?? 0..<0)
            #expect(both.isEmpty)
        }
    }

    @Test func `what cannot cross by ordinals crosses as a whole, with the reason`() throws {
        var old = estate()
        old.target.site.version = "v1.25.10"
        var single = estate(replicas: 1)
        single.source.entries = []
        single.requested = [:]
        var scaled = estate()
        let scaler = scaled.object("autoscaling/v2", "HorizontalPodAutoscaler", "shop", "search")
        scaled.add(scaler)
        scaled.source.workloads[0].attendants = [scaler.reference]
        for (fixture, reason) in [
            (old, "the target (v1.25.10) numbers pods from 0 only"),
            (single, "it has one pod only"), (scaled, "an autoscaler says how many pods it has"),
        ] {
            let plan = try fixture.plan()
            #expect(plan.findings.contains { $0.contains("not by ordinals: \(reason)") })
            #expect(!words(lane(plan)).contains { $0.hasPrefix("target ") })
            let first = lane(plan).compactMap { step -> SiteRole? in
                guard case .change(let site, .scale) = step.operation else { return nil }
                return site
            }
            #expect(first == [.source, .target])
        }
    }

    @Test func `only a StatefulSet that shares nothing with others can be stated to`() {
        var deployment = EstateFixture()
        deployment.addWorkload("home")
        deployment.file.workloads = [
            WorkloadRule(workload: workload("home"), activation: .ordinals)
        ]
        #expect(deployment.problems().contains { $0.contains("its pods have none") })
        var shared = estate()
        shared.addWorkload("front", hasService: false)
        shared.source.workloads[1].podLabels = ["app": "search"]
        #expect(shared.problems().contains { $0.contains("Deployment shop/front") })
    }

    @Test func `steps of two kinds with one name are told apart`() throws {
        var estate = EstateFixture()
        estate.addWorkload("search", host: "search.example")
        estate.addPods("StatefulSet", "search")
        estate.source.workloads[1].podLabels = ["set": "search"]
        estate.addService("cells", selector: ["set": "search"])
        estate.addEntry("cells", rules: [("cells.example", "/", "cells")])
        for activation in Activation.allCases {
            estate.file.workloads = [WorkloadRule(workload: search, activation: activation)]
            estate.file.approvals.workloads = [workload("search"), search]
            let plan = try estate.plan()
            let ids = plan.steps.map(\.id)
            #expect(Set(ids).count == ids.count, "\(activation)")
            let lanes = Set(plan.steps.filter { $0.phase == .cross }.map(\.lane))
            #expect(lanes == [.workload(id: search), .workload(id: workload("search"))])
            #expect(plan.steps.filter { $0.operation == .approval }.count == 2)
        }
    }
}
