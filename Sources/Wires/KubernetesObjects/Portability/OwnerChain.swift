import JSONValues

/// Who owns whom among the objects of one cluster, and so which of them it makes by itself.
///
/// Whose object something is, is found by following its owners to the one that nobody owns: who
/// creates that one elsewhere gets the others from the controllers there. No list of kinds can say
/// so, as operators make objects of any kind.
package struct OwnerChain: Sendable {
    private let objects: [String: JSON]
    /// Names of Services with a selector, as `namespace/name`.
    private let selecting: Set<String>

    /// `objects` are what was read of the cluster; owners that are not among them end a chain.
    package init(_ objects: [JSON]) {
        var byUID: [String: JSON] = [:]
        for object in objects { if let uid = object.uid { byUID[uid] = object } }
        self.objects = byUID
        selecting = Set(
            objects.filter {
                $0.kind == "Service" && $0.at("spec", "selector")?.object?.isEmpty == false
            }.map(\.namespacedName)
        )
    }

    /// Why `object` is not a user's object, in a few words; nil when it may be one.
    package func reason(_ object: JSON) -> String? {
        reason(object, behind: [])
    }

    private func reason(_ object: JSON, behind seen: Set<String>) -> String? {
        if let owner = object.controllerReference { return "\(root(of: owner)) makes it" }
        if let reason = ClusterMade.reason(object) { return reason }
        // They bear the name of their Service and no reference to it.
        if object.kind == "Endpoints", selecting.contains(object.namespacedName) {
            return "the endpoints controller makes it"
        }
        // Without a controller somebody else made it, and only its end is its owner's: whoever
        // ties an object to a pod means it to live no longer.
        let seen = seen.union([object.uid].compactMap { $0 })
        for owner in object.ownerReferences {
            guard let uid = owner["uid"]?.string, !seen.contains(uid), let found = objects[uid],
                reason(found, behind: seen) != nil
            else { continue }
            return "it ends with \(OwnerChain.words(for: owner)), which its cluster made"
        }
        return nil
    }

    /// The owner at the end of the chain that begins with this reference, in words.
    private func root(of reference: JSON) -> String {
        var last = reference
        var seen: Set<String> = []
        while let uid = last["uid"]?.string, seen.insert(uid).inserted,
            let next = objects[uid]?.controllerReference
        {
            last = next
        }
        return OwnerChain.words(for: last)
    }

    private static func words(for owner: JSON) -> String {
        "\(owner["kind"]?.string ?? "a controller") \(owner["name"]?.string ?? "")"
    }
}
