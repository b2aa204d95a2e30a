import JSONValues
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// What an assessment keeps of one object: what some check looks at, and never a Secret's value.
///
/// A site may have a hundred thousand objects; the facts of all of them must fit into memory.
package struct SlimObject: Sendable {
    /// Which object it is, whatever version it was read in.
    package let key: CopyKey
    /// All of its own.
    package let labels: [String: String]
    /// Without what kubectl notes of how the object was written.
    package let annotations: [String: String]
    /// Those parts that checks look at, each where the object has it.
    package let body: JSON
    /// The pods that it makes or is, where it is a workload.
    package let pods: PodFacts?
    /// Who wrote its fields, and through which version, sorted.
    package let writers: [Writer]
    /// `kind` and name of what owns it without making it, as references have them.
    package let owners: [String]
    /// Why it is its cluster's own and no user's, in a few words; nil when it may be a user's.
    package let madeBy: String?
    /// Where its texts name Services.
    package let mentions: [Mention]
    /// Where its texts name hosts outside of the cluster.
    package let outside: [OutsideMention]

    /// `Deployment.apps`: what facts are sorted by.
    package var groupKind: String { key.kindName }

    /// Its name within its kind and namespace.
    package var name: String { key.name }
    /// Empty for what belongs to no namespace.
    package var namespace: String { key.namespace ?? "" }

    /// A field manager, and the version in which it wrote.
    package struct Writer: Sendable, Hashable, Comparable {
        /// As it calls itself in the managed fields; `kubectl apply` for what the last-applied
        /// annotation tells.
        package let manager: String
        /// `apps/v1`: the version that this manager knows.
        package let apiVersion: String

        /// By manager, then by version.
        package static func < (left: Writer, right: Writer) -> Bool {
            (left.manager, left.apiVersion) < (right.manager, right.apiVersion)
        }
    }

    /// A place that names a Service.
    package struct Mention: Sendable, Hashable {
        /// The Service that is named, one that the source has.
        package let service: ServiceMentions.Name
        /// `env CART_ADDR`, `key config.yaml`; never the text itself.
        package let place: String
    }
}

/// The pods of one workload.
package struct PodFacts: Sendable {
    /// How many it wants; 0 for what does not run now.
    package let replicas: Int
    /// What the pods are labelled with, by which Services and policies choose them.
    package let labels: [String: String]
    /// The pod's `spec` without the values of its environment, its commands and its probes.
    package let spec: JSON
    /// ConfigMaps that its containers read, sorted.
    package let configMaps: [String]
    /// Secrets that its containers read, sorted.
    package let secrets: [String]

    /// Init containers first.
    package var containers: [JSON] {
        (spec["initContainers"]?.array ?? []) + (spec["containers"]?.array ?? [])
    }

    /// What a scheduler sets aside for one pod.
    package var requests: Requests { Requests(ofPod: spec) }
}
