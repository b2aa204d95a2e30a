import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Who depends on whom, by the uid of the owner; kept up to date change by change.
struct OwnerIndex: Sendable {
    // Invariant: each object stands under every uid that its ownerReferences name, and no other.
    private var dependents: [String: Set<ObjectAddress>] = [:]

    /// The objects that name this uid as an owner, sorted.
    func dependents(of uid: String) -> [ObjectAddress] { (dependents[uid] ?? []).sorted() }

    mutating func apply(_ change: ObjectChange) {
        let address = ObjectAddress(change.resource, of: change.object)
        let before = Self.owners(of: change.previous)
        let after = change.kind == .deleted ? [] : Self.owners(of: change.object)
        for uid in before.subtracting(after) {
            dependents[uid]?.remove(address)
            if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
        }
        for uid in after.subtracting(before) { dependents[uid, default: []].insert(address) }
    }

    private static func owners(of object: JSON?) -> Set<String> {
        Set((object?.ownerReferences ?? []).compactMap { $0["uid"]?.string })
    }
}
