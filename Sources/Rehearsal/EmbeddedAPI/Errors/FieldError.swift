import JSONValues

/// What is wrong with one field: apimachinery's `field.Error`.
struct FieldError: Equatable, Sendable, CustomStringConvertible {
    /// The kinds of mistakes; raw values are the reasons that causes carry.
    enum Kind: String, Sendable {
        case notFound = "FieldValueNotFound"
        case required = "FieldValueRequired"
        case duplicate = "FieldValueDuplicate"
        case invalid = "FieldValueInvalid"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case internalError = "InternalError"
        case typeInvalid = "FieldValueTypeInvalid"
    }

    let type: Kind
    let field: String
    /// The message without the field: what a cause says.
    let body: String

    /// The message with the field in front, as the joined text has it.
    var description: String { "\(field): \(body)" }
}

extension FieldError {
    /// A value that cannot stand here; the value is shown.
    static func invalid(_ field: String, _ value: JSON?, _ detail: String) -> FieldError {
        FieldError(type: .invalid, field: field, body: bodyText("Invalid value", value, detail))
    }

    static func invalid(_ field: String, _ value: String, _ detail: String) -> FieldError {
        invalid(field, .string(value), detail)
    }

    /// A value that cannot stand here, shown as this text.
    static func invalid(_ field: String, shown: String, _ detail: String) -> FieldError {
        FieldError(type: .invalid, field: field, body: joined("Invalid value: \(shown)", detail))
    }

    /// An object with its members in the order of a Go struct; those that are absent are left out.
    static func text(of object: JSON, order: [String]) -> String {
        let members = order.compactMap { key in
            object[key].map { "\(JSON.string(key).text()):\($0.text())" }
        }
        return "{\(members.joined(separator: ","))}"
    }

    static func required(_ field: String, _ detail: String = "") -> FieldError {
        FieldError(type: .required, field: field, body: joined("Required value", detail))
    }

    static func duplicate(_ field: String, _ value: JSON) -> FieldError {
        FieldError(type: .duplicate, field: field, body: bodyText("Duplicate value", value, ""))
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldError {
        FieldError(type: .forbidden, field: field, body: joined("Forbidden", detail))
    }

    static func notFound(_ field: String, _ value: JSON) -> FieldError {
        FieldError(type: .notFound, field: field, body: bodyText("Not found", value, ""))
    }

    static func notSupported(
        _ field: String,
        _ value: JSON,
        supported: [String]
    ) -> FieldError {
        let quoted = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        let detail = supported.isEmpty ? "" : "supported values: \(quoted)"
        return FieldError(
            type: .notSupported,
            field: field,
            body: bodyText("Unsupported value", value, detail)
        )
    }

    static func tooLong(_ field: String, max: Int) -> FieldError {
        FieldError(
            type: .tooLong,
            field: field,
            body: "Too long: may not be more than \(max) bytes"
        )
    }

    static func tooMany(_ field: String, count: Int, max: Int) -> FieldError {
        FieldError(
            type: .tooMany,
            field: field,
            body: "Too many: \(count): must have at most \(max) item\(max == 1 ? "" : "s")"
        )
    }

    /// A value that is none of those supported, shown as this text.
    static func notSupported(_ field: String, shown: String, supported: [String]) -> FieldError {
        let quoted = supported.map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldError(
            type: .notSupported,
            field: field,
            body: joined("Unsupported value: \(shown)", "supported values: \(quoted)")
        )
    }

    private static func bodyText(_ word: String, _ value: JSON?, _ detail: String) -> String {
        joined("\(word): \(value?.text() ?? "null")", detail)
    }

    private static func joined(_ word: String, _ detail: String) -> String {
        detail.isEmpty ? word : "\(word): \(detail)"
    }
}
