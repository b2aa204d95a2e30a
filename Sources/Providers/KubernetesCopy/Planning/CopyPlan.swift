import JSONValues
import KubernetesObjects
import MigrationModel

/// What a copy would do, object by object.
package struct CopyPlan: Sendable {
    package var name: String
    /// In the order in which they are made: by wave, then by key.
    package var items: [CopyItem]
    /// What is not copied, and why, sorted by key.
    package var leftOut: [LeftOut]
    /// The gravest first.
    package var findings: [Finding]

    /// An object of the source that stays there.
    package struct LeftOut: Sendable, Hashable {
        package let key: CopyKey
        package let reason: String
    }

    /// Whether there is nothing to do.
    package var isEmpty: Bool { !items.contains { $0.action.isWrite } }

    /// Whether somebody has to act before anything may be changed.
    package var isBlocked: Bool { findings.contains { $0.severity == .blocker } }
}

/// One object on its way.
package struct CopyItem: Sendable {
    /// As the source has it; nil for what it no longer has.
    package let source: CopyKey?
    /// As the target has it.
    package let key: CopyKey
    /// The resource through which the target serves it.
    package let kind: ResourceKind
    /// What it shall be at the target.
    package let wanted: JSON
    package let action: CopyAction

    package var wave: CopyWave { CopyWave.of(key) }

    package var isRemoval: Bool { if case .remove = action { true } else { false } }
}

/// What becomes of an object at the target.
package enum CopyAction: Sendable {
    /// It was absent: made by POST, which fails if somebody else was faster.
    case create
    /// It is ours and differs: replaced, if it is still the version that was seen.
    case update(present: JSON, merged: JSON, changes: [String])
    /// It is there and means the same.
    case unchanged
    /// It is gone at the source, and the copy made it.
    case remove(uid: String)
    /// It is there, differs and is not ours to change; a finding says so.
    case refused

    package var isWrite: Bool {
        switch self {
        case .create, .update, .remove: true
        case .unchanged, .refused: false
        }
    }
}
