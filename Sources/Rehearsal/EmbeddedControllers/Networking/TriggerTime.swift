import Clocks
import JSONValues
import KubernetesObjects

/// When the change happened that endpoints follow; a measure of how late they do.
enum TriggerTime {
    /// The latest of the Service's creation and its pods' changes of readiness.
    static func latest(of service: JSON, _ pods: [JSON], now: WallTime) -> String? {
        let times = pods.map { $0.condition("Ready")?["lastTransitionTime"]?.string }
        return (times + [service.creationTimestamp]).compactMap { $0 }.max()
    }
}
