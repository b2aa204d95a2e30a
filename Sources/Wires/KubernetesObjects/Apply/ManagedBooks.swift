import JSONValues

/// An object's managed fields as they were last written, beside what was read of them.
///
/// Whoever writes one object again and again need not read them again.
package struct ManagedBooks: Sendable {
    /// What the object carries.
    let json: [JSON]
    /// The same, read.
    let read: ManagedFields

    init(_ fields: ManagedFields) {
        read = fields
        json = fields.json
    }

    /// Reads a list, unless it is this one; one that cannot be read counts as none, as on a server.
    static func read(_ list: [JSON], known: ManagedBooks?) -> ManagedFields {
        if let known, known.json == list { return known.read }
        do { return try ManagedFields(json: list) } catch { return ManagedFields() }
    }
}
