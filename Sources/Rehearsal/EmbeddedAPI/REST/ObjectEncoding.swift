import JSONValues
import KubernetesObjects

/// Turns stored objects into the bytes that readers see, each form once for all of them.
struct ObjectEncoding: Sendable {
    let definition: ResourceDefinition
    /// The version that the reader asked for.
    let version: String
    let representation: Representation

    /// One object by itself.
    func bytes(of object: StoredObject) -> [UInt8] {
        object.encoded(form: form("object")) { view(of: $0).encoded() }
    }

    /// One object as an element of a list, where built-in kinds leave out what they are.
    func itemBytes(of object: StoredObject) -> [UInt8] {
        object.encoded(form: form("item")) { item(view(of: $0)).encoded() }
    }

    /// One line of a watch.
    func eventBytes(_ kind: ChangeKind, _ object: StoredObject) -> [UInt8] {
        var line = Array("{\"type\":\"\(kind.rawValue)\",\"object\":".utf8)
        line += bytes(of: object)
        line += Array("}\n".utf8)
        return line
    }

    /// The object in the version and form of this reader.
    func view(of stored: JSON) -> JSON {
        var object = definition.converted(stored, to: version)
        guard case .partialMetadata(let metaVersion) = representation else { return object }
        object = ["metadata": object.metadata ?? .emptyObject]
        object.apiVersion = "meta.k8s.io/\(metaVersion)"
        object.kind = "PartialObjectMetadata"
        return object
    }

    private func item(_ object: JSON) -> JSON {
        guard !definition.isCustom, representation == .object else { return object }
        var object = object
        object.apiVersion = nil
        object.kind = nil
        return object
    }

    /// What the list itself says it is.
    var listIdentity: (apiVersion: String, kind: String) {
        switch representation {
        case .partialMetadata(let metaVersion):
            ("meta.k8s.io/\(metaVersion)", "PartialObjectMetadataList")
        default: (definition.apiVersion(version), definition.listKind)
        }
    }

    private func form(_ place: String) -> String {
        switch representation {
        case .object, .table: "\(place) \(version)"
        case .partialMetadata(let metaVersion): "\(place) \(version) metadata \(metaVersion)"
        }
    }
}
