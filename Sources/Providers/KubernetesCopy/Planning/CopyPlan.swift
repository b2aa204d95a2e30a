import JSONValues
import KubernetesObjects
import MigrationModel

/// What a copy would do, object by object.
package struct CopyPlan: Sendable {
    /// The copy's name, with which its objects are marked.
    package var name: String
    /// In the order in which they are made: by wave, then by key.
    package var items: [CopyItem]
    /// What is not copied, and why, sorted by key.
    package var leftOut: [LeftOut]
    /// The gravest first.
    package var findings: [Finding]

    /// An object of the source that stays there.
    package struct LeftOut: Sendable, Hashable {
        /// As the source has it; as the target has it where it is gone at the source and stays.
        package let key: CopyKey
        /// In a few words, for people.
        package let reason: String
    }

    /// Whether there is nothing to do.
    package var isEmpty: Bool { !items.contains { $0.action.isWrite } }

    /// How many objects are to be written.
    package var writes: Int { items.count { $0.action.isWrite } }

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
    /// What it shall be at the target; null where it is so already, as a plan of many objects that have
    /// not changed is not to hold them a third time.
    package let wanted: JSON
    /// What becomes of it at the target.
    package let action: CopyAction
    /// Whose uids its owner references bear, in the same order; an empty uid is known when the owner
    /// is made.
    package let owners: [CopyKey]
    /// When it is written.
    package let step: CopyStep
    /// Services that must answer before it is written.
    package let needs: Set<ServiceName>
    /// With how many replicas it begins, if an autoscaler has the say from then on; nil for one, which
    /// needs no saying, and once they were given.
    package let start: Int?
    /// Which of its times the source's CronJob has done, if the target's controller has to be told.
    package let lastRun: String?
    /// What its fields mean; nil when that is not known.
    package let schema: TypeSchema?

    /// Without a `step` the object is written with its kind's wave, behind nobody.
    package init(
        source: CopyKey?,
        key: CopyKey,
        kind: ResourceKind,
        wanted: JSON,
        action: CopyAction,
        owners: [CopyKey] = [],
        step: CopyStep? = nil,
        needs: Set<ServiceName> = [],
        start: Int? = nil,
        lastRun: String? = nil,
        schema: TypeSchema? = nil
    ) {
        self.source = source
        self.key = key
        self.kind = kind
        self.wanted = wanted
        self.action = action
        self.owners = owners
        self.step = step ?? CopyStep(wave: CopyWave.of(key), depth: 0)
        self.needs = needs
        self.start = start
        self.lastRun = lastRun
        self.schema = schema
    }

    /// With which others it is written.
    package var wave: CopyWave { step.wave }

    /// Whether it goes at the target.
    package var isRemoval: Bool { if case .remove = action { true } else { false } }
}

/// What becomes of an object at the target.
package enum CopyAction: Sendable {
    /// It was absent: made by POST, which fails if somebody else was faster.
    case create
    /// It is ours and differs: replaced, if it is still the version that was seen.
    case update(present: JSON, merged: JSON, changes: [SemanticDiff.Difference])
    /// It is there and means the same.
    case unchanged
    /// It is gone at the source, and the copy made it.
    case remove(uid: String)
    /// It is there, differs and is not ours to change; a finding says so.
    case refused

    /// Whether the target's server is asked to change something.
    package var isWrite: Bool {
        switch self {
        case .create, .update, .remove: true
        case .unchanged, .refused: false
        }
    }
}
