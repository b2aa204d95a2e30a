import JSONValues
import KubernetesObjects
import MigrationModel

/// Puts labels on the copied objects themselves, and takes some off.
///
/// Those of pod templates stay: selectors name them, and many selectors cannot be changed.
struct LabelTransform: ObjectTransform {
    let parts: [String]
    private let change: LabelChange

    init(_ change: LabelChange) {
        self.change = change
        parts =
            change.added.keys.sorted().map(LabelTransform.partOfAdded)
            + change.removed.map(LabelTransform.partOfRemoved)
    }

    func apply(to object: inout JSON, log: inout TransformLog) {
        var labels = object.labels
        for key in change.removed where labels.removeValue(forKey: key) != nil {
            log.match(LabelTransform.partOfRemoved(key))
        }
        for (key, value) in change.added {
            labels[key] = value
            log.match(LabelTransform.partOfAdded(key))
        }
        if labels != object.labels { object.labels = labels }
    }

    private static func partOfAdded(_ key: String) -> String { "labels.add.\(key)" }

    private static func partOfRemoved(_ key: String) -> String { "labels.remove \(key)" }
}
