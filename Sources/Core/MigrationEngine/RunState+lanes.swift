import MigrationModel

extension RunState {
    /// Makes a lane, and every lane with steps that stand on its steps, go back.
    mutating func stop(_ lane: Lane, because failure: LaneFailure) {
        guard lane != .finish else {
            set(lane, .stopped(because: failure))
            return
        }
        var affected: Set<Lane> = [lane]
        var unexplored = [lane]
        while let next = unexplored.popLast() {
            for id in index.stepsOfLane[next] ?? [] where state(of: id).mayHaveHappened {
                for dependent in index.dependents[id] ?? [] {
                    guard state(of: dependent).mayHaveHappened, let other = index[dependent]?.lane,
                        affected.insert(other).inserted
                    else { continue }
                    unexplored.append(other)
                }
            }
        }
        for lane in affected where state(of: lane) == .forward {
            set(lane, .goingBack(because: failure, triesAgain: false))
        }
        for lane in affected { settle(lane) }
    }

    private mutating func set(_ lane: Lane, _ state: LaneState) {
        if let number = index.numberOfLane[lane] { lanes[number] = state }
    }

    /// A lane that is back ends its going back.
    mutating func settle(_ lane: Lane) {
        guard case .goingBack(let cause, let triesAgain) = state(of: lane),
            !(index.stepsOfLane[lane] ?? []).contains(where: { state(of: $0).mayHaveHappened })
        else { return }
        set(lane, triesAgain ? .forward : .stopped(because: cause))
        guard triesAgain else { return }
        steps.forgetTries(at: (index.stepsOfLane[lane] ?? []).compactMap { index.position[$0] })
    }
}
