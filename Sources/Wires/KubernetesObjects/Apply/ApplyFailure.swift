import JSONValues

/// Why an apply is refused.
///
/// Nothing is changed then.
package enum ApplyFailure: Error, Equatable {
    /// Other managers own what would change: a 409 with a cause for each field.
    case conflicts([ApplyConflict])
    /// The request is at fault: a 400.
    case badRequest(String)
    /// The object does not fit the schema, which a server answers with a 500.
    case invalid(String)

    /// The message of the server's status.
    package var message: String {
        switch self {
        case .badRequest(let text), .invalid(let text): text
        case .conflicts(let conflicts): Self.message(of: conflicts)
        }
    }

    /// In the words of a server, managers sorted.
    private static func message(of conflicts: [ApplyConflict]) -> String {
        if conflicts.count == 1 {
            return "Apply failed with 1 conflict: conflict with "
                + "\(conflicts[0].manager.printed): \(conflicts[0].field)"
        }
        var lines: [String] = []
        var manager: ManagedFields.Manager?
        for conflict in conflicts {
            if conflict.manager != manager {
                manager = conflict.manager
                lines.append("conflicts with \(conflict.manager.printed):")
            }
            lines.append("- \(conflict.field)")
        }
        return "Apply failed with \(conflicts.count) conflicts: "
            + lines.joined(separator: "\n")
    }
}

/// One field that another manager owns with a different value.
package struct ApplyConflict: Sendable, Hashable {
    /// Who owns the field now.
    package let manager: ManagedFields.Manager
    /// Where the field stands in the object.
    package let path: [FieldElement]

    /// As the cause's `field` has it: `.spec.replicas`.
    package var field: String { path.fieldPath }

    /// The cause's `message`: `conflict with "kubectl-client-side-apply" using apps/v1`.
    package var message: String { "conflict with \(manager.printed)" }
}

extension ApplyFailure: CustomStringConvertible {
    package var description: String { message }
}
