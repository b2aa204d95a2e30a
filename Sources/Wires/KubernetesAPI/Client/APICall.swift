/// What a request asks of the API server, without its body: for messages, and for tests that hold
/// the calls of a run against the rights it was given.
package struct APICall: Sendable, Hashable, CustomStringConvertible {
    /// What RBAC calls the request.
    package enum Verb: String, Sendable {
        case get, list, watch, create, update, patch, delete, deletecollection
    }

    /// In capitals: `GET`, `POST`.
    package let method: String
    /// Without the query.
    package let path: String
    /// What RBAC decides by; nil for paths that are no resource (`/version`, `/apis`).
    package let resource: Resource?

    /// The verb and the resource of a call.
    package struct Resource: Sendable, Hashable {
        /// What is done.
        package let verb: Verb
        /// The API group, empty for the core group.
        package let group: String
        /// The plural, with `/status` and its like behind it for a subresource.
        package let plural: String
        /// Nil for what belongs to none, and for collections of all.
        package let namespace: String?
        /// Nil for a collection, and for what is being created.
        package let name: String?

        /// Takes the parts as a request has them.
        package init(
            verb: Verb,
            group: String,
            plural: String,
            namespace: String?,
            name: String?
        ) {
            self.verb = verb
            self.group = group
            self.plural = plural
            self.namespace = namespace
            self.name = name
        }
    }

    /// `PATCH /api/v1/namespaces/shop/services/cart`.
    package var description: String { "\(method) \(path)" }
}

/// A sentence with which a server accompanied an answer (`Warning: 299`).
package struct APIWarning: Sendable, Hashable {
    /// The call that the server remarked on.
    package let call: APICall
    /// The server's sentence, such as that an API version is deprecated.
    package let text: String
}
