import JSONValues

/// Which moment and which part of a list is asked for.
struct ListOptions: Sendable {
    /// 0 for all.
    let limit: Int
    /// The last key of the page before, when this continues a list.
    let start: String?
    /// The moment to be shown; nil for now.
    let snapshotRevision: Int?
    /// What the server must have seen before it may answer.
    let revisionMin: Int?
    /// Whether exactly one moment is asked for.
    let isExact: Bool

    init(_ query: Query) throws(APIStatusError) {
        let asked = query["resourceVersion"] ?? ""
        let match = query["resourceVersionMatch"] ?? ""
        let token = query["continue"] ?? ""
        if let text = query["limit"], !text.isEmpty, Int(text) == nil {
            throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        limit = query.int("limit") ?? 0
        try Self.check(query, asked: asked, match: match, token: token)
        let revision = Int(asked)
        if !asked.isEmpty, (revision ?? -1) < 0 { throw .invalidResourceVersion(asked) }
        guard token.isEmpty else {
            let token = try ContinueToken(text: token)
            if !asked.isEmpty, asked != "0" {
                throw .badRequest(
                    "specifying resource version is not allowed when using continue"
                )
            }
            start = token.start
            snapshotRevision = token.revision < 0 ? nil : token.revision
            revisionMin = nil
            isExact = false
            return
        }
        start = nil
        revisionMin = revision
        // Before there was `resourceVersionMatch`, a limit made a version mean exactly this one.
        isExact = match == "Exact" || (match.isEmpty && limit > 0 && (revision ?? 0) > 0)
        snapshotRevision = isExact ? revision : nil
    }

    private static func check(
        _ query: Query,
        asked: String,
        match: String,
        token: String
    ) throws(APIStatusError) {
        let field = "resourceVersionMatch"
        var errors: [FieldError] = []
        if !match.isEmpty {
            if asked.isEmpty {
                errors.append(
                    .forbidden(
                        field,
                        "resourceVersionMatch is forbidden unless resourceVersion is provided"
                    )
                )
            }
            if !token.isEmpty {
                errors.append(
                    .forbidden(
                        field,
                        "resourceVersionMatch is forbidden when continue is provided"
                    )
                )
            }
            if match != "Exact", match != "NotOlderThan" {
                errors.append(
                    .notSupported(field, .string(match), supported: ["Exact", "NotOlderThan", ""])
                )
            }
            if match == "Exact", asked == "0" {
                errors.append(
                    .forbidden(
                        field,
                        "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""
                    )
                )
            }
        }
        if query["sendInitialEvents"] != nil {
            errors.append(
                .forbidden(
                    "sendInitialEvents",
                    "sendInitialEvents is forbidden for list"
                )
            )
        }
        guard errors.isEmpty else {
            throw .invalid(group: "meta.k8s.io", kind: "ListOptions", name: "", errors)
        }
    }
}
