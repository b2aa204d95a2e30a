import JSONValues

/// From when, for how long, and with what besides the changes a watch runs.
struct WatchOptions: Sendable {
    /// Where the changes begin.
    enum Begin: Sendable, Equatable {
        /// With what happens from now on.
        case now
        /// With the objects that there are, as additions.
        case current
        /// With what happened behind a resourceVersion.
        case after(Int)
    }

    let begin: Begin
    let timeoutSeconds: Int
    let allowsBookmarks: Bool
    /// Whether the end of the initial objects is marked by a bookmark of its own.
    let marksInitialEnd: Bool

    /// What a server takes when the client asks for no timeout.
    private static let timeoutSecondsDefault = 1_800

    init(_ query: Query) throws(APIStatusError) {
        let asked = query["resourceVersion"] ?? ""
        let sendsInitial = query["sendInitialEvents"].map { $0 == "true" || $0 == "1" }
        try Self.check(query, sendsInitial: sendsInitial)
        allowsBookmarks = query.flag("allowWatchBookmarks")
        let seconds = query.int("timeoutSeconds") ?? 0
        timeoutSeconds = seconds > 0 ? seconds : Self.timeoutSecondsDefault
        marksInitialEnd = sendsInitial == true && allowsBookmarks
        guard let revision = asked.isEmpty ? 0 : Int(asked), revision >= 0 else {
            throw .unreadableResourceVersion(asked)
        }
        switch (sendsInitial, revision) {
        case (true, _): begin = .current
        case (false, 0): begin = .now
        case (nil, 0): begin = .current
        default: begin = .after(revision)
        }
    }

    private static func check(_ query: Query, sendsInitial: Bool?) throws(APIStatusError) {
        let match = query["resourceVersionMatch"] ?? ""
        var errors: [FieldError] = []
        if sendsInitial != nil {
            if match != "NotOlderThan" {
                errors.append(
                    .forbidden(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                    )
                )
                if !match.isEmpty {
                    errors.append(
                        .notSupported(
                            "resourceVersionMatch",
                            .string(match),
                            supported: ["NotOlderThan"]
                        )
                    )
                }
            }
        } else if query["continue"]?.isEmpty == false {
            errors.append(
                .forbidden(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden when continue is provided"
                )
            )
        } else if !match.isEmpty {
            errors.append(
                .forbidden(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is "
                        + "provided"
                )
            )
        }
        guard errors.isEmpty else {
            throw .invalid(group: "meta.k8s.io", kind: "ListOptions", name: "", errors)
        }
    }
}

/// What a watch found when it began.
enum WatchStart: Sendable {
    /// It goes on behind this resourceVersion.
    case at(Int)
    /// It sends this many objects first, which are the state at this resourceVersion.
    case withInitial(count: Int, Int)
    /// What happened since then is forgotten.
    case expired(Int, oldest: Int)
}
