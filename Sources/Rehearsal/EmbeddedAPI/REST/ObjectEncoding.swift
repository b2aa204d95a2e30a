import HTTPTransport
import JSONValues
import KubernetesObjects

/// Turns stored objects into the bytes that readers see, each form once for all of them.
struct ObjectEncoding: Sendable {
    let definition: ResourceDefinition
    /// The version that the reader asked for.
    let version: String
    let representation: Representation
    /// For readers of tables.
    let table: TableView?

    /// One object by itself.
    func bytes(of object: StoredObject) -> [UInt8] {
        // The cells of a table hold ages, so that no two readers see the same.
        if table != nil { return view(of: object.value).encoded() }
        return object.encoded(form: form("object")) { view(of: $0).encoded() }
    }

    /// One object by itself, as it is handed over or written.
    func document(of object: StoredObject) -> HTTPDocument {
        HTTPDocument(value: { view(of: object.value) }, bytes: { bytes(of: object) })
    }

    /// One object as an element of a list, where built-in kinds leave out what they are.
    private func itemBytes(of object: StoredObject) -> [UInt8] {
        object.encoded(form: form("item")) { item(view(of: $0)).encoded() }
    }

    /// One line of a watch.
    ///
    /// `isFirst` matters to tables: the first event says what the columns are.
    func eventBytes(_ kind: ChangeKind, _ object: StoredObject, isFirst: Bool) -> [UInt8] {
        var line = Array("{\"type\":\"\(kind.rawValue)\",\"object\":".utf8)
        if let table {
            let seen = definition.converted(object.value, to: version)
            line += table.table(of: seen, hasColumns: isFirst).encoded()
        } else {
            line += bytes(of: object)
        }
        line += Array("}\n".utf8)
        return line
    }

    /// The object in the version and form of this reader.
    func view(of stored: JSON) -> JSON {
        var object = definition.converted(stored, to: version)
        if let table { return table.table(of: object) }
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

    /// A list of objects as one document.
    func list(_ objects: [StoredObject], metadata: JSON) -> HTTPDocument {
        if let table {
            let seen = objects.map { definition.converted($0.value, to: version) }
            return HTTPDocument(table.table(of: seen, metadata: metadata))
        }
        return HTTPDocument(
            value: { listValue(objects, metadata) },
            bytes: { listBytes(objects, metadata) }
        )
    }

    private func listValue(_ objects: [StoredObject], _ metadata: JSON) -> JSON {
        let identity = listIdentity
        return [
            "kind": .string(identity.kind), "apiVersion": .string(identity.apiVersion),
            "metadata": metadata,
            "items": .array(
                objects.map { object in
                    object.shown(form: form("item")) { item(view(of: $0)) }
                }
            ),
        ]
    }

    private func listBytes(_ objects: [StoredObject], _ metadata: JSON) -> [UInt8] {
        let identity = listIdentity
        var bytes = Array("{\"kind\":\"\(identity.kind)\",".utf8)
        bytes += Array("\"apiVersion\":\"\(identity.apiVersion)\",".utf8)
        bytes += Array("\"metadata\":".utf8) + metadata.encoded()
        bytes += Array(",\"items\":[".utf8)
        for (index, object) in objects.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += itemBytes(of: object)
        }
        return bytes + Array("]}".utf8)
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
