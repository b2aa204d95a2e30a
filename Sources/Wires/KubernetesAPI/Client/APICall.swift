/// What a request asks of the API server, without its body: for messages, and for tests that hold
/// the calls of a run against the rights it was given.
package struct APICall: Sendable, Hashable, CustomStringConvertible {
    /// What RBAC calls the request.
    package enum Verb: String, Sendable {
        case get, list, watch, create, update, patch, delete, deletecollection
    }

    package let method: String
    /// Without the query.
    package let path: String
    /// What RBAC decides by; nil for paths that are no resource (`/version`, `/apis`).
    package let resource: Resource?

    /// The verb and the resource of a call.
    package struct Resource: Sendable, Hashable {
        package let verb: Verb
        package let group: String
        /// The plural, with `/status` and its like behind it for a subresource.
        package let plural: String
        package let namespace: String?
        package let name: String?
    }

    /// `PATCH /api/v1/namespaces/shop/services/cart`.
    package var description: String { "\(method) \(path)" }
}

/// A sentence with which a server accompanied an answer (`Warning: 299`).
package struct APIWarning: Sendable, Hashable {
    package let call: APICall
    package let text: String
}
