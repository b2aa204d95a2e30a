import JSONValues
import KubernetesObjects

/// Which objects that others own are copied with them, and how their copies are tied to the copies of
/// the owners: pure.
///
/// What the controllers of every cluster make is made again at the target. What belongs to an Ingress
/// or to a custom resource is made again only if an operator runs there, and then perhaps with
/// another content: a password that it drew, a certificate that it ordered.
struct OwnerTies {
    private let owners: OwnerChain
    private let keys: [String: CopyKey]
    private let objects: [CopyKey: JSON]

    init(_ source: SiteObjects, owners: OwnerChain) {
        self.owners = owners
        objects = source.objects
        var keys: [String: CopyKey] = [:]
        for (key, object) in source.objects {
            if let uid = object.uid { keys[uid] = key }
        }
        self.keys = keys
    }

    /// Why an object stays at the source, for who owns it.
    func reason(_ object: JSON) -> String? {
        guard let reason = owners.reason(object) else {
            // Whoever ties an object to a pod holds a lock for as long as the pod lives.
            let pod = object.ownerReferences.first {
                $0["kind"] == "Pod" && $0["apiVersion"] == "v1"
            }
            return pod.map { "it ends with Pod \($0["name"]?.string ?? "")" }
        }
        return isTied(object, behind: []) ? nil : reason
    }

    /// Leaves out what is tied to owners that are not copied.
    func keepingWithOwners(
        _ selected: [(key: CopyKey, object: JSON)],
        leaving: (CopyKey, String) -> Void
    ) -> [(key: CopyKey, object: JSON)] {
        var kept = selected
        while true {
            let present = Set(kept.map(\.key))
            let homeless = Set(
                kept.filter { _, object in
                    guard let controller = object.controllerReference else { return false }
                    return key(of: controller).map(present.contains) != true
                }.map(\.key)
            )
            if homeless.isEmpty { return kept }
            for (key, object) in kept where homeless.contains(key) {
                leaving(key, owners.reason(object) ?? "its owner is not copied")
            }
            kept.removeAll { homeless.contains($0.key) }
        }
    }

    /// The owners of an object among `copied`, with the reference that names each at the source.
    func owners(
        of object: JSON,
        among copied: Set<CopyKey>
    ) -> [(owner: CopyKey, reference: JSON)] {
        object.ownerReferences.compactMap { reference in
            guard let owner = key(of: reference), copied.contains(owner) else { return nil }
            return (owner, reference)
        }
    }

    private func key(of reference: JSON) -> CopyKey? {
        reference["uid"]?.string.flatMap { keys[$0] }
    }

    private func isTied(_ object: JSON, behind seen: Set<CopyKey>) -> Bool {
        guard let reference = object.controllerReference, let owner = key(of: reference),
            !seen.contains(owner), let found = objects[owner], OwnerTies.mayBeTied(object),
            !OwnerTies.isMadeByCluster(ownedBy: owner)
        else { return false }
        var alone = object
        alone.ownerReferences = []
        guard ClusterMade.reason(alone) == nil else { return false }
        return owners.reason(found) == nil || isTied(found, behind: seen.union([owner]))
    }

    /// Whether the controllers that every cluster has make what such an owner owns.
    private static func isMadeByCluster(ownedBy owner: CopyKey) -> Bool {
        ["apps", "batch", "autoscaling", "policy", "discovery.k8s.io"].contains(owner.group)
            || owner.group.isEmpty
                && ["Pod", "Node", "ReplicationController", "Service", "Endpoints"]
                    .contains(owner.kind)
    }

    /// What runs is left to whoever runs it; what only tells of a run is worth nothing elsewhere.
    private static func mayBeTied(_ object: JSON) -> Bool {
        guard let kind = object.groupVersionKind else { return false }
        if ["apps", "batch", "discovery.k8s.io"].contains(kind.group) { return false }
        return !["Pod", "ReplicationController", "Endpoints", "PodTemplate"].contains(kind.kind)
            || !kind.group.isEmpty
    }
}

/// The owner references of the copies: pure.
struct OwnerLinks {
    /// An owner as the source has it, and the reference to its copy; the uid is empty until that is
    /// made.
    struct Link {
        let owner: CopyKey
        let reference: JSON
    }

    private let links: [CopyKey: [Link]]

    /// `name` tells what an object is at the target, `kinds` through which resource it is served
    /// there.
    init(
        _ selected: [(key: CopyKey, object: JSON)],
        ties: OwnerTies,
        target: SiteObjects,
        as name: (CopyKey) -> CopyKey,
        kinds: (CopyKey) -> ResourceKind?
    ) {
        let copied = Set(selected.map(\.key))
        var links: [CopyKey: [Link]] = [:]
        for (key, object) in selected where !object.ownerReferences.isEmpty {
            links[key] = ties.owners(of: object, among: copied).map { owner, reference in
                var reference = reference
                reference["uid"] = .string(target.objects[name(owner)]?.uid ?? "")
                if let kind = kinds(owner) { reference["apiVersion"] = .string(kind.apiVersion) }
                return Link(owner: owner, reference: reference)
            }
        }
        self.links = links
    }

    subscript(key: CopyKey) -> [Link] { links[key] ?? [] }

    /// When an object is written: with its wave, and behind its owners.
    func step(of key: CopyKey) -> CopyStep { step(of: key, behind: []) }

    private func step(of key: CopyKey, behind seen: Set<CopyKey>) -> CopyStep {
        var step = CopyStep(wave: CopyWave.of(key), depth: 0)
        // Owners that own each other are nobody's case, and no reason to loop.
        let seen = seen.union([key])
        for link in self[key] where !seen.contains(link.owner) {
            let before = self.step(of: link.owner, behind: seen)
            step = max(step, CopyStep(wave: before.wave, depth: before.depth + 1))
        }
        return step
    }
}
