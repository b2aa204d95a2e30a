import MigrationModel
import MigrationPorts

/// Finds all well but while trials are to fail: what others measure, and what applications answer, is not
/// simulated.
struct SimulatedVerifier: Verifier {
    let network: SimulatedNetwork

    func check(_ condition: Condition) async throws(ProviderError) -> ConditionState {
        guard network.trialsFailSince != nil else { return .holds }
        if case .metric(let gate) = condition {
            return .broken(seen: "\(gate.name) is out of its bounds")
        }
        return .waiting(seen: "what was tried did not succeed")
    }
}

/// A verifier with one bug.
struct MutantVerifier: Verifier {
    let base: any Verifier
    let mutant: Mutant

    func check(_ condition: Condition) async throws(ProviderError) -> ConditionState {
        if mutant == .overlooksTrials { return .holds }
        return try await base.check(condition)
    }
}
