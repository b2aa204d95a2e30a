import JSONValues

/// Reads an object as a server decodes a request: what the type does not have is dropped and named,
/// and what does not fit its type is refused.
///
/// Texts are those of `sigs.k8s.io/json` and `encoding/json` behind a server's decoder. Fields come
/// sorted, where a server has them in the order of the document.
package struct FieldValidation: Sendable {
    /// The object without unknown fields.
    package let object: JSON
    /// Where unknown fields stood: `spec.replicas2`, `spec.template.spec.containers[0].imag`.
    package let unknownFields: [String]
    /// The first value that does not fit its type, as the decoder complains of it.
    package let problem: String?

    /// Unknown fields as warnings say it, one each: `unknown field "spec.replicas2"`.
    package var warnings: [String] { unknownFields.map { "unknown field \"\($0)\"" } }

    /// All unknown fields as `fieldValidation=Strict` refuses them; nil when there are none.
    package var strictProblem: String? {
        unknownFields.isEmpty
            ? nil : "strict decoding error: \(warnings.joined(separator: ", "))"
    }

    /// The message of the 400 that a server answers to a body that it cannot decode.
    package static func message(of problem: String, for kind: GroupVersionKind) -> String {
        "\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): \(problem)"
    }

    /// Without a schema everything is kept as it is.
    package init(_ object: JSON, schema: TypeSchema?) {
        guard let schema else {
            (self.object, unknownFields, problem) = (object, [], nil)
            return
        }
        var reader = FieldReader()
        let read = reader.read(object, schema, FieldReader.Place())
        (self.object, unknownFields, problem) = (read, reader.unknownFields, reader.problem)
    }
}

private struct FieldReader {
    /// Where the reader is, in the two ways in which messages have it.
    struct Place {
        /// With positions: `spec.containers[0].image`.
        var path = ""
        /// Without positions and map keys, as `encoding/json` has it: `spec.containers.image`.
        var fieldPath = ""
        /// The innermost struct.
        var type = ""

        func field(_ name: String, of type: String) -> Place {
            Place(path: Self.join(path, name), fieldPath: Self.join(fieldPath, name), type: type)
        }

        func key(_ name: String) -> Place {
            Place(path: Self.join(path, name), fieldPath: fieldPath, type: type)
        }

        func element(_ index: Int) -> Place {
            Place(path: "\(path)[\(index)]", fieldPath: fieldPath, type: type)
        }

        private static func join(_ path: String, _ name: String) -> String {
            path.isEmpty ? name : "\(path).\(name)"
        }
    }

    var unknownFields: [String] = []
    var problem: String?

    mutating func read(_ value: JSON, _ schema: TypeSchema, _ place: Place) -> JSON {
        switch (schema.kind, value) {
        case (.any, _), (_, .null): return value
        case (.object, .object(let members)): return readObject(members, schema, place)
        case (.map, .object(let members)):
            guard let values = schema.values else { return value }
            var kept = members
            for key in members.keys.sorted() {
                if let member = members[key] { kept[key] = read(member, values, place.key(key)) }
            }
            return .object(kept)
        case (.list, .array(let elements)):
            guard let items = schema.items else { return value }
            return .array(
                elements.enumerated().map { read($1, items, place.element($0)) }
            )
        default:
            check(value, schema, place)
            return value
        }
    }

    private mutating func readObject(
        _ members: [String: JSON],
        _ schema: TypeSchema,
        _ place: Place
    ) -> JSON {
        // An object of which nothing is known may hold anything.
        if schema.fieldNames.isEmpty { return .object(members) }
        let type = schema.shortTypeName ?? place.type
        var kept = members
        for key in members.keys.sorted() {
            guard let member = members[key] else { continue }
            if let field = schema.field(key) {
                kept[key] = read(member, field, place.field(key, of: type))
            } else if !schema.keepsUnknownFields {
                unknownFields.append(place.field(key, of: type).path)
                kept[key] = nil
            }
        }
        return .object(kept)
    }

    private mutating func check(_ value: JSON, _ schema: TypeSchema, _ place: Place) {
        guard problem == nil else { return }
        switch (schema.kind, value) {
        case (.string, .string), (.boolean, .bool), (.number, .number), (.time, .string),
            (.microTime, .string), (.intOrString, .string), (.quantity, .number):
            return
        case (.int32, .number(let number)), (.intOrString, .number(let number)):
            checkInteger(number, fits: Int32(number.literal) != nil, schema, place)
        case (.int64, .number(let number)):
            checkInteger(number, fits: Int64(number.literal) != nil, schema, place)
        case (.quantity, .string(let text)):
            do throws(Quantity.ParseError) { _ = try Quantity(text) } catch {
                problem = error.description
            }
        case (.bytes, .string(let text)):
            if let offset = Self.firstBadByte(base64: text) {
                problem = "illegal base64 data at input byte \(offset)"
            }
        default: complain(Self.jsonType(value), schema, place)
        }
    }

    private mutating func checkInteger(
        _ number: JSONNumber,
        fits: Bool,
        _ schema: TypeSchema,
        _ place: Place
    ) {
        if !fits { complain("number \(number.literal)", schema, place) }
    }

    private mutating func complain(_ seen: String, _ schema: TypeSchema, _ place: Place) {
        problem =
            "json: cannot unmarshal \(seen) into Go struct field \(place.type).\(place.fieldPath) "
            + "of type \(Self.goType(schema))"
    }

    private static func jsonType(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private static func goType(_ schema: TypeSchema) -> String {
        switch schema.kind {
        case .string: "string"
        case .bytes: "[]uint8"
        case .boolean: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .number: "float64"
        case .time: "v1.Time"
        case .microTime: "v1.MicroTime"
        case .quantity: "resource.Quantity"
        case .intOrString: "intstr.IntOrString"
        case .any: "interface {}"
        case .list: "[]" + (schema.items.map(goType) ?? "interface {}")
        case .map: "map[string]" + (schema.values.map(goType) ?? "interface {}")
        case .object:
            (schema.referenceName ?? "").split(separator: ".").suffix(2).joined(separator: ".")
        }
    }

    /// Where Go's base64 decoder would stop; nil when all is well.
    ///
    /// Line breaks are skipped.
    private static func firstBadByte(base64 text: String) -> Int? {
        var digits = 0
        var padding = 0
        let bytes = Array(text.utf8)
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case 0x0A, 0x0D: continue
            case UInt8(ascii: "="):
                guard digits % 4 >= 2, digits % 4 + padding < 4 else { return offset }
                padding += 1
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"):
                guard padding == 0 else { return offset }
                digits += 1
            default: return offset
            }
        }
        return (digits + padding) % 4 == 0 ? nil : bytes.count / 4 * 4
    }
}
