import JSONValues

/// How a write changes who owns what, as the field manager of a server keeps books.
extension ManagedFields {
    /// More Update entries than this are put together into one, `ancient-changes`.
    private static let updateManagersMax = 10

    /// What no manager owns, for the server alone writes it or it cannot change.
    static let unowned: FieldSet = {
        let metadata = [
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName",
            "generation", "managedFields", "resourceVersion",
        ]
        let top: [[FieldElement]] = ["apiVersion", "kind", "metadata"].map { [.name($0)] }
        return FieldSet(top + metadata.map { [.name("metadata"), .name($0)] })
    }()

    /// What a write does to an object's books.
    ///
    /// - Parameters:
    ///   - before: the live object, nil when the object is being created.
    ///   - after: the object as it will be stored; it may carry managed fields of the request.
    ///   - manager: the request's field manager.
    ///   - apiVersion: of the request.
    ///   - subresource: `status`, `scale`; empty for the object itself.
    ///   - schema: of the object's kind; nil for one without a schema.
    ///   - time: RFC 3339 with seconds.
    ///   - ignored: what this endpoint does not write, so that nobody owns it through it: `status`
    ///     for the object itself, `spec` for `/status`.
    ///   - books: those of the object as they were last written, if they are known; then those of now.
    /// - Returns: `after` with its managed fields.
    /// - Throws: when a list element lacks what tells it apart.
    package static func update(
        before: JSON?,
        after: JSON,
        manager: String,
        apiVersion: String,
        subresource: String = "",
        schema: TypeSchema?,
        time: String,
        ignored: FieldSet = FieldSet(),
        books: inout ManagedBooks?
    ) throws(ApplyFailure) -> JSON {
        var managed = decoded(
            before: before?.managedFields ?? [],
            after: subresource.isEmpty ? after : nil,
            books
        )
        var result = after
        result.managedFields = []
        // An object that nobody's books were kept of stays so: they begin with its creation, or
        // with the first apply.
        if managed.isEmpty, before?.uid != nil { return result }
        let writer = Manager(
            name: manager.isEmpty ? "unknown" : manager,
            operation: .update,
            apiVersion: apiVersion,
            subresource: subresource
        )
        try managed.record(
            from: before.map(withoutManagedFields) ?? schema?.emptyObject ?? .emptyObject,
            to: result,
            by: writer,
            schema: schema,
            time: time,
            ignored: ignored
        )
        managed.capUpdates()
        let written = ManagedBooks(managed)
        books = written
        result.managedFields = written.json
        return result
    }

    static func withoutManagedFields(_ object: JSON) -> JSON {
        var object = object
        object.managedFields = []
        return object
    }

    /// `after` is nil where a request can say nothing of managed fields.
    private static func decoded(
        before: [JSON],
        after: JSON?,
        _ books: ManagedBooks?
    ) -> ManagedFields {
        guard let after else { return ManagedBooks.read(before, known: books) }
        if isReset(after.at("metadata", "managedFields")?.array) { return ManagedFields() }
        let requested = ManagedBooks.read(after.managedFields, known: books)
        return requested.isEmpty ? ManagedBooks.read(before, known: books) : requested
    }

    /// The writer owns what it added and changed; others lose what was changed under them, and
    /// everybody loses what is gone.
    mutating func record(
        from before: JSON,
        to after: JSON,
        by writer: Manager,
        schema: TypeSchema?,
        time: String,
        ignored: FieldSet
    ) throws(ApplyFailure) {
        let comparison = try FieldComparison(from: before, to: after, schema: schema)
            .without(ignored)
        let changed = comparison.changed
        release(changed.union(comparison.removed))
        let own = changed.difference(Self.unowned)
        guard !own.isEmpty else { return }
        let previous = self[writer]?.fields ?? FieldSet()
        self[writer] = Entry(manager: writer, fields: own.union(previous), time: time)
    }

    /// Takes fields from all managers but one.
    ///
    /// A manager that owns nothing is gone.
    mutating func release(_ fields: FieldSet, keeping exempt: Manager? = nil) {
        guard !fields.isEmpty else { return }
        for index in entries.indices {
            if let exempt, entries[index].manager.isSame(as: exempt) { continue }
            entries[index].fields = entries[index].fields.difference(fields)
        }
        entries.removeAll { $0.fields.isEmpty }
    }

    /// The oldest Update entries of a version become one, so that the list stays short.
    private mutating func capUpdates() {
        let updates = entries.filter { $0.manager.operation == .update }
        guard updates.count > Self.updateManagersMax else { return }
        let oldest = updates.sorted { left, right in
            (left.time ?? "", left.manager) < (right.time ?? "", right.manager)
        }
        var count = updates.count
        var firsts: [String: Entry] = [:]
        for entry in oldest where count > Self.updateManagersMax {
            let version = entry.manager.apiVersion
            guard let first = firsts[version] else {
                firsts[version] = entry
                continue
            }
            let bucket = Manager(name: "ancient-changes", operation: .update, apiVersion: version)
            if self[bucket] == nil {
                self[first.manager] = nil
                self[bucket] = Entry(manager: bucket, fields: first.fields)
            }
            let gathered = self[bucket]?.fields ?? FieldSet()
            self[entry.manager] = nil
            self[bucket] = Entry(
                manager: bucket,
                fields: gathered.union(entry.fields),
                time: entry.time
            )
            count -= 1
        }
    }
}
