import JSONValues

/// The merge patch of RFC 7386: null removes, objects merge, anything else replaces.
package enum JSONMergePatch {
    /// What `target` becomes; it can be applied to anything, so it does not fail.
    package static func apply(_ patch: JSON, to target: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var members = target.object ?? [:]
        for (key, change) in changes {
            if change.isNull {
                members[key] = nil
            } else {
                members[key] = apply(change, to: members.removeValue(forKey: key) ?? .null)
            }
        }
        return .object(members)
    }
}
