import JSONValues
import KubernetesObjects

/// A field that a copy changes at the target, for whoever reads the plan.
///
/// Of a Secret, and of what is called like a credential, it tells the place and never a value.
package struct FieldChange: Sendable, Hashable {
    /// `.spec.containers[name="web"].image`.
    package let path: String
    /// As the target has it; nil where it has none, or where it is not shown.
    package let before: JSON?
    /// As the copy leaves it; nil where it takes it away, or where it is not shown.
    package let after: JSON?
    /// Whether its values are not shown, as they may be secret.
    package let isHidden: Bool

    init(_ difference: SemanticDiff.Difference, of object: JSON) {
        path = difference.path.fieldPath
        isHidden = ShownValues.hides(difference.path, of: object)
        before = isHidden ? nil : difference.source.map(ShownValues.shown)
        after = isHidden ? nil : difference.target.map(ShownValues.shown)
    }
}

extension CopyItem {
    /// What an update changes, in the order of the paths, without the copy's own marks.
    package var changes: [FieldChange] {
        guard case .update(let present, _, let differences) = action else { return [] }
        return differences.filter { !CopyMarks.isMark($0.path) }.map {
            FieldChange($0, of: present)
        }
    }
}
