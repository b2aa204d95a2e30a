/// Why a provider could not do what it was asked for; the caller's next move decides the case.
package enum ProviderError: Error, Sendable, Equatable {
    /// Definitely not applied.
    ///
    /// Repeating the same request cannot help.
    case rejected(reason: String)
    /// Definitely not applied, because the world is no longer as the plan saw it.
    case drift(reason: String)
    /// Definitely not applied.
    ///
    /// Trying again later can help.
    case unavailable(reason: String, retryAfter: Duration?)
    /// May or may not have been applied.
    ///
    /// Observe before doing anything else.
    case unknown(reason: String)
}

extension ProviderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .rejected(let reason): reason
        case .drift(let reason): reason
        case .unavailable(let reason, _): reason
        case .unknown(let reason): "\(reason) (whether it was applied is not known)"
        }
    }
}
