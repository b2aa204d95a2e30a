/// The same questions put to both sites, and what may differ between the answers.
package struct AnswerComparison: Sendable, Hashable, Codable {
    /// The route of which they are.
    package var route: RouteID
    /// The host that both entries are asked for.
    package var host: String
    /// `GET` or `HEAD`: what changes nothing.
    package var method: String
    /// What is asked for, with its query.
    package var paths: [String]
    /// Headers that must be the same, beside the status.
    package var headers: [String]
    /// Places of a JSON body that may differ, as pointers of RFC 6901; `*` stands for each element of a list
    /// and each member.
    package var ignored: [String]
    /// What is replaced in a body before it is compared, in this order.
    package var replacements: [BodyReplacement]

    /// Takes at least one path.
    package init(
        route: RouteID,
        host: String,
        method: String = "GET",
        paths: [String],
        headers: [String] = [],
        ignored: [String] = [],
        replacements: [BodyReplacement] = []
    ) {
        self.route = route
        self.host = host
        self.method = method
        self.paths = paths
        self.headers = headers
        self.ignored = ignored
        self.replacements = replacements
    }
}

/// What differs from request to request and means nothing: a time, a number of a request.
package struct BodyReplacement: Sendable, Hashable, Codable {
    /// A regular expression.
    package var pattern: String
    /// What stands for whatever it matches.
    package var with: String

    /// Takes a pattern that can be compiled.
    package init(pattern: String, with: String) {
        self.pattern = pattern
        self.with = with
    }
}
