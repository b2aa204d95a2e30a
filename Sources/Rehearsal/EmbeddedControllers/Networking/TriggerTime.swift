import JSONValues
import KubernetesObjects

/// When the change happened that endpoints follow; a measure of how late they do.
enum TriggerTime {
    /// The latest of the Service's creation and its pods' changes of readiness.
    ///
    /// Nil when that is not later than what was `known` before: then something has gone away, and
    /// the time of that cannot be seen.
    static func latest(of service: JSON, _ pods: [JSON], after known: String?) -> String? {
        let times = pods.map { $0.condition("Ready")?["lastTransitionTime"]?.string }
        guard let latest = (times + [service.creationTimestamp]).compactMap({ $0 }).max() else {
            return nil
        }
        return latest > known ?? "" ? latest : nil
    }
}
