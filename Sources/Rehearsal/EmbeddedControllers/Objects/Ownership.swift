import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// The rules by which a controller takes hold of objects that its selector matches, and lets go.
enum Ownership {
    /// The reference by which `owner` controls another object.
    static func reference(to owner: JSON) -> JSON {
        [
            "apiVersion": .string(owner.apiVersion ?? ""), "kind": .string(owner.kind ?? ""),
            "name": .string(owner.name ?? ""), "uid": .string(owner.uid ?? ""),
            "controller": true, "blockOwnerDeletion": true,
        ]
    }

    static func isControlled(_ object: JSON, by owner: JSON) -> Bool {
        object.controllerReference?["uid"]?.string == owner.uid
    }

    /// What an owner has after it adopted and released, and the writes by which it did.
    struct Claim: Sendable {
        var objects: [JSON] = []
        var writes: [ObjectWrite] = []
    }

    /// Sorts `candidates` into those that `owner` controls and the rest.
    ///
    /// An object without a controller that matches is adopted; one that is controlled and does not
    /// match any more is released. Neither happens while owner or object are being deleted.
    static func claim(_ candidates: [JSON], for owner: JSON, _ selector: LabelSelector) -> Claim {
        var claim = Claim()
        for object in candidates {
            if let controller = object.controllerReference {
                guard controller["uid"]?.string == owner.uid else { continue }
                if selector.matches(object) {
                    claim.objects.append(object)
                } else if !owner.isBeingDeleted {
                    claim.writes.append(.update(released(object, from: owner)))
                }
            } else if selector.matches(object), !object.isBeingDeleted, !owner.isBeingDeleted {
                var adopted = object
                adopted.ownerReferences = object.ownerReferences + [reference(to: owner)]
                claim.writes.append(.update(adopted))
                claim.objects.append(adopted)
            }
        }
        return claim
    }

    private static func released(_ object: JSON, from owner: JSON) -> JSON {
        var released = object
        released.ownerReferences = object.ownerReferences.filter { $0["uid"]?.string != owner.uid }
        return released
    }

    /// The address of the controller of `object`, when that is a `kind`.
    static func controller(
        of object: JSON,
        kind: String,
        _ resource: ResourceName
    ) -> ObjectAddress? {
        guard let reference = object.controllerReference, reference["kind"]?.string == kind,
            let name = reference["name"]?.string
        else { return nil }
        return ObjectAddress(resource, namespace: object.namespace ?? "", name: name)
    }
}

extension ObjectChange {
    /// The addresses of those controllers of `kind` that a change of one of their parts concerns:
    /// the controller now, the controller before, and whoever may adopt an object that has none.
    func controllers(
        kind: String,
        _ resource: ResourceName,
        in view: ClusterView,
        selector: (JSON) -> LabelSelector
    ) -> [ObjectAddress] {
        var found: [ObjectAddress] = []
        for version in [object, previous].compactMap({ $0 }) {
            if let address = Ownership.controller(of: version, kind: kind, resource) {
                found.append(address)
            }
        }
        let namespace = object.namespace ?? ""
        if self.kind != .deleted, object.controllerReference == nil {
            for owner in view.objects(resource, namespace: namespace)
            where selector(owner).matches(object) {
                found.append(ObjectAddress(resource, of: owner))
            }
        }
        return Array(Set(found)).sorted()
    }
}

extension LabelSelector {
    /// What a workload's `spec.selector` selects; an unreadable or absent one selects nothing.
    static func ofWorkload(_ workload: JSON) -> LabelSelector {
        do throws(SelectorError) {
            return try LabelSelector(object: workload.at("spec", "selector"))
        } catch {
            return .nothing
        }
    }

    /// What the map of labels in a Service's or ReplicationController's `spec.selector` selects.
    static func ofMap(_ owner: JSON) -> LabelSelector {
        guard let map = owner.at("spec", "selector")?.stringMap else { return .nothing }
        do throws(SelectorError) {
            return try LabelSelector(matching: map)
        } catch {
            return .nothing
        }
    }
}
