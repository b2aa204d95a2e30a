import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// What crosses keeps its namespace, by which names, bridges and callers know it; a copy under another name
    /// would be another one, which nothing leads to.
    mutating func checkNamespaces() {
        for name in file.namespaces {
            guard let other = file.copy.transforms.namespaces[name] else { continue }
            notes.problem(
                "Namespace \(name)",
                "spec.copy.transforms.namespaces calls it \(other) at the target, and what crosses "
                    + "keeps the name of its namespace",
                remedy: "leave it out there; to copy under another name, write a file of its own "
                    + "for `diolkos copy`, without spec.traffic"
            )
        }
    }

    /// Whether what a copy made at the target is what this migration would make; notes why not.
    ///
    /// A copy of this migration may have changed it on its way, as the file says. Without that, what
    /// differs from the source is of yesterday, or somebody's.
    mutating func isUsable(
        _ trace: CopyTrace,
        _ reference: ObjectReference,
        _ form: PlannedObject.Form
    ) -> Bool {
        guard trace.copy == file.name else {
            notes.problem(
                "\(reference)",
                "the copy \"\(trace.copy)\" made it at the target, and this migration is called "
                    + "\"\(file.name)\"",
                remedy: "take that copy away with `diolkos copy --undo --name \(trace.copy)`, and "
                    + "copy with the migration's file"
            )
            return false
        }
        guard trace.changes.isEmpty else {
            notes.problem(
                "\(reference)",
                "it was copied, and others have changed it at the target since: "
                    + EstateSurvey.listing(trace.changes),
                remedy: "take the change over into the source, delete the object at the target and "
                    + "copy again"
            )
            return false
        }
        if isLikeOriginal(reference, form) { return true }
        if file.copy.transforms != CopyTransforms(), form != .withoutSelector {
            notes.find(
                "\(reference) at the target differs from the source's, as what the file changes on "
                    + "the way may explain; `diolkos copy --dry-run` tells whether it is of today."
            )
            return true
        }
        notes.problem(
            "\(reference)",
            "it was copied, and differs from the source's as that is now",
            remedy: "copy again and plan again; what a copy then calls unchanged, somebody has "
                + "changed at the target: delete it there first"
        )
        return false
    }

    /// Whether it says what the original says, in all that the form leaves as it is.
    private func isLikeOriginal(_ reference: ObjectReference, _ form: PlannedObject.Form) -> Bool {
        switch form {
        case .withoutSelector:
            let name = ServiceName(namespace: reference.namespace ?? "", name: reference.name)
            guard let original = source.services.first(where: { $0.name == name }),
                let copy = target.services.first(where: { $0.name == name })
            else { return false }
            return copy.selector == original.selector && copy.ports == original.ports
        case .toLocalNames:
            let key = ObjectKey(reference)
            let original = source.entries.first { ObjectKey($0.reference) == key }
            return original?.rules
                == target.entries.first { ObjectKey($0.reference) == key }?.rules
        case .asItIs, .scaledToZero, .behindOrdinals, .suspended:
            let key = ObjectKey(reference)
            guard let digest = sourceObjects[key]?.contentDigest else { return false }
            return digest == targetObjects[key]?.contentDigest
        }
    }

    /// What the pods of a workload read, where it was copied or is to be; what a controller makes is made at
    /// the target by its own.
    func configuration(of record: WorkloadRecord) -> [CopiedConfiguration] {
        guard file.freeze != .none else { return [] }
        return record.configuration.compactMap { reference in
            guard let original = sourceObjects[ObjectKey(reference)], original.generatedBy == nil
            else { return nil }
            return CopiedConfiguration(
                reference: reference,
                original: original.seen,
                keysApart: targetObjects[ObjectKey(reference)].map(original.keysApart) ?? []
            )
        }
    }

    /// Copies are many, and the same is to be said of all.
    mutating func noteCopies() {
        func listing(_ references: Set<ObjectReference>) -> String {
            EstateSurvey.listing(references.map(\.description))
        }
        if !notes.copiesKept.isEmpty {
            notes.find(
                "What `diolkos copy` made at the target is used as it is: "
                    + "\(listing(notes.copiesKept))."
            )
        }
        if !notes.copiesTaken.isEmpty {
            notes.find(
                "What `diolkos copy` made at the target is taken over: "
                    + "\(listing(notes.copiesTaken)). A rollback gives it back as it is now, and "
                    + "after the finish it is no copy any more."
            )
        }
        let running = target.workloads.filter {
            $0.replicas > 0 && notes.copiesTaken.contains($0.id.reference)
        }
        if !running.isEmpty {
            notes.find(
                "Already running at the target, and scaled to 0 until it is their turn: "
                    + EstateSurvey.listing(running.map { "\($0.id) with \($0.replicas)" }) + "."
            )
        }
    }
}
