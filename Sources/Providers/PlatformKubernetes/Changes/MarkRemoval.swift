import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Takes the marks of a run off what it created or took over: when the run is finished, and never before.
///
/// The marks of a copy go with them: what has crossed is no copy any more, and its original is gone.
/// Repeated: what bears no mark of this run is left alone. It cannot be undone.
struct MarkRemoval: ChangeMaker {
    let access: SiteAccess
    let objects: [ObjectReference]

    /// Records nothing: the marks say themselves what is to be removed.
    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        for object in objects {
            try await unmark(object, mark.run)
            try await InheritedMarks(access: access, workload: object).removeStale()
        }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        throw .rejected(reason: "the marks that `finish` took away cannot be given back")
    }

    /// Takes the marks of this run off one object.
    func unmark(_ reference: ObjectReference, _ run: RunID) async throws(ProviderError) {
        for _ in 0..<SiteAccess.conflictsMax {
            guard let found = try await access.find(reference), Marks.run(of: found) == run,
                let uid = found.uid
            else { return }
            if try await access.patch(.merge(patch(of: found, uid)), of: reference) != nil {
                return
            }
            try await access.pauseBeforeAnotherTry()
        }
        throw .unavailable(
            reason: "\(reference) at \(access.context) is being changed all the time",
            retryAfter: nil
        )
    }

    /// The uid makes the patch fail on another object of the name.
    private func patch(of found: JSON, _ uid: String) -> JSON {
        var annotations = nulls(for: found.annotations)
        let holder = found.annotations[Marks.dnsController]
        if holder == Marks.sliceManager || holder == MarkNames.dnsHolderOfCopies {
            annotations[Marks.dnsController] = .null
        }
        var metadata: JSONMembers = [
            "uid": .string(uid), "labels": .object(nulls(for: found.labels)),
            "annotations": .object(annotations),
        ]
        if WorkloadID(found) != nil {
            metadata["resourceVersion"] = found.resourceVersion.map(JSON.string)
            metadata["managedFields"] = .array(MarkRemoval.managersWithoutScale(of: found))
        }
        return ["metadata": .object(metadata)]
    }

    /// How many replicas there are and whether it is suspended is its user's to say from now on, or its
    /// autoscaler's, and no field of ours.
    private static func managersWithoutScale(of found: JSON) -> [JSON] {
        let ours: Set<String> = [
            KubernetesClient.Configuration().fieldManager, MarkNames.copyManager,
            MarkNames.copyStarter,
        ]
        let scale = FieldSet([
            [.name("spec"), .name("replicas")], [.name("spec"), .name("suspend")],
        ])
        var managed = ManagedFields(of: found)
        managed.entries = managed.entries.compactMap { entry in
            guard ours.contains(entry.manager.name) else { return entry }
            var entry = entry
            entry.fields = entry.fields.difference(scale)
            return entry.fields.isEmpty ? nil : entry
        }
        return managed.json
    }

    private func nulls(for members: [String: String]) -> JSONMembers {
        JSONMembers(members.keys.filter(MarkNames.isOurs).map { (key: $0, value: .null) })
    }
}
