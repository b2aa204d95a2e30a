import HTTPTransport
import JSONValues
import KubernetesObjects
import YAMLDocuments

/// The four ways to say what should change.
enum ObjectPatch: Sendable {
    case json(JSONPatch)
    case merge(JSON)
    case strategic(JSON)
    case apply(JSON)

    var isApply: Bool {
        if case .apply = self { true } else { false }
    }

    init(_ call: APICall) throws(APIStatusError) {
        let body = call.request.body
        var accepted = [
            "application/json-patch+json", "application/merge-patch+json",
            "application/strategic-merge-patch+json", "application/apply-patch+yaml",
        ]
        if call.route.definition.isCustom { accepted.remove(at: 2) }
        guard accepted.contains(call.request.contentType) else {
            if call.route.definition.isCustom {
                throw .unsupportedMediaType(accepted: accepted)
            }
            throw APIStatusError(
                code: 415,
                reason: "UnsupportedMediaType",
                message: "415: Unsupported Media Type",
                details: APIStatusError.Details()
            )
        }
        switch call.request.contentType {
        case "application/json-patch+json": self = .json(try Self.operations(body))
        case "application/merge-patch+json":
            self = .merge(try Self.parsed(body, prefix: "error decoding patch: "))
        case "application/strategic-merge-patch+json":
            self = .strategic(try Self.parsed(body, prefix: ""))
        default: self = .apply(try Self.applied(body))
        }
    }

    private static func parsed(
        _ body: [UInt8],
        prefix: String
    ) throws(APIStatusError) -> JSON {
        do throws(JSONParseError) {
            return try JSON.parse(body)
        } catch {
            throw .badRequest(prefix + GoJSONError.text(of: body))
        }
    }

    private static func operations(_ body: [UInt8]) throws(APIStatusError) -> JSONPatch {
        let document = try parsed(body, prefix: "error decoding patch: ")
        guard document.array != nil else {
            throw .badRequest(
                "error decoding patch: json: cannot unmarshal \(GoJSONError.word(for: document)) "
                    + "into Go value of type []handlers.jsonPatchOp"
            )
        }
        do throws(JSONPatch.Failure) {
            return try JSONPatch(document: document)
        } catch {
            throw .badRequest("error decoding patch: \(error)")
        }
    }

    /// Applied objects are YAML, and JSON is YAML, which is read the faster way.
    ///
    /// YAML has no escaped slash, so what a careless JSON writer makes of one is refused.
    private static func applied(_ body: [UInt8]) throws(APIStatusError) -> JSON {
        let prefix = "error decoding YAML: error converting YAML to JSON: yaml: "
        if body.first == UInt8(ascii: "{") {
            if hasEscapedSlash(body) {
                throw .badRequest(prefix + "found unknown escape character")
            }
            do throws(JSONParseError) {
                return try JSON.parse(body)
            } catch {
                // Then it may be another style of YAML.
            }
        }
        do throws(YAMLError) {
            return try YAMLDocuments.parse(body).first?.json ?? .emptyObject
        } catch {
            throw .badRequest(prefix + "line \(error.place.line): \(error.problem)")
        }
    }

    private static func hasEscapedSlash(_ body: [UInt8]) -> Bool {
        var isEscaped = false
        for byte in body {
            if isEscaped {
                if byte == UInt8(ascii: "/") { return true }
                isEscaped = false
            } else {
                isEscaped = byte == UInt8(ascii: "\\")
            }
        }
        return false
    }

    /// What a strategic merge patch that cannot be merged is answered with: the server counts most
    /// of that as its own failure.
    private static func refusal(_ failure: StrategicMergePatch.Failure) -> APIStatusError {
        failure.status == 400
            ? .badRequest(failure.description)
            : APIStatusError(code: failure.status, reason: "", message: failure.description)
    }

    /// The object that did not fit, as a refusal quotes it.
    ///
    /// A patched object stands there as JSON: what the patch touched with its keys sorted, and the
    /// rest in the order of the Go types, of which only the metadata's is kept here. Of a strategic
    /// merge patch it is the patch, as Go prints a map.
    func shown(_ patched: JSON) -> String {
        let touched: Set<String>
        switch self {
        case .strategic(let patch): return StrategicMergePatch.goText(patch)
        case .merge(let patch), .apply(let patch):
            touched = Set((patch.object ?? [:]).keys)
        case .json(let patch):
            touched = Set(
                patch.operations.compactMap {
                    $0.path?.split(separator: "/").first.map(String.init)
                }
            )
        }
        let members = (patched.object ?? [:]).map { key, value in
            let isAsStored = key == "metadata" && !touched.contains(key)
            let text =
                isAsStored ? FieldError.text(of: value, order: Self.metadataOrder) : value.text()
            return "\(JSON.string(key).text()):\(text)"
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// The fields of `ObjectMeta` in the order of the Go type.
    private static let metadataOrder = [
        "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation",
        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels",
        "annotations", "ownerReferences", "finalizers", "managedFields",
    ]

    /// What the object of `version` becomes.
    func patched(
        _ object: JSON,
        _ definition: ResourceDefinition,
        _ version: String
    ) throws(APIStatusError) -> JSON {
        switch self {
        case .json(let patch):
            do throws(JSONPatch.Failure) {
                return try patch.apply(to: object)
            } catch {
                throw APIStatusError(
                    code: 422,
                    reason: "Invalid",
                    message: "the server rejected our request due to an error in our request",
                    details: APIStatusError.Details()
                )
            }
        case .merge(let patch): return JSONMergePatch.apply(patch, to: object)
        case .strategic(let patch):
            let kind = GroupVersionKind(
                group: definition.name.group,
                version: version,
                kind: definition.kind
            )
            do throws(StrategicMergePatch.Failure) {
                return try StrategicMergePatch.apply(
                    patch,
                    to: object,
                    schema: SchemaCatalog.builtIn.schema(for: kind)
                )
            } catch {
                throw Self.refusal(error)
            }
        case .apply(let object): return object
        }
    }
}
