import JSONValues

/// Server-side apply: a manager says what it wants of an object, and owns just that.
///
/// The rules are those of `sigs.k8s.io/structured-merge-diff` and of the field manager in
/// `k8s.io/apimachinery`. One thing is simpler here: managers of another API version of the kind are
/// compared in the version of the request, for the twin stores one version.
package enum ServerSideApply {
    static let lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration"

    /// What an object becomes when `applied` is applied to it.
    ///
    /// - Parameters:
    ///   - applied: the request's object; it may name as little as it likes.
    ///   - live: the stored object, nil when it is to be created.
    ///   - manager: the request's field manager.
    ///   - force: whether to take over fields that others own with another value.
    ///   - schema: of the kind; nil for one without a schema.
    ///   - time: RFC 3339 with seconds.
    ///   - subresource: `status`; empty for the object itself.
    ///   - ignored: what this endpoint does not write.
    /// - Returns: the object with its managed fields. When nothing changes but the books, only they
    ///   differ from `live`.
    /// - Throws: the conflicts, or why the request is refused.
    /// - Throws: the conflicts, or why the request is refused.
    package static func apply(
        applied: JSON,
        live: JSON?,
        manager: String,
        force: Bool,
        schema: TypeSchema?,
        time: String,
        subresource: String = "",
        ignored: FieldSet = FieldSet()
    ) throws(ApplyFailure) -> JSON {
        guard let kind = applied.groupVersionKind else {
            throw .badRequest("invalid object type: \(applied.kind ?? "")")
        }
        if let liveKind = live?.groupVersionKind, liveKind != kind {
            throw .badRequest("invalid object type: \(kind)")
        }
        if let fields = applied.at("metadata", "managedFields"), !fields.isNull {
            throw .badRequest("metadata.managedFields must be nil")
        }
        let problems = ApplyValidation.problems(of: applied, schema: schema)
        guard problems.isEmpty else {
            throw .invalid(
                "failed to create typed patch object (\(applied.namespace ?? "")/"
                    + "\(applied.name ?? ""); \(kind)): \(ApplyValidation.message(problems))"
            )
        }
        var attempt = Attempt(
            applied: applied,
            live: live,
            writer: ManagedFields.Manager(
                name: manager,
                operation: .apply,
                apiVersion: kind.apiVersion,
                subresource: subresource
            ),
            schema: schema,
            time: time,
            ignored: ignored
        )
        var result = try attempt.run(force: force)
        if manager == "kubectl", result.annotations[lastAppliedAnnotation]?.isEmpty == false {
            result.annotations[lastAppliedAnnotation] = lastApplied(of: applied)
        }
        return result
    }

    /// What kubectl would have written into its annotation, with the line break at its end.
    private static func lastApplied(of applied: JSON) -> String {
        var object = applied
        var annotations = object.annotations
        annotations[lastAppliedAnnotation] = nil
        object.annotations = annotations
        return object.text() + "\n"
    }
}

/// One apply on its way.
private struct Attempt {
    let applied: JSON
    let live: JSON?
    let writer: ManagedFields.Manager
    let schema: TypeSchema?
    let time: String
    let ignored: FieldSet

    private var place: ApplyPlace { ApplyPlace(schema) }

    mutating func run(force: Bool) throws(ApplyFailure) -> JSON {
        do {
            return try merged(force: force)
        } catch .conflicts(let conflicts) where writer.name == "kubectl" {
            // kubectl may take over what it wrote by client-side apply before.
            let allowed = try ownedByLastApplied()
            let refused = conflicts.filter { !allowed.contains($0.path) }
            guard refused.isEmpty else { throw .conflicts(refused) }
            return try merged(force: true)
        }
    }

