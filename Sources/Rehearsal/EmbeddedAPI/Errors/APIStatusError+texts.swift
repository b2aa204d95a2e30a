/// The refusals that apimachinery's `errors` package makes, with its texts.
extension APIStatusError {
    /// Answers the name of an object that is not there.
    package static func notFound(_ resource: ResourceName, _ name: String) -> APIStatusError {
        APIStatusError(
            code: 404,
            reason: "NotFound",
            message: "\(resource) \"\(name)\" not found",
            details: Details(name: name, group: resource.group, kind: resource.plural)
        )
    }

    /// Answers a path that leads to no resource at all.
    static let noSuchResource = APIStatusError(
        code: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource",
        details: Details()
    )

    /// Answers a create under a name that is taken.
    package static func alreadyExists(_ resource: ResourceName, _ name: String) -> APIStatusError {
        APIStatusError(
            code: 409,
            reason: "AlreadyExists",
            message: "\(resource) \"\(name)\" already exists",
            details: Details(name: name, group: resource.group, kind: resource.plural)
        )
    }

    /// Answers an object whose name was drawn again and again, and was taken each time.
    static func generatedNameTaken(_ resource: ResourceName, _ name: String) -> APIStatusError {
        var error = alreadyExists(resource, name)
        error.message += ", the server was not able to generate a unique name for the object"
        error.details?.retryAfterSeconds = 1
        return error
    }

    /// Answers a write that the object's present state forbids; `problem` ends the sentence.
    package static func conflict(
        _ resource: ResourceName,
        _ name: String,
        _ problem: String
    ) -> APIStatusError {
        APIStatusError(
            code: 409,
            reason: "Conflict",
            message: "Operation cannot be fulfilled on \(resource) \"\(name)\": \(problem)",
            details: Details(name: name, group: resource.group, kind: resource.plural)
        )
    }

    /// Answers a write on the ground of a version that is no longer the newest.
    static func stale(_ resource: ResourceName, _ name: String) -> APIStatusError {
        conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and "
                + "try again"
        )
    }

    /// Answers what is no request at all; `message` is the whole text.
    package static func badRequest(_ message: String) -> APIStatusError {
        APIStatusError(code: 400, reason: "BadRequest", message: message)
    }

    /// Answers what admission refuses; `name` is empty for an object that has none yet.
    package static func forbidden(
        _ resource: ResourceName,
        _ name: String,
        _ problem: String,
        causes: [Cause] = []
    ) -> APIStatusError {
        let message =
            if name.isEmpty {
                "\(resource) is forbidden: \(problem)"
            } else {
                "\(resource) \"\(name)\" is forbidden: \(problem)"
            }
        return APIStatusError(
            code: 403,
            reason: "Forbidden",
            message: message,
            details: Details(
                name: name,
                group: resource.group,
                kind: resource.plural,
                causes: causes
            )
        )
    }

    static func expired(_ message: String, continueToken: String? = nil) -> APIStatusError {
        APIStatusError(
            code: 410,
            reason: "Expired",
            message: message,
            continueToken: continueToken
        )
    }

    /// Answers a failure of the server itself.
    package static func internalError(_ problem: String) -> APIStatusError {
        APIStatusError(
            code: 500,
            reason: "InternalError",
            message: "Internal error occurred: \(problem)",
            details: Details(causes: [Cause(reason: "", message: problem)])
        )
    }

    /// Answers an object with fields that cannot be; the texts are joined as Go joins them.
    static func invalid(
        group: String,
        kind: String,
        name: String,
        _ errors: [FieldError]
    ) -> APIStatusError {
        // Go's aggregate leaves out what it has said already.
        var said: Set<String> = []
        let texts = errors.map(\.description).filter { said.insert($0).inserted }
        let joined = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        let kindName = group.isEmpty ? kind : "\(kind).\(group)"
        return APIStatusError(
            code: 422,
            reason: "Invalid",
            message: "\(kindName) \"\(name)\" is invalid: \(joined)",
            details: Details(
                name: name,
                group: group,
                kind: kind,
                causes: errors.map {
                    Cause(reason: $0.type.rawValue, message: $0.body, field: $0.field)
                }
            )
        )
    }
}
