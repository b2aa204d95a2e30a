import JSONValues
import KubernetesObjects

/// In which form a copy holds objects: what they say of who owns which field is often as large as all
/// the rest, and much the same in many of them.
struct HeldForm {
    /// Whether the objects are those of the source, of which only Services are asked who chose what in
    /// them.
    let isSlim: Bool
    /// What was seen so far, so that it is held once.
    private var known: Set<JSON> = []

    init(isSlim: Bool) { self.isSlim = isSlim }

    mutating func held(_ object: JSON) -> JSON {
        let entries = object.managedFields
        if entries.isEmpty { return object }
        var held = object
        if isSlim, object.groupKind != "Service" {
            let owners = entries.map { entry in
                var entry = entry
                entry["fieldsV1"] = .emptyObject
                entry["time"] = nil
                return entry
            }
            held.managedFields = once(.array(owners)).array ?? owners
        } else {
            held.managedFields = entries.map { entry in
                var entry = entry
                entry["fieldsV1"] = entry["fieldsV1"].map { once($0) }
                return once(entry)
            }
        }
        return held
    }

    private mutating func once(_ value: JSON) -> JSON {
        known.insert(value).memberAfterInsert
    }
}
