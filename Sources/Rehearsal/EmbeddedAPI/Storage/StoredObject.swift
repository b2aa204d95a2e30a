import JSONValues
import Synchronization

/// One version of one object as it was stored; it never changes.
///
/// Every reader shares it, and the bytes it is sent as are made once for all of them.
final class StoredObject: Sendable {
    let value: JSON
    /// Its labels: every list that asks for some looks at them.
    let labels: JSON?
    let key: ObjectKey
    /// When this version was written: its `metadata.resourceVersion`.
    let revision: Int
    private let encodings = Mutex<[String: [UInt8]]>([:])
    private let views = Mutex<[String: JSON]>([:])

    init(value: JSON, key: ObjectKey, revision: Int) {
        self.value = value
        labels = value.at("metadata", "labels")
        self.key = key
        self.revision = revision
    }

    /// The bytes of one form of the object; `encode` runs for the first reader only.
    ///
    /// `form` tells the forms apart: the API version, and whatever else a view adds.
    func encoded(form: String, encode: (JSON) -> [UInt8]) -> [UInt8] {
        if let bytes = encodings.withLock({ $0[form] }) { return bytes }
        let bytes = encode(value)
        encodings.withLock { $0[form] = bytes }
        return bytes
    }

    /// One form of the object as a value; `show` runs for the first reader only.
    func shown(form: String, show: (JSON) -> JSON) -> JSON {
        if let view = views.withLock({ $0[form] }) { return view }
        let view = show(value)
        views.withLock { $0[form] = view }
        return view
    }
}

/// Where an object stands among those of its resource.
///
/// Keys sort as those of etcd do: by the bytes of `namespace/name`.
struct ObjectKey: Hashable, Comparable, Sendable {
    /// Empty for cluster-wide objects.
    let namespace: String
    let name: String

    var path: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

    static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        if left.namespace == right.namespace { return left.name < right.name }
        // Most namespaces differ before either ends, and then no path is made of them.
        for (one, other) in zip(left.namespace.utf8, right.namespace.utf8) where one != other {
            return one < other
        }
        return left.path < right.path
    }

    // Few objects of one resource have the same name, so that hashing it is enough.
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What happened to an object.
package enum ChangeKind: String, Sendable {
    case added = "ADDED"
    case modified = "MODIFIED"
    case deleted = "DELETED"
}

/// One entry of a resource's history.
struct StoredChange: Sendable {
    let kind: ChangeKind
    let resource: ResourceName
    /// The new version; of a deletion the last one, with the revision of the deletion.
    let object: StoredObject
    let previous: StoredObject?

    var revision: Int { object.revision }
}
