import HTTPTransport

/// Why a call did not give what was asked for.
package enum KubernetesError: Error, Sendable {
    /// The server answered, and refused.
    case api(APIStatus)
    /// No answer, or not all of it.
    case transport(TransportError, call: APICall)
    /// An answer that makes no sense, or is larger than we take.
    case decode(problem: String, call: APICall)
    /// No credential was to be had, so nothing was sent.
    case credentials(CredentialError)
    /// The server does not know the kind, and its discovery was complete.
    case noMatch(kind: String)
    /// The server knows of the group and cannot say what is in it: never "no such resource".
    case groupUnavailable(group: String, reason: String)
    /// The call itself is wrong: a name that cannot stand in a path, an object without a name.
    case invalid(problem: String)
}

extension KubernetesError: CustomStringConvertible {
    /// The call, what was seen, what to do: on one line and without a secret.
    package var description: String {
        switch self {
        case .api(let status): status.description
        case .transport(let error, let call): "\(call): \(error)"
        case .decode(let problem, let call): "\(call): \(problem)"
        case .credentials(let error): error.description
        case .noMatch(let kind):
            "the server has no resource for \(kind); check the spelling, or install its CRD"
        case .groupUnavailable(let group, let reason):
            "the API group \(group) is not available (\(reason)); repair or remove its APIService"
        case .invalid(let problem): problem
        }
    }
}

extension KubernetesError {
    /// The server's refusal, where it was one.
    package var status: APIStatus? {
        if case .api(let status) = self { status } else { nil }
    }

    /// Whether there is no such object, or no such path.
    package var isNotFound: Bool { status?.code == 404 }
    /// Whether the user lacks the right.
    package var isForbidden: Bool { status?.code == 403 }
    /// Whether a list is kept from the user, or is none: 403, 404, or 405, as a resource answers that
    /// cannot be listed although discovery says so.
    package var isUnlistable: Bool { isForbidden || isNotFound || status?.code == 405 }
    /// Whether the server did not believe who we are, also after the credential was renewed.
    package var isUnauthorized: Bool { status?.code == 401 }
    /// Whether an object of the name is there; see `APIStatus.isAfterRepetition`.
    package var isAlreadyExists: Bool { status?.reason == "AlreadyExists" }

    /// The object changed since it was read, or another field manager owns a field.
    package var isConflict: Bool { status?.code == 409 && status?.reason != "AlreadyExists" }

    /// Another field manager owns a field that a server-side apply would change.
    package var isFieldManagerConflict: Bool {
        isConflict && status?.causes.contains { $0.reason == "FieldManagerConflict" } ?? false
    }

    /// The resource version or the page token asked for is no longer kept.
    package var isExpired: Bool { status?.code == 410 }
    /// Whether the server asks for patience, or a budget forbids an eviction.
    package var isTooManyRequests: Bool { status?.code == 429 }

    /// Whether the caller's own task was cancelled.
    package var isCancelled: Bool {
        if case .transport(.cancelled, _) = self { true } else { false }
    }
}

/// What is known of a write that did not succeed: what a caller may do next.
package enum WriteOutcome: Sendable, Hashable {
    /// Surely not applied; repeating the same request cannot help.
    case rejected
    /// Surely not applied; repeating it later can help.
    case unavailable(retryAfter: Duration?)
    /// May or may not have been applied: observe before anything else.
    case unknown
}

extension KubernetesError {
    /// What the error means if the call was a write.
    package var writeOutcome: WriteOutcome {
        switch self {
        case .api(let status):
            switch status.code {
            case 429: .unavailable(retryAfter: status.retryAfter)
            case 403 where status.isQuotaUncounted:
                .unavailable(retryAfter: RetryState.pauseForQuota)
            // Nobody was let in, this time.
            case 401: status.isAfterRepetition ? .unknown : .unavailable(retryAfter: nil)
            case 408, 500...: .unknown
            default: .rejected
            }
        case .transport(.notSent, _): .unavailable(retryAfter: nil)
        case .transport, .decode: .unknown
        // A plugin that hangs and a token that is just being renewed are no refusal.
        case .groupUnavailable, .credentials: .unavailable(retryAfter: nil)
        case .noMatch, .invalid: .rejected
        }
    }
}
