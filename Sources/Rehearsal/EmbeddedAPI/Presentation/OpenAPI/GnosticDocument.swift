import JSONValues

/// The second version's document in the binary form that older clients insist on.
///
/// The messages are those of gnostic's `openapi.v2`; only the fields that our documents use are
/// written, each with the number that its definition gives.
struct GnosticDocument: Sendable {
    let bytes: [UInt8]

    init(_ document: JSON) {
        var message = ProtobufMessage()
        message.add(1, document["swagger"]?.string ?? "2.0")
        var info = ProtobufMessage()
        info.add(1, document.at("info", "title")?.string ?? "")
        info.add(2, document.at("info", "version")?.string ?? "")
        message.add(2, info)
        message.add(8, Self.named(document["paths"], field: 2, Self.path))
        message.add(9, Self.named(document["definitions"], field: 1, Self.schema))
        bytes = message.bytes
    }

    /// The members of an object as a list of named messages, sorted.
    private static func named(
        _ object: JSON?,
        field: Int,
        _ value: (JSON) -> ProtobufMessage
    ) -> ProtobufMessage {
        var list = ProtobufMessage()
        for (name, member) in object?.object ?? [:] {
            var entry = ProtobufMessage()
            entry.add(1, name)
            entry.add(2, value(member))
            list.add(field, entry)
        }
        return list
    }

    private static func path(_ item: JSON) -> ProtobufMessage {
        var message = ProtobufMessage()
        if let get = item["get"] { message.add(2, operation(get)) }
        if let patch = item["patch"] { message.add(8, operation(patch)) }
        return message
    }

    private static func operation(_ operation: JSON) -> ProtobufMessage {
        var message = ProtobufMessage()
        for parameter in operation["parameters"]?.array ?? [] {
            message.add(8, queryParameter(parameter))
        }
        message.add(9, named(operation["responses"], field: 1, response))
        addExtensions(of: operation, to: &message, field: 13)
        return message
    }

    /// `ParametersItem` around `Parameter` around `NonBodyParameter` around the query parameter.
    private static func queryParameter(_ parameter: JSON) -> ProtobufMessage {
        var query = ProtobufMessage()
        query.add(2, "query")
        query.add(4, parameter["name"]?.string ?? "")
        query.add(6, parameter["type"]?.string ?? "")
        return [3, 2, 1].reduce(query) { inner, field in
            var outer = ProtobufMessage()
            outer.add(field, inner)
            return outer
        }
    }

    private static func response(_ response: JSON) -> ProtobufMessage {
        var inner = ProtobufMessage()
        inner.add(1, response["description"]?.string ?? "")
        var value = ProtobufMessage()
        value.add(1, inner)
        return value
    }

    private static func schema(_ schema: JSON) -> ProtobufMessage {
        var message = ProtobufMessage()
        if let reference = schema["$ref"]?.string { message.add(1, reference) }
        if let format = schema["format"]?.string { message.add(2, format) }
        if let description = schema["description"]?.string { message.add(4, description) }
        for name in schema["required"]?.array ?? [] { message.add(19, name.string ?? "") }
        if let values = schema["additionalProperties"] {
            message.add(21, wrapped(Self.schema(values)))
        }
        if let type = schema["type"]?.string {
            var item = ProtobufMessage()
            item.add(1, type)
            message.add(22, item)
        }
        if let items = schema["items"] { message.add(23, wrapped(Self.schema(items))) }
        if let properties = schema["properties"] {
            message.add(25, named(properties, field: 1, Self.schema))
        }
        addExtensions(of: schema, to: &message, field: 31)
        return message
    }

    private static func wrapped(_ inner: ProtobufMessage) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, inner)
        return message
    }

    /// The members whose names begin with `x-`; their values travel as YAML, which JSON is.
    private static func addExtensions(
        of object: JSON,
        to message: inout ProtobufMessage,
        field: Int
    ) {
        let members = (object.object ?? [:]).filter { $0.key.hasPrefix("x-") }
        for (name, value) in members {
            var any = ProtobufMessage()
            any.add(2, value.text())
            var entry = ProtobufMessage()
            entry.add(1, name)
            entry.add(2, any)
            message.add(field, entry)
        }
    }
}
