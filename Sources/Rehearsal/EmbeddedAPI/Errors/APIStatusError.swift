import JSONValues

/// A refusal as an API server words it: what a `metav1.Status` says.
package struct APIStatusError: Error, Sendable, Equatable {
    /// The HTTP status.
    package var code: Int
    /// The machine's word for it: `NotFound`, `Conflict`, `Invalid`, ….
    package var reason: String
    /// The sentence for people, in a real server's words.
    package var message: String
    /// What machines look at; nil where a real server sends none.
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
        /// The object's name.
        package var name: String?
        /// The object's group; empty for the core group, and left out of the answer then.
        package var group: String?
        /// A kind in `Invalid`, a plural elsewhere, as in the original.
        package var kind: String?
        /// The incarnation that is meant, where a precondition named one.
        package var uid: String?
        /// Every reason, where there are several, and each field that is wrong.
        package var causes: [Cause]
        /// After how long asking again makes sense; also sent as `Retry-After`.
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
        /// The machine's word for it: `FieldValueRequired`.
        package var reason: String
        /// The sentence for people.
        package var message: String
        /// The path of the field: `spec.ports[0].port`.
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
        var metadata: JSONMembers = [:]
        if let continueToken { metadata["continue"] = .string(continueToken) }
        var status: JSONMembers = [
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
        var members: JSONMembers = [:]
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
        var members: JSONMembers = [:]
        if !reason.isEmpty { members["reason"] = .string(reason) }
        if !message.isEmpty { members["message"] = .string(message) }
        if let field, !field.isEmpty { members["field"] = .string(field) }
        return .object(members)
    }
}
