import MigrationModel

/// Looks at what neither a platform nor a balancer tells: measurements, and answers of both sites.
///
/// It changes nothing. Cancellation ends a look at once.
package protocol Verifier: Sendable {
    /// Looks once.
    ///
    /// What cannot be told, such as a query without a result, is waited for and never holds. What is told
    /// holds no credential and is short, for it goes into the journal.
    func check(_ condition: Condition) async throws(ProviderError) -> ConditionState
}

/// Where nothing is verified but by platforms and balancers.
package struct NoVerifier: Verifier {
    /// Has nobody to ask.
    package init() {}

    package func check(_ condition: Condition) async throws(ProviderError) -> ConditionState {
        throw .rejected(reason: "nothing here can look at measurements or answers")
    }
}
