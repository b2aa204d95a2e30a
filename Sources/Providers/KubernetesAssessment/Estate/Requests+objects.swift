import JSONValues
import KubernetesObjects
import MigrationModel

extension Requests {
    /// Reads a list of quantities; what is absent or no quantity counts as nothing.
    package init(_ list: JSON?) { self.init(units: ResourceUnits.of(list)) }

    /// What a scheduler sets aside for one pod with this `spec`.
    package init(ofPod spec: JSON) { self.init(units: ResourceUnits.ofPod(spec)) }
}
