import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Creates objects from their originals at the other site, and takes over those that the plan saw there.
///
/// Repeated: what bears this step's mark is left alone. Undone: what bears it is deleted, by uid, or
/// given back where it was taken over. What stands under a name without the mark is never touched, and
/// is drift unless the plan saw it.
struct ObjectCreation: ChangeMaker {
    let access: SiteAccess
    let objects: [PlannedObject]

    /// Where a before-image has what was taken over, by its reference.
    static let imageKey = "takenOver"

    /// Records what is taken over; what is absent comes back by being deleted.
    func survey() async throws(ProviderError) -> BeforeImage {
        var images: JSONMembers = [:]
        for object in objects where object.present != nil {
            let image = try await ObjectTakeover(access: access, planned: object).survey()
            images["\(object.reference)"] = image
        }
        guard !images.isEmpty else { return BeforeImage() }
        return BeforeImage(clear: [ObjectCreation.imageKey: .object(images)])
    }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        var uids: JSONMembers = [:]
        for object in objects {
            let created = try await ensure(object, mark: mark)
            uids["\(object.reference)"] = created.uid.map(JSON.string) ?? .null
        }
        return Receipt(details: ["uids": .object(uids)])
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        let images = before.clear.value[ObjectCreation.imageKey]
        for object in objects.reversed() {
            if object.present != nil {
                guard let image = images?["\(object.reference)"] else { continue }
                try await ObjectTakeover(access: access, planned: object)
                    .giveBack(image, mark: mark)
                continue
            }
            guard let found = try await access.find(object.reference),
                Marks.isMade(found, by: mark), let uid = found.uid
            else { continue }
            if object.reference.kind == "Namespace" {
                try await NamespaceRemoval(
                    access: access,
                    name: object.reference.name,
                    uid: uid,
                    mark: mark
                ).remove()
            } else {
                try await FencedObject.forward(access, object.reference, mark).delete(uid: uid)
            }
        }
    }

    private func ensure(
        _ planned: PlannedObject,
        mark: StepMark
    ) async throws(ProviderError) -> JSON {
        let reference = planned.reference
        if let found = try await access.find(reference) {
            guard planned.present != nil else {
                return try await accept(found, for: planned, mark: mark)
            }
            return try await ObjectTakeover(access: access, planned: planned)
                .perform(found, mark: mark)
        }
        guard planned.present == nil else {
            throw .drift(
                reason: "\(reference) was at \(access.context) when the plan was made and is gone; "
                    + "make the plan anew"
            )
        }
        let original = try await original(of: planned)
        let object = try await formed(Marks.portable(original), planned.form)
        if let created = try await access.create(Marks.stamp(mark, on: object), as: reference) {
            try checkOrdinals(of: created, as: object)
            if let form = MadeForm(of: created) {
                try await form.ensureNoted(through: .forward(access, reference, mark))
            }
            return created
        }
        // Somebody was faster: it is ours from an attempt whose answer was lost, or a stranger's.
        return try await accept(try await access.get(reference), for: planned, mark: mark)
    }

    private func accept(
        _ found: JSON,
        for planned: PlannedObject,
        mark: StepMark
    ) async throws(ProviderError) -> JSON {
        if Marks.isMade(found, by: mark) {
            let object = FencedObject.forward(access, planned.reference, mark)
            if let form = MadeForm(of: found) {
                try await form.ensureNoted(through: object)
            } else {
                try await object.ensureStamp()
            }
            return found
        }
        throw .drift(
            reason: "\(planned.reference) is at \(access.context) already and is not of this run; "
                + "it was not touched. Remove it or leave it out of the migration, then plan anew"
        )
    }

    /// A server whose gate is switched off drops the field without a word.
    private func checkOrdinals(of created: JSON, as wanted: JSON) throws(ProviderError) {
        let (start, asked) = (OrdinalRange(of: created).start, OrdinalRange(of: wanted).start)
        guard start != asked else { return }
        throw .rejected(
            reason: "the server of \(access.context) has left out spec.ordinals.start of "
                + "\(created.namespacedName): StatefulSetStartOrdinal is switched off there. State "
                + "activation: exclusive for it, and plan anew"
        )
    }

    private func original(of planned: PlannedObject) async throws(ProviderError) -> JSON {
        let original = try await access.other.get(planned.reference)
        guard planned.original.isStill(original) else {
            throw .drift(
                reason: "\(planned.reference) changed at \(access.other.context) since the plan "
                    + "was made; make the plan anew"
            )
        }
        return original
    }

    private func formed(
        _ object: JSON,
        _ form: PlannedObject.Form
    ) async throws(ProviderError) -> JSON {
        var object = object
        switch form {
        case .asItIs: break
        case .scaledToZero: object.set(0, at: "spec", "replicas")
        case .behindOrdinals: OrdinalChange.placeBehind(&object)
        case .suspended: object.set(true, at: "spec", "suspend")
        case .withoutSelector:
            object.remove(at: "spec", "selector")
            makeInternal(&object)
        case .toLocalNames:
            object = try await EntryBackend.ledToLocalNames(object, at: access)
            object.set(
                .string(Marks.sliceManager),
                at: "metadata",
                "annotations",
                Marks.dnsController
            )
        }
        return object
    }

    /// A name that is led across a bridge takes no address from outside.
    private func makeInternal(_ service: inout JSON) {
        if let type = service.at("spec", "type")?.string, type != "ExternalName" {
            service.set("ClusterIP", at: "spec", "type")
        }
        for field in [
            "externalIPs", "loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRanges",
            "allocateLoadBalancerNodePorts", "externalTrafficPolicy", "healthCheckNodePort",
        ] {
            service.remove(at: "spec", field)
        }
        guard let ports = service.at("spec", "ports")?.array else { return }
        let internalPorts = ports.map { port in
            var port = port
            port["nodePort"] = nil
            return port
        }
        service.set(.array(internalPorts), at: "spec", "ports")
    }
}