    private func merged(force: Bool) throws(ApplyFailure) -> JSON {
        let base =
            live.map(ManagedFields.withoutManagedFields) ?? schema?.emptyObject ?? .emptyObject
        var managed = ManagedFields(of: live)
        if managed.isEmpty, let live { try managed.begin(with: live, self) }
        let last = managed[writer]
        let own = try FieldSet(of: applied, schema: schema).recursiveDifference(ignored)
        managed[writer] = ManagedFields.Entry(manager: writer, fields: own, time: last?.time)
        var result = try AppliedMerge.merge(base, applied, at: place) ?? .emptyObject
        if let last, !last.fields.isEmpty {
            result = try pruned(result, managed, last: last.fields)
        }
        try settle(&managed, from: base, to: result, force: force)
        result = AppliedMerge.withoutLeftovers(result, at: place)
        if var entry = managed[writer] {
            entry.fields = entry.fields.difference(ManagedFields.unowned)
            if live == nil || result != base { entry.time = time }
            managed[writer] = entry.fields.isEmpty ? Optional.none : entry
        }
        result.managedFields = managed.json
        return result
    }

    /// Others lose what the apply changes, if it may take it, and what is gone.
    private func settle(
        _ managed: inout ManagedFields,
        from base: JSON,
        to result: JSON,
        force: Bool
    ) throws(ApplyFailure) {
        let comparison = try FieldComparison(from: base, to: result, schema: schema)
            .without(ignored)
        let changed = comparison.changed
        if !force {
            var conflicts: [ApplyConflict] = []
            for entry in managed.entries where !entry.manager.isSame(as: writer) {
                for path in entry.fields.intersection(changed).paths {
                    conflicts.append(ApplyConflict(manager: entry.manager, path: path))
                }
            }
            guard conflicts.isEmpty else {
                // Stable, so that each manager's paths stay in order.
                throw .conflicts(
                    conflicts.enumerated().sorted {
                        ($0.element.manager, $0.offset) < ($1.element.manager, $1.offset)
                    }.map(\.element)
                )
            }
        }
        managed.release(changed.union(comparison.removed), keeping: writer)
        managed.entries.removeAll { $0.fields.isEmpty }
    }

    /// Takes away what was applied before, is not applied now, and belongs to nobody else.
    private func pruned(
        _ merged: JSON,
        _ managed: ManagedFields,
        last: FieldSet
    ) throws(ApplyFailure) -> JSON {
        let place = place
        let lastFields = last.withDeclaredParents(at: place)
        let mergedSet = try FieldSet(of: merged, schema: schema).withDeclaredParents(at: place)
        // Everything of the last apply goes, then what anybody owns comes back, this apply too.
        let without = AppliedMerge.remove(lastFields, from: merged, at: place)
        let owned = managed.entries.reduce(FieldSet()) { $0.union($1.fields) }
            .withDeclaredParents(at: place)
        let withoutSet = try FieldSet(of: without, schema: schema).withDeclaredParents(at: place)
        let restored = AppliedMerge.remove(
            mergedSet.difference(withoutSet.union(owned)),
            from: merged,
            at: place
        )
        // What the last apply did not own but hung below what it did comes back as well.
        let restoredSet = try FieldSet(of: restored, schema: schema)
            .withDeclaredParents(at: place)
        return AppliedMerge.remove(
            mergedSet.difference(restoredSet).intersection(lastFields),
            from: merged,
            at: place
        )
    }

    /// The fields that the annotation of client-side apply names with the live value.
    private func ownedByLastApplied() throws(ApplyFailure) -> FieldSet {
        guard let live,
            let text = live.annotations[ServerSideApply.lastAppliedAnnotation], !text.isEmpty
        else { return FieldSet() }
        let last: JSON
        do { last = try JSON.parse(text) } catch { return FieldSet() }
        guard last.apiVersion == writer.apiVersion else { return FieldSet() }
        let comparison = try FieldComparison(from: last, to: live, schema: schema)
        return try FieldSet(of: last, schema: schema)
            .difference(comparison.changed).difference(comparison.removed)
    }
}

extension ManagedFields {
    /// What was there before anybody applied belongs to a manager that stands for all of them.
    fileprivate mutating func begin(with live: JSON, _ attempt: Attempt) throws(ApplyFailure) {
        try record(
            from: attempt.schema?.emptyObject ?? .emptyObject,
            to: Self.withoutManagedFields(live),
            by: Manager(
                name: "before-first-apply",
                operation: .update,
                apiVersion: attempt.writer.apiVersion,
                subresource: attempt.writer.subresource
            ),
            schema: attempt.schema,
            time: attempt.time,
            ignored: attempt.ignored
        )
    }
}
