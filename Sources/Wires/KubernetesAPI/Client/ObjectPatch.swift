import JSONValues

/// A change to an object, in one of the forms that an API server takes besides server-side apply.
package enum ObjectPatch: Sendable, Hashable {
    /// RFC 7386: members are set, null removes, lists are replaced whole.
    case merge(JSON)
    /// RFC 6902: a list of operations, all or none.
    case json([JSON])
    /// Lists are merged by their keys; built-in kinds only.
    case strategicMerge(JSON)

    var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        case .strategicMerge: "application/strategic-merge-patch+json"
        }
    }

    var body: JSON {
        switch self {
        case .merge(let patch), .strategicMerge(let patch): patch
        case .json(let operations): .array(operations)
        }
    }
}
