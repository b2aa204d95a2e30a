import MigrationModel

/// A plan with what its steps mean to each other looked up once.
package struct PlanIndex: Sendable {
    /// The plan itself.
    package let plan: Plan
    /// Where each step stands in the plan, from 0.
    package let position: [StepID: Int]
    /// For each step, the steps that come after it, in plan order.
    package let dependents: [StepID: [StepID]]
    /// For each lane, its steps in plan order.
    package let stepsOfLane: [Lane: [StepID]]
    /// The lanes in the order of their first steps.
    package let lanes: [Lane]
    /// Where each lane stands among the lanes, from 0.
    let numberOfLane: [Lane: Int]
    /// The steps in plan order, as `decide` looks at them.
    let outlines: [StepOutline]
    /// For each lane by its number, the positions of its steps.
    let positionsOfLane: [[Int]]
    /// The positions of the steps that prepare.
    let preparing: [Int]
    /// The positions of the steps that cross.
    let crossing: [Int]
    /// The positions of the steps of which a person may have to accept what they cut off.
    let accepting: [Int]
    /// What goes back ahead of everything else when traffic goes first.
    package let trafficFirst: TrafficFirst

    /// Refuses a plan that could not be run or could not be taken back.
    package init(_ plan: Plan) throws(PlanShapeError) {
        let problems = plan.shapeProblems
        guard problems.isEmpty else { throw PlanShapeError(problems: problems) }
        self.plan = plan
        var position: [StepID: Int] = [:]
        var dependents: [StepID: [StepID]] = [:]
        var stepsOfLane: [Lane: [StepID]] = [:]
        var lanes: [Lane] = []
        for (index, step) in plan.steps.enumerated() {
            position[step.id] = index
            for earlier in step.after { dependents[earlier, default: []].append(step.id) }
            if stepsOfLane[step.lane] == nil { lanes.append(step.lane) }
            stepsOfLane[step.lane, default: []].append(step.id)
        }
        self.position = position
        self.dependents = dependents
        self.stepsOfLane = stepsOfLane
        self.lanes = lanes
        let numberOfLane = Dictionary(
            uniqueKeysWithValues: lanes.enumerated().map { ($0.element, $0.offset) }
        )
        self.numberOfLane = numberOfLane
        let trafficFirst = TrafficFirst(
            plan: plan,
            stepsOfLane: Dictionary(grouping: plan.steps, by: \.lane),
            dependents: dependents
        )
        self.trafficFirst = trafficFirst
        func positions(_ ids: [StepID]) -> [Int] { ids.compactMap { position[$0] } }
        let direct = plan.steps.map { positions(dependents[$0.id] ?? []) }
        let isFirst = plan.steps.map { trafficFirst.contains($0.id) }
        let standing = PlanIndex.standing(through: isFirst, direct)
        outlines = plan.steps.enumerated().map { index, step in
            guard let lane = numberOfLane[step.lane] else {
                preconditionFailure("every lane has a number")
            }
            return StepOutline(
                step,
                lane: lane,
                after: positions(step.after),
                dependents: isFirst[index] ? direct[index] : standing[index],
                feeders: positions(trafficFirst.feeders(of: step.lane)),
                isTrafficFirst: isFirst[index],
                accepts: positions(step.accepts ?? [])
            )
        }
        positionsOfLane = lanes.map { positions(stepsOfLane[$0] ?? []) }
        preparing = plan.steps.indices.filter { plan.steps[$0].phase == .prepare }
        crossing = plan.steps.indices.filter { plan.steps[$0].phase == .cross }
        accepting = plan.steps.indices.filter { plan.steps[$0].accepts != nil }
    }

    /// What stands on each step, itself or by way of steps that may be undone ahead of what stands on them.
    ///
    /// A name is turned behind the weights of its routes: when these have gone back first, it still leads to
    /// the pods on which they stood.
    private static func standing(through isFirst: [Bool], _ direct: [[Int]]) -> [[Int]] {
        var standing: [Set<Int>] = Array(repeating: [], count: direct.count)
        for position in direct.indices.reversed() {
            for dependent in direct[position] {
                standing[position].insert(dependent)
                if isFirst[dependent] { standing[position].formUnion(standing[dependent]) }
            }
        }
        return standing.map { $0.sorted() }
    }

    /// The lane in which a workload of this namespace and name crosses; nil when none does.
    package func lane(of namespace: String, _ name: String) -> Lane? {
        plan.steps.first { step in
            guard case .workload = step.lane else { return false }
            switch step.operation {
            case .change(_, .scale(let id, _)), .change(_, .suspend(let id)):
                return id.namespace == namespace && id.name == name
            case .change(.target, .create(let objects)):
                return objects.contains {
                    $0.isWorkload && $0.reference.namespace == namespace
                        && $0.reference.name == name
                }
            default: return false
            }
        }?.lane
    }

    /// The step of this name; nil when the plan has none.
    package subscript(id: StepID) -> Step? { position[id].map { plan.steps[$0] } }
}

