import MigrationModel
import MigrationPorts

/// A lease with one bug.
struct MutantLease: RunLease {
    let base: any RunLease
    let mutant: Mutant

    func read() async throws(ProviderError) -> LeaseState? {
        let seen = try await base.read()
        return mutant == .takesAnyLease ? nil : seen
    }

    func take(_ state: LeaseState, seen: LeaseState?) async throws(ProviderError) {
        guard mutant == .takesAnyLease else { return try await base.take(state, seen: seen) }
        try await base.take(state, seen: try await base.read())
    }

    func renew(_ state: LeaseState) async throws(ProviderError) { try await base.renew(state) }

    func remove(_ state: LeaseState) async throws(ProviderError) { try await base.remove(state) }

    func release(_ state: LeaseState, isOver: Bool) async throws(ProviderError) {
        if mutant == .keepsLeases, isOver { return }
        try await base.release(state, isOver: isOver)
    }
}
