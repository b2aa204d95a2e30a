import Clocks
import JSONValues
import KubernetesObjects

/// Reads an object as a Go server does: into the fields of its type and out again.
///
/// Unknown fields fall away and are named; values of the wrong type are refused in Go's words; what
/// is empty is left out, and what is always written is added.
struct WireReader {
    /// Why an object cannot be read.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let description: String
        /// What is said where the value was part of a strategic merge patch, which a server converts
        /// rather than reads.
        let conversion: String

        init(description: String, conversion: String? = nil) {
            self.description = description
            self.conversion = conversion ?? description
        }
    }

    /// The paths of the fields that fell away, sorted.
    private(set) var unknownFields: [String] = []
    private var path: [String] = []
    private var elementPath: [String] = []

    /// The object as the server holds it.
    ///
    /// `known` is a form of it that was read already: what is the same in both is not read again.
    mutating func read(
        _ object: JSON,
        _ kind: GroupVersionKind,
        schema: TypeSchema,
        known: JSON? = nil
    ) throws(Failure) -> JSON {
        let form = WireForm.form(
            of: schema,
            named: SchemaCatalog.builtIn.definitionName(for: kind)
        )
        let result = try structure(object, form, known: known)
        unknownFields.sort()
        return result
    }

    private mutating func structure(
        _ value: JSON,
        _ form: WireForm,
        known: JSON? = nil
    ) throws(Failure) -> JSON {
        guard case .object(let members) = value else {
            throw mismatch(value, in: form, type: "v1.\(form.goName)")
        }
        var result: JSONMembers = [:]
        for (name, member) in members {
            guard let field = form.fields[name] else {
                unknownFields.append((elementPath + [name]).joined(separator: "."))
                continue
            }
            if member.isNull { continue }
            let knownMember = known?[name]
            if knownMember == member {
                result[name] = member
                continue
            }
            path.append(name)
            elementPath.append(name)
            let read = try self.value(member, field.shape, form, known: knownMember)
            path.removeLast()
            elementPath.removeLast()
            if keeps(read, field) { result[name] = read }
        }
        for field in form.alwaysWritten where result[field.name] == nil {
            if let value = try absentValue(field) { result[field.name] = value }
        }
        return .object(result)
    }

    private func keeps(_ value: JSON, _ field: WireForm.Field) -> Bool {
        guard field.mode == .optional else { return true }
        switch value {
        case .object(let members):
            if case .map = field.shape { return !members.isEmpty }
            return true
        case .array(let elements): return !elements.isEmpty
        case .string(let text): return !text.isEmpty
        case .bool(let flag):
            if case .scalar(.any) = field.shape { return true }
            return flag
        case .number(let number):
            if case .scalar(.any) = field.shape { return true }
            return number.double != 0
        case .null: return false
        }
    }

    private mutating func absentValue(_ field: WireForm.Field) throws(Failure) -> JSON? {
        switch field.mode {
        case .optional, .pointer: return nil
        case .listAlways, .timeAlways: return .null
        case .quantityAlways: return "0"
        case .structAlways:
            guard case .structure(let schema) = field.shape else { return .emptyObject }
            return try structure(.emptyObject, WireForm.form(of: schema))
        case .scalarAlways:
            guard case .scalar(let kind) = field.shape else { return nil }
            switch kind {
            case .boolean: return false
            case .int32, .int64, .number, .intOrString: return 0
            default: return ""
            }
        }
    }

    private mutating func value(
        _ value: JSON,
        _ shape: WireForm.Shape,
        _ owner: WireForm,
        known: JSON? = nil
    ) throws(Failure) -> JSON {
        switch shape {
        case .scalar(let kind): return try scalar(value, kind, owner)
        case .structure(let schema):
            guard case .object = value else {
                let name = WireForm.form(of: schema).goName
                throw mismatch(value, in: owner, type: "v1.\(name)")
            }
            return try structure(value, WireForm.form(of: schema), known: known)
        case .list(let element):
            guard case .array(let elements) = value else {
                throw mismatch(value, in: owner, type: goType(shape))
            }
            var read: [JSON] = []
            read.reserveCapacity(elements.count)
            let last = elementPath.removeLast()
            for (index, item) in elements.enumerated() {
                elementPath.append("\(last)[\(index)]")
                read.append(try self.value(item, element, owner))
                elementPath.removeLast()
            }
            elementPath.append(last)
            return .array(read)
        case .map(let element):
            guard case .object(let members) = value else {
                throw mismatch(value, in: owner, type: goType(shape))
            }
            var read: JSONMembers = [:]
            for (key, item) in members {
                if item.isNull {
                    // A null string in a map is Go's zero value.
                    if case .scalar(.string) = element { read[key] = "" }
                    continue
                }
                read[key] = try self.value(item, element, owner)
            }
            return .object(read)
        }
    }

    private func scalar(
        _ value: JSON,
        _ kind: TypeSchema.Kind,
        _ owner: WireForm
    ) throws(Failure) -> JSON {
        switch (kind, value) {
        case (.any, _), (.boolean, .bool), (.number, .number), (.string, .string): return value
        case (.int32, .number(let number)), (.int64, .number(let number)):
            guard let whole = number.int else {
                throw mismatch(value, in: owner, type: goType(.scalar(kind)))
            }
            return .int(whole)
        case (.intOrString, .string): return value
        case (.intOrString, .number(let number)):
            guard number.int != nil else { throw mismatch(value, in: owner, type: "int32") }
            return value
        case (.bytes, .string(let text)):
            guard Base64.decoded(text) != nil else {
                throw Failure(description: "illegal base64 data at input byte 0")
            }
            return value
        case (.time, .string(let text)), (.microTime, .string(let text)):
            return try time(text, kind)
        case (.quantity, .string(let text)): return .string(try canonical(quantity: text))
        case (.quantity, .number(let number)):
            return .string(try canonical(quantity: number.literal))
        default: throw mismatch(value, in: owner, type: goType(.scalar(kind)))
        }
    }

    private func time(_ text: String, _ kind: TypeSchema.Kind) throws(Failure) -> JSON {
        if kind == .microTime, !text.contains(".") {
            throw Failure(
                description: "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\": "
                    + "cannot parse \"\(text.dropFirst(19))\" as \".000000\""
            )
        }
        guard let time = WallTime(rfc3339: text) else {
            let layout =
                kind == .microTime
                ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00"
            throw Failure(
                description: "parsing time \"\(text)\" as \"\(layout)\": cannot parse \"\(text)\" "
                    + "as \"2006\""
            )
        }
        return .string(kind == .microTime ? time.rfc3339Micro : time.rfc3339)
    }

    private func canonical(quantity text: String) throws(Failure) -> String {
        do throws(Quantity.ParseError) {
            return try Quantity(text).description
        } catch {
            throw Failure(description: error.description)
        }
    }

    private func mismatch(_ value: JSON, in form: WireForm, type: String) -> Failure {
        let word =
            switch value {
            case .null: "null"
            case .bool: "bool"
            case .number(let number): number.int == nil ? "number \(number.literal)" : "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        return Failure(
            description: "json: cannot unmarshal \(word) into Go struct field "
                + "\(form.goName).\(path.joined(separator: ".")) of type \(type)",
            conversion: Self.conversion(of: value, to: type)
        )
    }

    private static func conversion(of value: JSON, to type: String) -> String {
        let kind =
            switch value {
            case .null: "invalid"
            case .bool: "bool"
            case .number(let number): number.int == nil ? "float64" : "int64"
            case .string: "string"
            case .array: "slice"
            case .object: "map"
            }
        if type.hasPrefix("map[") { return "cannot restore map from \(kind)" }
        if type.hasPrefix("[]") { return "cannot restore slice from \(kind)" }
        if type.hasPrefix("v1.") { return "cannot restore struct from: \(kind)" }
        return "cannot convert \(kind) to \(type)"
    }

    private func goType(_ shape: WireForm.Shape) -> String {
        switch shape {
        case .list(let element): "[]" + goType(element)
        case .map(let element): "map[string]" + goType(element)
        case .structure(let schema): "v1." + WireForm.form(of: schema).goName
        case .scalar(let kind):
            switch kind {
            case .boolean: "bool"
            case .int32: "int32"
            case .int64: "int64"
            case .bytes: "[]uint8"
            default: "string"
            }
        }
    }
}
