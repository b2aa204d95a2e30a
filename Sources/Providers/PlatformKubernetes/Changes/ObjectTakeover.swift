import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Takes over one object that a copy made: it bears the marks of the run from then on and has the form
/// that the run needs, while its copy leaves it alone.
///
/// Repeated: what bears this step's mark is left alone. Undone: it is as it was found, the copy's marks
/// and who owns which of its fields included; what never bore this step's mark is not touched.
struct ObjectTakeover: Sendable {
    let access: SiteAccess
    let planned: PlannedObject

    private var reference: ObjectReference { planned.reference }

    /// What giving the object back needs; nil when it is not there.
    func survey() async throws(ProviderError) -> JSON? {
        guard let found = try await access.find(reference) else { return nil }
        let image = FencedObject.image(
            found,
            [
                "uid": found.uid.map(JSON.string) ?? .null,
                "spec": .object(shaped(of: found)),
                "dns": found.annotations[Marks.dnsController].map(JSON.string) ?? .null,
                "managedFields": .array(found.managedFields),
            ]
        )
        return image.clear.value
    }

    /// `known` is the object as it was found just now.
    func perform(_ known: JSON, mark: StepMark) async throws(ProviderError) -> JSON {
        let object = FencedObject.forward(access, reference, mark)
        if Marks.isMade(known, by: mark) {
            try await object.ensureStamp()
        } else {
            try checkUnchanged(known)
            try await checkOriginal()
            try await merge(through: object) { found async throws(ProviderError) in
                if Marks.isMade(found, by: mark) { return Optional.none }
                try checkUnchanged(found)
                return try await taking(found, mark)
            }
        }
        if planned.form == .withoutSelector {
            try await ServiceSelector(access: access, service: reference.serviceName)
                .removeLeftovers()
        }
        return known
    }

    /// Gives back what `image` says; two writes, as a server takes down who made the first.
    func giveBack(_ image: JSON, mark: StepMark) async throws(ProviderError) {
        guard let found = try await access.find(reference), let uid = found.uid,
            image["uid"]?.string == uid
        else { return }
        let before = BeforeImage(clear: image)
        let inherited = InheritedMarks(access: access, workload: reference)
        guard Marks.isMade(found, by: mark) else {
            guard Marks.run(of: found) == nil else { return }
            // A taking over by an earlier driver may still be on its way.
            if mark.epoch > 1 {
                try await FencedObject.back(access, reference, mark, to: before).write { _ in [] }
            }
            // Whoever gave it back may have come no further, and what was just written was a mark, too.
            try await inherited.removeStale()
            return
        }
        if planned.form == .withoutSelector {
            try await ServiceSelector(access: access, service: reference.serviceName)
                .keepLeftovers(mark)
        }
        let object = FencedObject.forward(access, reference, mark)
        try await merge(through: object) { found throws(ProviderError) in
            try checkSelector(of: found, against: image)
            return givingBack(image, to: found, mark)
        }
        try await merge(through: object) { found throws(ProviderError) in
            guard Marks.isMade(found, by: mark) else { return Optional.none }
            return unmarking(found, image)
        }
        try await inherited.removeStale()
    }

    // MARK: - What is written

    private func taking(_ found: JSON, _ mark: StepMark) async throws(ProviderError) -> JSON {
        var patch = Marks.stamp(mark, on: .emptyObject)
        switch planned.form {
        case .asItIs: break
        case .scaledToZero: patch.set(0, at: "spec", "replicas")
        case .behindOrdinals:
            var original = try await access.other.get(reference)
            OrdinalChange.placeBehind(&original)
            patch.set(0, at: "spec", "replicas")
            patch.set(original.at("spec", "ordinals"), at: "spec", "ordinals")
        case .suspended: patch.set(true, at: "spec", "suspend")
        case .withoutSelector: patch.set(.null, at: "spec", "selector")
        case .toLocalNames:
            let led = try await EntryBackend.ledToLocalNames(found, at: access)
            patch["spec"] = .object(shaped(of: led))
            patch.set(
                .string(Marks.sliceManager),
                at: "metadata",
                "annotations",
                Marks.dnsController
            )
        }
        var wanted = found
        for (field, value) in patch["spec"]?.object ?? [:] { wanted.set(value, at: "spec", field) }
        if let note = MadeNote(of: wanted) {
            patch.set(.string(note.text), at: "metadata", "annotations", Marks.made)
        }
        return patch
    }

