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
                + "include: " + accepted.joined(separator: ", "),
            details: Details()
        )
    }

    static func bodyTooLarge(sizeMax: Int) -> APIStatusError {
        APIStatusError(
            code: 413,
            reason: "RequestEntityTooLarge",
            message: "Request entity too large: limit is \(sizeMax)",
            details: Details()
        )
    }

    static func tooLargeResourceVersion(_ wanted: Int, current: Int) -> APIStatusError {
        APIStatusError(
            code: 504,
            reason: "Timeout",
            message: "Too large resource version: \(wanted), current: \(current)",
            details: Details(
                causes: [
                    Cause(
                        reason: "ResourceVersionTooLarge",
                        message: "Too large resource version"
                    )
                ],
                retryAfterSeconds: 1
            )
        )
    }

    static func invalidResourceVersion(_ text: String) -> APIStatusError {
        .badRequest(
            "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": "
                + "invalid syntax"
        )
    }
}
