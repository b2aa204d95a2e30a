import Composition
import MigrationEngine
import MigrationModel
import MigrationPorts

/// Looks at what steps under way wait for, as their driver does; changes nothing.
package struct RunLook: Sendable {
    /// Steps that are looked at; a run has few under way at once.
    private static let stepsMax = 16

    private let world: MigrationWorld

    package init(_ access: MigrationAccess) {
        world = access.world(sealing: NothingToSeal())
    }

    /// What is seen now of each step under way: up to the first gate that does not hold.
    package func look(at state: RunState) async -> [StepID: [String]] {
        var looks: [StepID: [String]] = [:]
        let steps = state.plan.steps.filter {
            let stage = state.state(of: $0.id).stage
            return stage == .underWay || stage == .undoing
        }
        for step in steps.prefix(RunLook.stepsMax) {
            let isUndo = state.state(of: step.id).stage == .undoing
            let replicas = state.state(of: step.id).before?.replicas
            var seen: [String] = []
            for gate in isUndo ? step.gatesBack : step.gates {
                guard let text = await look(at: gate, replicas: replicas) else { continue }
                seen.append("now: \(text)")
                break
            }
            looks[step.id] = seen
        }
        return looks
    }

    /// Nil where the gate holds, or only time is waited for.
    private func look(at gate: Condition, replicas: Int?) async -> String? {
        do {
            switch gate {
            case .settled: return nil
            case .share(let route, _, _):
                let weight = try await world.traffic.requestedWeight(of: route).weight
                return "the balancer was asked to send \(weight) of \(route) to the target"
            case .store(let site, let store, let goal):
                return try await world.check(store, site, goal).trouble
            default:
                guard let site = gate.platformSite else {
                    return try await world.verifier.check(gate).trouble
                }
                guard let seen = try await world[site].check(gate, replicas: replicas).trouble
                else { return nil }
                return try await world[site].explain(gate).map { "\(seen): \($0)" } ?? seen
            }
        } catch {
            return "it could not be asked: \(error)"
        }
    }
}

extension ConditionState {
    /// What was seen instead; nil when it holds.
    fileprivate var trouble: String? {
        switch self {
        case .holds, .measured: nil
        case .waiting(let seen), .broken(let seen): seen
        }
    }
}