/// A step as `decide` looks at it at every turn: what it has to do with others, by number and not by name.
struct StepOutline: Sendable {
    let phase: Phase
    /// The number of its lane.
    let lane: Int
    /// Whether its lane is that of workloads, of which so many may cross at once.
    let isOfWorkload: Bool
    /// Whether its lane is the one on which all others stand.
    let isOfFoundation: Bool
    /// The positions of the steps that it comes after.
    let after: [Int]
    /// The positions of the steps that come after it, and of those that come after one of these which may be
    /// undone ahead of them.
    let dependents: [Int]
    /// The positions of what the source needs before it can serve the routes of its lane.
    let feeders: [Int]
    /// Whether it is undone ahead of everything else when traffic goes first.
    let isTrafficFirst: Bool
    /// Whether it asks for a weight.
    let movesTraffic: Bool
    /// Whether a person has to approve it.
    let needsApproval: Bool
    /// The positions of the steps of which a person has to accept what they leave running.
    let accepts: [Int]

    fileprivate init(
        _ step: Step,
        lane: Int,
        after: [Int],
        dependents: [Int],
        feeders: [Int],
        isTrafficFirst: Bool,
        accepts: [Int]
    ) {
        phase = step.phase
        self.lane = lane
        isOfWorkload = if case .workload = step.lane { true } else { false }
        isOfFoundation = step.lane == .foundation
        self.after = after
        self.dependents = dependents
        self.feeders = feeders
        self.isTrafficFirst = isTrafficFirst
        movesTraffic = step.movesTraffic
        needsApproval = step.operation == .approval
        self.accepts = accepts
    }
}

/// Why a plan cannot be run: every problem, each with the step it was found at.
package struct PlanShapeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Never empty; each names its step.
    package let problems: [String]

    package var description: String {
        "the plan cannot be run: \(problems.joined(separator: "; ")). "
            + "Make it anew with `diolkos plan`."
    }
}

extension Plan {
    /// What makes this plan one that the engine would not run; empty when all is well.
    package var shapeProblems: [String] {
        var problems: [String] = []
        if workloadsInFlightMax < 1 { problems.append("it lets no workload cross at once") }
        var earlier: [StepID: Step] = [:]
        for step in steps {
            if earlier[step.id] != nil {
                problems.append("two steps are called \(step.id)")
            }
            for id in step.after {
                guard let before = earlier[id] else {
                    problems.append("step \(step.id) comes after \(id), which is not before it")
                    continue
                }
                if before.phase.order > step.phase.order {
                    problems.append("step \(step.id) comes after \(id) of a later phase")
                }
            }
            if (step.phase == .finish) != (step.lane == .finish) {
                problems.append("step \(step.id) is in the finish by its phase or lane only")
            }
            if step.phase != .finish, !step.isUndoable {
                problems.append("step \(step.id) cannot be undone and is not part of the finish")
            }
            for id in step.accepts ?? [] where !step.after.contains(id) {
                problems.append(
                    "step \(step.id) accepts what \(id) leaves, and does not come after it"
                )
            }
            if step.timeoutMilliseconds <= 0 { problems.append("step \(step.id) has no time") }
            earlier[step.id] = step
        }
        return problems
    }
}

extension Phase {
    fileprivate var order: Int {
        switch self {
        case .prepare: 0
        case .cross: 1
        case .finish: 2
        }
    }
}
