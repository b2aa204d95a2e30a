import MigrationModel
import MigrationPorts

/// A platform that hands on to another one whatever it does not do otherwise itself.
protocol PassingPlatform: Platform {
    var inner: any Platform { get }
}

extension PassingPlatform {
    func inventory(namespaces: [String]) async throws(ProviderError) -> SiteInventory {
        try await inner.inventory(namespaces: namespaces)
    }

    func survey(_ change: SiteChange) async throws(ProviderError) -> BeforeImage {
        try await inner.survey(change)
    }

    func perform(
        _ change: SiteChange,
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await inner.perform(change, from: before, mark: mark)
    }

    func check(_ condition: Condition, replicas: Int?) async throws(ProviderError) -> ConditionState
    {
        try await inner.check(condition, replicas: replicas)
    }
}
