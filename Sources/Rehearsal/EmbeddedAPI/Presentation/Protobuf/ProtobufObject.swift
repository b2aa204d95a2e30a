import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects

/// Reads the binary form in which typed clients send objects, `kubectl create` among them.
///
/// What such a client did not set is mostly empty on the wire rather than absent: whoever stores
/// the object tells apart what that means, as he does for JSON from the same clients.
struct ProtobufObject {
    private static let mediaType = "application/vnd.kubernetes.protobuf"
    private static let magic = Array("k8s\0".utf8)

    /// The request with its body as JSON; other requests stay as they are.
    static func asJSON(_ request: HTTPRequest) throws(APIStatusError) -> HTTPRequest {
        let type = request.headers["Content-Type"] ?? ""
        guard type.hasPrefix(mediaType), !request.body.isEmpty else { return request }
        guard request.body.starts(with: magic),
            let envelope = WireFields(request.body.dropFirst(magic.count)),
            let identity = envelope.bytes(1).flatMap(WireFields.init)
        else {
            throw .badRequest("provided data does not appear to be a protobuf message")
        }
        let apiVersion = identity.text(1)
        let kind = identity.text(2)
        guard let known = GroupVersionKind(apiVersion: apiVersion, kind: kind),
            let schema = SchemaCatalog.builtIn.schema(for: known),
            let name = SchemaCatalog.builtIn.definitionName(for: known),
            let content = WireFields(envelope.bytes(2) ?? [])
        else {
            throw .badRequest("no kind \"\(kind)\" is registered for version \"\(apiVersion)\"")
        }
        guard var object = ProtobufObject().object(content, name, schema) else {
            throw .badRequest("unable to decode \(kind): the message is damaged")
        }
        object.apiVersion = apiVersion
        object.kind = kind
        var answer = request
        answer.body = object.encoded()
        answer.headers["Content-Type"] = "application/json"
        return answer
    }

    /// The numbers of each type's fields, read once.
    private static let types: [String: [Int: Substring]] = {
        var types: [String: [Int: Substring]] = [:]
        for line in FieldNumbers.table.description.split(separator: "\n") {
            let words = line.split(separator: " ")
            var names: [Int: Substring] = [:]
            for word in words.dropFirst() {
                let pair = word.split(separator: "=")
                if let number = Int(pair[1]) { names[number] = pair[0] }
            }
            types[String(words[0])] = names
        }
        return types
    }()

    private static let prefixes = [
        ("io.k8s.apimachinery.pkg.apis.meta.", "meta."), ("io.k8s.api.", ""),
    ]

    private static func shortName(_ name: String) -> String {
        for (prefix, replacement) in prefixes where name.hasPrefix(prefix) {
            return replacement + name.dropFirst(prefix.count)
        }
        return name
    }

    /// Nil when the message is damaged.
    private func object(_ fields: WireFields, _ type: String, _ schema: TypeSchema) -> JSON? {
        var members: JSONMembers = [:]
        guard read(fields, Self.shortName(type), schema, into: &members) else { return nil }
        return .object(members)
    }

    /// Reads the fields of one type, and of those inlined into it, into the same object.
    private func read(
        _ fields: WireFields,
        _ type: String,
        _ schema: TypeSchema,
        into members: inout JSONMembers
    ) -> Bool {
        // Fields that have come since are left out, as an older server leaves them out.
        let names = Self.types[type] ?? [:]
        for (number, value) in fields.fields {
            guard let name = names[number] else { continue }
            if name.first == "+" {
                guard case .bytes(let bytes) = value, let inner = WireFields(bytes),
                    read(inner, String(name.dropFirst()), schema, into: &members)
                else { return false }
                continue
            }
            guard let place = schema.field(String(name)) else { continue }
            guard add(value, place, to: &members[String(name)]) else { return false }
        }
        return true
    }

    /// Adds one occurrence of a field: lists and maps have one for each element.
    private func add(_ value: WireFields.Value, _ place: TypeSchema, to member: inout JSON?) -> Bool
    {
        switch (place.kind, value) {
        case (.list, _):
            guard let items = place.items, let element = element(value, items) else { return false }
            member = .array((member?.array ?? []) + [element])
        case (.map, .bytes(let bytes)):
            guard let entry = WireFields(bytes), let values = place.values else { return false }
            var map = member ?? .emptyObject
            map[entry.text(1)] = mapValue(entry, values)
            member = map
        default:
            guard let read = element(value, place) else { return false }
            if !read.isNull { member = read }
        }
        return true
    }

    private func mapValue(_ entry: WireFields, _ schema: TypeSchema) -> JSON {
        guard schema.kind == .list else {
            return element(.bytes(entry.bytes(2) ?? []), schema) ?? ""
        }
        // A list as the value of a map stands in a message of its own.
        let list = WireFields(entry.bytes(2) ?? [])
        return .array(
            (list?.fields ?? []).compactMap { field in
                schema.items.flatMap { element(field.value, $0) }
            }
        )
    }

    private func element(_ value: WireFields.Value, _ schema: TypeSchema) -> JSON? {
        switch value {
        case .number(let number): return scalar(number, schema.kind)
        case .bytes(let bytes): return content(bytes, schema)
        }
    }

    private func scalar(_ number: UInt64, _ kind: TypeSchema.Kind) -> JSON {
        switch kind {
        case .boolean: .bool(number != 0)
        case .number: .number(JSONNumber(literal: "\(Double(bitPattern: number))"))
        default: .int(Int64(bitPattern: number))
        }
    }

    private func content(_ bytes: ArraySlice<UInt8>, _ schema: TypeSchema) -> JSON? {
        switch schema.kind {
        case .string: return .string(String(decoding: bytes, as: UTF8.self))
        case .bytes: return .string(Base64.encoded(Array(bytes)))
        case .quantity: return WireFields(bytes).map { .string($0.text(1)) }
        case .time, .microTime: return WireFields(bytes).map { time($0, schema.kind) }
        case .intOrString:
            return WireFields(bytes).map { $0.int(1) == 0 ? .int($0.int(2)) : .string($0.text(3)) }
        case .any: return raw(bytes)
        default:
            guard let name = schema.referenceName, let fields = WireFields(bytes) else {
                return nil
            }
            return object(fields, name, schema)
        }
    }

    private func time(_ fields: WireFields, _ kind: TypeSchema.Kind) -> JSON {
        guard !fields.fields.isEmpty else { return .null }
        let nanoseconds = Int64(fields.int(1)) * 1_000_000_000 + Int64(fields.int(2))
        let time = WallTime(nanosecondsSinceEpoch: nanoseconds)
        return .string(kind == .time ? time.rfc3339 : time.rfc3339Micro)
    }

    /// JSON that travels as it is.
    private func raw(_ bytes: ArraySlice<UInt8>) -> JSON? {
        guard let content = WireFields(bytes)?.bytes(1) else { return .null }
        do { return try JSON.parse(Array(content)) } catch { return nil }
    }
}