    /// Nil when everything is as it was, but for the marks.
    private func givingBack(_ image: JSON, to found: JSON, _ mark: StepMark) -> JSON? {
        var patch = JSON.emptyObject
        let spec = image["spec"]?.object ?? [:]
        if shaped(of: found) != spec { patch["spec"] = .object(spec) }
        let dns = image["dns"] ?? .null
        if (found.annotations[Marks.dnsController].map(JSON.string) ?? .null) != dns {
            patch.set(dns, at: "metadata", "annotations", Marks.dnsController)
        }
        guard patch != .emptyObject else { return nil }
        patch.set(.string(EpochStamp(mark).text), at: "metadata", "annotations", Marks.epoch)
        return patch
    }

    /// Takes the marks off, and lets everybody own again what was theirs; what controllers have said
    /// of its status meanwhile stays theirs.
    private func unmarking(_ found: JSON, _ image: JSON) -> JSON {
        func isOfStatus(_ entry: JSON) -> Bool { entry["subresource"] == "status" }
        let recorded = (image["managedFields"]?.array ?? []).filter { !isOfStatus($0) }
        let managers = recorded + found.managedFields.filter(isOfStatus)
        return [
            "metadata": [
                "labels": [Marks.run: .null],
                "annotations": [
                    Marks.step: .null, Marks.made: .null, Marks.epoch: image["stamp"] ?? .null,
                ],
                "managedFields": .array(managers),
            ]
        ]
    }

    /// The fields of the spec that the form changes, as they are; null for what is not there, as a
    /// merge patch takes it away.
    private func shaped(of object: JSON) -> JSONMembers {
        let fields: [String] =
            switch planned.form {
            case .asItIs: []
            case .scaledToZero: ["replicas"]
            case .behindOrdinals: ["replicas", "ordinals"]
            case .suspended: ["suspend"]
            case .withoutSelector: ["selector"]
            case .toLocalNames: ["defaultBackend", "rules"]
            }
        return JSONMembers(fields.map { (key: $0, value: object.at("spec", $0) ?? .null) })
    }

    /// Merges what `patch` answers of the object as it is into it, until it answers nil or the server
    /// takes it.
    private func merge(
        through object: FencedObject,
        _ patch: (JSON) async throws(ProviderError) -> JSON?
    ) async throws(ProviderError) {
        for _ in 0..<SiteAccess.conflictsMax {
            let found = try await object.read()
            guard var wanted = try await patch(found) else { return }
            // The version makes the server refuse it when anybody wrote meanwhile.
            wanted.resourceVersion = found.resourceVersion
            if try await access.patch(.merge(wanted), of: reference) != nil { return }
            try await access.pauseBeforeAnotherTry()
        }
        throw object.busy
    }

    // MARK: - What must be so

    private func checkUnchanged(_ found: JSON) throws(ProviderError) {
        guard let present = planned.present else { return }
        // Of what keeps its content the copy may bring a newer one at any moment.
        let isFollowed = planned.form == .asItIs && found.labels[MarkNames.copy] != nil
        if present.isStill(found) || (isFollowed && found.uid == present.uid) { return }
        throw .drift(
            reason: "\(reference) changed at \(access.context) since the plan was made; it was not "
                + "touched. Make the plan anew"
        )
    }

    /// What is run must be what the plan saw, wherever it was made.
    private func checkOriginal() async throws(ProviderError) {
        guard planned.form != .asItIs else { return }
        let original = try await access.other.get(reference)
        guard planned.original.isStill(original) else {
            throw .drift(
                reason: "\(reference) changed at \(access.other.context) since the plan was made; "
                    + "make the plan anew"
            )
        }
    }

    private func checkSelector(of found: JSON, against image: JSON) throws(ProviderError) {
        guard planned.form == .withoutSelector, let selector = found.at("spec", "selector"),
            selector != image["spec"]?["selector"]
        else { return }
        throw .drift(
            reason:
                "the selector of \(reference) at \(access.context) is \(selector.text()), which "
                + "is neither what this run found nor what it set; somebody else changed it"
        )
    }
}

extension ObjectReference {
    /// The name of the Service that it is.
    fileprivate var serviceName: ServiceName {
        ServiceName(namespace: namespace ?? "", name: name)
    }
}
