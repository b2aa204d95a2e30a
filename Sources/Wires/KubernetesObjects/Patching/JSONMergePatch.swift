import JSONValues

/// The merge patch of RFC 7386: null removes, objects merge, anything else replaces.
package enum JSONMergePatch {
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

    /// The smallest patch that makes `target` of `source`.
    ///
    /// A null in `target` cannot be expressed and is treated as absent.
    package static func patch(from source: JSON, to target: JSON) -> JSON {
        guard case .object(let before) = source, case .object(let after) = target else {
            return target
        }
        var patch: [String: JSON] = [:]
        for (key, value) in after where !value.isNull {
            guard let old = before[key] else {
                patch[key] = value
                continue
            }
            if old == value { continue }
            patch[key] = Self.patch(from: old, to: value)
        }
        for key in before.keys where after[key]?.isNull ?? true { patch[key] = .null }
        return .object(patch)
    }
}
