import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Deletes what nobody owns any more, and carries out the three ways to delete an owner.
struct GarbageCollector: Controller {
    let name = "garbage-collector-controller"
    let watchedResources: Set<ResourceName>? = nil

    private static let foreground = "foregroundDeletion"
    private static let orphan = "orphan"

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        let object = change.object
        let own = ObjectAddress(change.resource, of: object)
        let dependents = view.owners.dependents(of: object.uid ?? "")
        if change.kind == .deleted { return dependents + waitingOwners(of: object, in: view) }
        if object.isBeingDeleted {
            let isOurs = !Set(object.finalizers).isDisjoint(with: [Self.foreground, Self.orphan])
            return isOurs ? [own] + dependents : []
        }
        let before = change.previous?.ownerReferences ?? []
        guard object.ownerReferences != before else { return [] }
        return [own] + waitingOwners(of: change.previous ?? object, in: view)
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let object = view.object(address) else { return .none }
        guard object.isBeingDeleted else { return collect(object, address, in: view) }
        if object.finalizers.contains(Self.orphan) {
            return releaseDependents(of: object, in: view)
        }
        if object.finalizers.contains(Self.foreground) {
            return awaitDependents(of: object, in: view)
        }
        return .none
    }

    // MARK: Owners

    /// Owners that cannot go before their dependents have.
    private func waitingOwners(of object: JSON, in view: ClusterView) -> [ObjectAddress] {
        object.ownerReferences.compactMap { reference in
            guard case .found(let address, let owner) = owner(reference, of: object, in: view),
                owner.isBeingDeleted, owner.finalizers.contains(Self.foreground)
            else { return nil }
            return address
        }
    }

    private func releaseDependents(of owner: JSON, in view: ClusterView) -> Reconciliation {
        var outcome = Reconciliation()
        for address in view.owners.dependents(of: owner.uid ?? "") {
            guard let dependent = view.object(address) else { continue }
            outcome.writes.append(.update(without([owner.uid ?? ""], dependent)))
        }
        outcome.writes.append(.update(without(finalizer: Self.orphan, owner)))
        return outcome
    }

    private func awaitDependents(of owner: JSON, in view: ClusterView) -> Reconciliation {
        let isBlocked = view.owners.dependents(of: owner.uid ?? "").contains { address in
            view.object(address)?.ownerReferences.contains {
                $0["uid"]?.string == owner.uid && $0["blockOwnerDeletion"]?.bool == true
            } ?? false
        }
        guard !isBlocked else { return .none }
        return Reconciliation([.update(without(finalizer: Self.foreground, owner))])
    }

    private func without(finalizer: String, _ object: JSON) -> JSON {
        var object = object
        object.finalizers.removeAll { $0 == finalizer }
        return object
    }

    private func without(_ uids: Set<String>, _ object: JSON) -> JSON {
        var object = object
        object.ownerReferences.removeAll { uids.contains($0["uid"]?.string ?? "") }
        return object
    }

    // MARK: Dependents

    /// What became of an owner that a reference names.
    private enum Owner {
        case found(ObjectAddress, JSON)
        case absent
        /// Its kind is not served, or it cannot own such an object: nothing follows from that.
        case unknown
    }

    /// A reference does not say in which namespace the owner is: it is that of the object.
    private func owner(_ reference: JSON, of object: JSON, in view: ClusterView) -> Owner {
        guard let apiVersion = reference["apiVersion"]?.string,
            let kind = reference["kind"]?.string,
            let identity = GroupVersionKind(apiVersion: apiVersion, kind: kind),
            let definition = view.registry.definition(for: identity)
        else { return .unknown }
        let namespace = object.namespace ?? ""
        if definition.isNamespaced, namespace.isEmpty { return .unknown }
        let address = ObjectAddress(
            definition.name,
            namespace: definition.isNamespaced ? namespace : "",
            name: reference["name"]?.string ?? ""
        )
        guard let owner = view.object(address), owner.uid == reference["uid"]?.string else {
            return .absent
        }
        return .found(address, owner)
    }

    private func collect(
        _ object: JSON,
        _ address: ObjectAddress,
        in view: ClusterView
    ) -> Reconciliation {
        var isHeld = false
        var dangling: Set<String> = []
        var waiting: Set<String> = []
        for reference in object.ownerReferences {
            let uid = reference["uid"]?.string ?? ""
            switch owner(reference, of: object, in: view) {
            case .unknown: isHeld = true
            case .absent: dangling.insert(uid)
            case .found(_, let owner):
                let isWaiting =
                    owner.isBeingDeleted && owner.finalizers.contains(Self.foreground)
                    && reference["blockOwnerDeletion"]?.bool == true
                if isWaiting { waiting.insert(uid) } else { isHeld = true }
            }
        }
        let lost = dangling.union(waiting)
        guard !lost.isEmpty else { return .none }
        guard !isHeld else { return Reconciliation([.update(without(lost, object))]) }
        let hasDependents = !view.owners.dependents(of: object.uid ?? "").isEmpty
        let propagation = propagation(for: object, isWaiting: !waiting.isEmpty && hasDependents)
        return Reconciliation([.delete(address, uid: object.uid ?? "", propagation)])
    }

    private func propagation(for object: JSON, isWaiting: Bool) -> DeleteOptions.Propagation {
        if isWaiting { return .foreground }
        if object.finalizers.contains(Self.orphan) { return .orphan }
        return object.finalizers.contains(Self.foreground) ? .foreground : .background
    }
}
