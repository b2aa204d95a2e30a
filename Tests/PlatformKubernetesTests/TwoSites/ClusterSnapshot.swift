import ControlPlaneSupport
import JSONValues
import KubernetesAPI
import KubernetesObjects

/// Everything of every kind that a cluster's users have made, without what servers set and draw.
struct ClusterSnapshot: Sendable {
    /// They tell of what happens or who looks, not of what somebody wants.
    private static let kindsLeft: Set<String> = ["Event", "Lease", "ComponentStatus"]

    /// By kind and name.
    private(set) var objects: [String: JSON] = [:]

    /// Of one namespace and the namespace itself, or of the whole cluster.
    init(_ site: SitePair.Site, namespace: String? = nil) async throws {
        var found: [JSON] = []
        for kind in try await site.client.discovery().preferredKinds
        where kind.verbs.contains("list") && !Self.kindsLeft.contains(kind.kind) {
            if kind.isNamespaced {
                found += try await site.client.list(kind, namespace: namespace).items
            } else if namespace == nil || kind.kind == "Namespace" {
                found += try await site.client.list(kind).items
                    .filter { namespace == nil || $0.name == namespace }
            }
        }
        let owners = OwnerChain(found)
        for object in found where owners.reason(object) == nil {
            objects["\(object.kind ?? "") \(object.namespacedName)"] =
                ObjectHygiene.portable(object)
        }
    }

    /// Every object that came or went, and every field that means something else; sorted.
    func differences(to later: ClusterSnapshot) -> [String] {
        PlatformKubernetesTests.differences(objects, later.objects)
    }
}
