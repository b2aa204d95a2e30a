import JSONValues
import KubernetesObjects

/// The refusals of requests that never reach an object.
extension APIStatusError {
    static let noSuchMethod = APIStatusError(
        code: 405,
        reason: "MethodNotAllowed",
        message: "the server does not allow this method on the requested resource",
        details: Details()
    )

    static func unsupportedMediaType(accepted: [String]) -> APIStatusError {
        APIStatusError(
            code: 415,
            reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types "
                + "include: " + accepted.joined(separator: ", ")
        )
    }

    static func bodyTooLarge(sizeMax: Int) -> APIStatusError {
        APIStatusError(
            code: 413,
            reason: "RequestEntityTooLarge",
            message: "Request entity too large: limit is \(sizeMax)"
        )
    }

    static func tooLargeResourceVersion(
        _ wanted: Int,
        current: Int,
        isExact: Bool = false
    ) -> APIStatusError {
        APIStatusError(
            code: 504,
            reason: "Timeout",
            message: "Timeout: Too large resource version: \(wanted), current: \(current)",
            details: Details(
                causes: [
                    Cause(
                        reason: "ResourceVersionTooLarge",
                        message: "Too large resource version"
                    )
                ],
                retryAfterSeconds: isExact ? nil : 1
            )
        )
    }

    static func invalidResourceVersion(_ text: String) -> APIStatusError {
        .badRequest(
            "invalid resource version: resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": "
                + "invalid syntax"
        )
    }

    static let namespaceMismatch = badRequest(
        "the namespace of the provided object does not match the namespace sent on the request"
    )

    /// Answers an apply that would take what others own, or that is malformed.
    static func applyFailed(_ failure: ApplyFailure) -> APIStatusError {
        switch failure {
        case .badRequest(let message): return .badRequest(message)
        case .invalid(let message):
            return APIStatusError(code: 500, reason: "", message: message)
        case .conflicts(let conflicts):
            return APIStatusError(
                code: 409,
                reason: "Conflict",
                message: ApplyFailure.conflicts(conflicts).message,
                details: Details(
                    causes: conflicts.map {
                        Cause(
                            reason: "FieldManagerConflict",
                            message: $0.message,
                            field: $0.field
                        )
                    }
                )
            )
        }
    }

    /// Answers an eviction that a budget does not allow now.
    static func disruptionRefused(_ budget: JSON) -> APIStatusError {
        let name = budget.name ?? ""
        let healthy = budget.at("status", "currentHealthy")?.int ?? 0
        let desired = budget.at("status", "desiredHealthy")?.int ?? 0
        var error = APIStatusError(
            code: 429,
            reason: "TooManyRequests",
            message: "Cannot evict pod as it would violate the pod's disruption budget.",
            details: Details(
                causes: [
                    Cause(
                        reason: "DisruptionBudget",
                        message: "The disruption budget \(name) needs \(desired) healthy pods and "
                            + "has \(healthy) currently"
                    )
                ]
            )
        )
        if budget.generation ?? 0 > budget.at("status", "observedGeneration")?.int ?? 0 {
            error.details?.causes = [
                Cause(
                    reason: "DisruptionBudget",
                    message: "The disruption budget \(name) is still being processed by the "
                        + "server."
                )
            ]
            error.details?.retryAfterSeconds = 10
        }
        return error
    }

    /// Answers a get or a watch at a version that is none, which a server words as its own error.
    static func unreadableResourceVersion(_ text: String) -> APIStatusError {
        APIStatusError(
            code: 500,
            reason: "",
            message: "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing "
                + "\"\(text)\": invalid syntax"
        )
    }

    /// Answers readers who accept no form that the server has.
    static func notAcceptable(_ message: String) -> APIStatusError {
        APIStatusError(
            code: 406,
            reason: "NotAcceptable",
            message: message,
            // What the router itself refuses has details, if empty ones.
            details: message.hasPrefix("406") ? Details() : nil
        )
    }
}
