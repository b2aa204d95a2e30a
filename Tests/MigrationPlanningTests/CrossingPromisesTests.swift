import MigrationFile
import MigrationModel
import MigrationPlanning
import Testing

/// A small generator of its own, so that a failing order can be had again by its seed.
private struct Dice {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func roll(_ count: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(count))
    }
}

@Suite struct CrossingPromisesTests {
    private let estate = EstateFixture.rich
    private let exclusive: Set<WorkloadID> = [workload("mailer")]

    private func forwardSteps(_ strategy: CrossingStrategy = .workloads) throws -> [Step] {
        var estate = estate
        estate.file.strategy = strategy
        return try estate.plan().steps.filter { $0.phase != .finish }
    }

    private func breaches(_ world: CrossingWorld, _ done: [Step], of steps: [Step]) -> [String] {
        let prepared = steps.filter { $0.phase == .prepare }.count
        let isPrepared = done.filter { $0.phase == .prepare }.count == prepared
        return CrossingPromises(estate: estate, exclusive: exclusive, isPrepared: isPrepared)
            .breaches(in: world)
    }

    @Test(arguments: CrossingStrategy.allCases)
    func `every name answers at both sites after every step and every undo`(
        _ strategy: CrossingStrategy
    ) throws {
        let steps = try forwardSteps(strategy)
        var world = CrossingWorld(estate)
        let start = world
        var befores: [CrossingWorld] = []
        for (index, step) in steps.enumerated() {
            befores.append(world)
            world.perform(step)
            let prefix = Array(steps[...index])
            #expect(breaches(world, prefix, of: steps) == [], "after \(step.id)")
            var back = world
            for position in (0...index).reversed() {
                back.undo(steps[position], to: befores[position])
                let left = Array(steps[..<position])
                #expect(
                    breaches(back, left, of: steps) == [],
                    "undo of \(steps[position].id) from \(step.id)"
                )
            }
            #expect(back.sites == start.sites, "back from \(step.id)")
            #expect(back.weights == start.weights)
        }
        for (id, _) in start.sites[.source]?.replicas ?? [:] {
            #expect(world.sites[.source]?.replicas[id] == 0)
        }
        #expect(world.weights.values.allSatisfy { $0 == .all })
    }

    @Test(arguments: 0..<60, CrossingStrategy.allCases)
    func `every order that the edges allow keeps the same promises`(
        seed: Int,
        _ strategy: CrossingStrategy
    ) throws {
        let steps = try forwardSteps(strategy)
        var dice = Dice(seed: seed + 1)
        var world = CrossingWorld(estate)
        var done: [(step: Step, before: CrossingWorld)] = []
        var ids: Set<StepID> = []
        let prepared = steps.count { $0.phase == .prepare }
        let stop = dice.roll(steps.count + 1)
        while done.count < stop {
            let ready = steps.filter { step in
                !ids.contains(step.id) && step.after.allSatisfy(ids.contains)
                    && (step.phase == .prepare || done.count >= prepared)
            }
            let step = try #require(ready.isEmpty ? nil : ready[dice.roll(ready.count)])
            done.append((step, world))
            ids.insert(step.id)
            world.perform(step)
            #expect(breaches(world, done.map(\.step), of: steps) == [], "\(seed): \(step.id)")
        }
        while !done.isEmpty {
            let ready = done.indices.filter { index in
                let id = done[index].step.id
                return !done.contains { $0.step.after.contains(id) }
                    && (done[index].step.phase == .cross
                        || done.allSatisfy { $0.step.phase == .prepare })
            }
            let (step, before) = done.remove(at: ready[dice.roll(ready.count)])
            world.undo(step, to: before)
            #expect(breaches(world, done.map(\.step), of: steps) == [], "\(seed): undo \(step.id)")
        }
        #expect(world.sites == CrossingWorld(estate).sites)
    }

    @Test func `bridges lead to local names, and local names are never bridged or turned`() throws {
        for step in try forwardSteps() {
            guard case .change(_, let change) = step.operation else { continue }
            switch change {
            case .addBridge(let service), .removeBridge(let service), .addSelector(let service),
                .removeSelector(let service), .addLocalName(let service):
                #expect(!service.service.isLocalName)
            default: break
            }
        }
    }

    @Test func `every step says how it is undone, has time, and comes after earlier ones`() throws {
        let plan = try estate.plan()
        var seen: Set<StepID> = []
        for step in plan.steps {
            #expect(!step.summary.isEmpty)
            #expect(!step.undoSummary.isEmpty)
            #expect(step.timeoutMilliseconds > 0)
            #expect(step.after.allSatisfy(seen.contains), "\(step.id)")
            #expect(step.isUndoable == (step.phase != .finish))
            #expect((step.lane == .finish) == (step.phase == .finish))
            #expect(seen.insert(step.id).inserted, "\(step.id) stands twice")
        }
    }

    @Test func `a source is emptied on what is seen at that moment, never on an earlier look`()
        throws
    {
        var emptied: Set<WorkloadID> = []
        for step in try forwardSteps() {
            guard case .change(.source, .scale(let id, .exactly(0))) = step.operation else {
                continue
            }
            emptied.insert(id)
            let names = step.gatesBefore.compactMap { condition -> String? in
                if case .bridgedOnly(.source, let name) = condition { name.name } else { nil }
            }
            let routes = step.gatesBefore.compactMap { condition -> String? in
                if case .share(let id, .exactly(.all), _) = condition { id.text } else { nil }
            }
            switch id.name {
            case "mailer":
                #expect(
                    step.gatesBefore == [
                        .keptAsMade(site: .target, workload: id, countsPods: true)
                    ]
                )
            case "front", "pictures":
                #expect(names == ["front", "pictures"])
                #expect(routes == ["www.example"])
            case "cart": #expect((names, routes) == (["cart"], ["cart.example"]))
            default:
                #expect(names == [id.name])
                // No balancer tells of it, so those who follow its name get their time again.
                #expect(step.gatesBefore.last == .settled(milliseconds: 2_000))
            }
        }
        #expect(emptied.count == 7)
    }

    @Test func `a way back passes the gates that the way forward has passed`() throws {
        for step in try forwardSteps() {
            switch step.operation {
            case .setWeight(let route, _):
                let goesBack = step.gatesBack.contains {
                    if case .share(route, .asBefore, _) = $0 { true } else { false }
                }
                #expect(goesBack, "\(step.id)")
            case .change(.source, .scale(let id, _)):
                #expect(
                    step.gatesBack.contains(
                        .ready(site: .source, workload: id, replicas: .asRequested)
                    )
                )
                #expect(step.gates.contains(.gone(site: .source, workload: id)))
            case .change(.source, .removeSelector(let service)):
                #expect(
                    step.gatesBack.contains(
                        .endpoints(site: .source, service: service.service, kind: .local)
                    ) || service.service.name == "asleep"
                )
            case .change(.target, .removeBridge(let service)):
                #expect(
                    step.gatesBack.contains(
                        .endpoints(site: .target, service: service.service, kind: .bridge)
                    )
                )
            default: break
            }
        }
    }
}
