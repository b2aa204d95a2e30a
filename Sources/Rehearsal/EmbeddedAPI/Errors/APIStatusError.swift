import JSONValues

/// A refusal as an API server words it: what a `metav1.Status` says.
package struct APIStatusError: Error, Sendable, Equatable {
    /// The HTTP status.
    package var code: Int
    /// The machine's word for it: `NotFound`, `Conflict`, `Invalid`, ….
    package var reason: String
    package var message: String
    package var details: Details?
    /// The replacement token that a 410 to a `continue` carries.
    package var continueToken: String?

    package init(
        code: Int,
        reason: String,
        message: String,
        details: Details? = nil,
        continueToken: String? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.continueToken = continueToken
    }

    /// What the refusal is about.
    package struct Details: Sendable, Equatable {
        package var name: String?
        package var group: String?
        /// A kind in `Invalid`, a plural elsewhere, as in the original.
        package var kind: String?
        package var uid: String?
        package var causes: [Cause]
        package var retryAfterSeconds: Int?

        package init(
            name: String? = nil,
            group: String? = nil,
            kind: String? = nil,
            uid: String? = nil,
            causes: [Cause] = [],
            retryAfterSeconds: Int? = nil
        ) {
            self.name = name
            self.group = group
            self.kind = kind
            self.uid = uid
            self.causes = causes
            self.retryAfterSeconds = retryAfterSeconds
        }
    }

    /// One reason among several, with the field it is about.
    package struct Cause: Sendable, Equatable {
        package var reason: String
        package var message: String
        package var field: String?

        package init(reason: String, message: String, field: String? = nil) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }
}

extension APIStatusError: CustomStringConvertible {
    package var description: String { "\(code) \(reason): \(message)" }
}

extension APIStatusError {
    /// The refusal as the body of an answer.
    package var status: JSON {
        var metadata: [String: JSON] = [:]
        if let continueToken { metadata["continue"] = .string(continueToken) }
        var status: [String: JSON] = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object(metadata),
            "status": "Failure", "message": .string(message), "code": .int(code),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        if let details { status["details"] = details.json }
        return .object(status)
    }
}

extension APIStatusError.Details {
    var json: JSON {
        var members: [String: JSON] = [:]
        members["name"] = nonEmpty(name)
        members["group"] = nonEmpty(group)
        members["kind"] = nonEmpty(kind)
        members["uid"] = nonEmpty(uid)
        if !causes.isEmpty { members["causes"] = .array(causes.map(\.json)) }
        if let retryAfterSeconds { members["retryAfterSeconds"] = .int(retryAfterSeconds) }
        return .object(members)
    }

    private func nonEmpty(_ text: String?) -> JSON? {
        guard let text, !text.isEmpty else { return nil }
        return .string(text)
    }
}

extension APIStatusError.Cause {
    fileprivate var json: JSON {
        var members: [String: JSON] = [:]
        if !reason.isEmpty { members["reason"] = .string(reason) }
        if !message.isEmpty { members["message"] = .string(message) }
        if let field, !field.isEmpty { members["field"] = .string(field) }
        return .object(members)
    }
}
