import JSONValues

/// An object's managed fields as they were last written, beside what was read of them.
///
/// Whoever writes one object again and again neither reads nor writes what did not change since.
package struct ManagedBooks: Sendable {
    /// What the object carries.
    let json: [JSON]
    /// The same, read.
    let read: ManagedFields
    private let texts: [(entry: ManagedFields.Entry, json: JSON)]

    /// Writes them; what is as in `earlier` is taken from there.
    init(_ fields: ManagedFields, earlier: ManagedBooks?) {
        read = fields
        texts = fields.sorted.map { entry in
            let known = earlier?.texts.first {
                $0.entry.manager == entry.manager && $0.entry.fields == entry.fields
            }
            guard let known else { return (entry, entry.json) }
            var json = known.json
            if known.entry.time != entry.time { json["time"] = entry.time.map(JSON.string) }
            return (entry, json)
        }
        json = texts.map(\.json)
    }

    /// Reads a list, unless it is this one; one that cannot be read counts as none, as on a server.
    static func read(_ list: [JSON], known: ManagedBooks?) -> ManagedFields {
        if let known, known.json == list { return known.read }
        do { return try ManagedFields(json: list) } catch { return ManagedFields() }
    }
}
