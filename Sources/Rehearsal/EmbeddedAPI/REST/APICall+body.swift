import HTTPTransport
import JSONValues
import KubernetesObjects
import YAMLDocuments

extension APICall {
    /// The body as JSON, or the refusal of a body that is none.
    ///
    /// What stands twice in it goes to `request`, whose writer says what becomes of that.
    func document(_ request: inout WriteRequest) throws(APIStatusError) -> JSON {
        switch self.request.contentType {
        case "application/json", "":
            var duplicates: [String] = []
            let document = try parsedBody(duplicates: &duplicates)
            request.duplicateKeys = duplicates
            return document
        case "application/yaml": return try yamlBody()
        default:
            throw .unsupportedMediaType(accepted: [
                "application/json", "application/yaml", "application/vnd.kubernetes.protobuf",
            ])
        }
    }

    /// The body as JSON, whatever its type says.
    func parsedBody() throws(APIStatusError) -> JSON {
        var duplicates: [String] = []
        return try parsedBody(duplicates: &duplicates)
    }

    private func parsedBody(duplicates: inout [String]) throws(APIStatusError) -> JSON {
        let document: JSON
        do throws(JSONParseError) {
            document = try JSON.parse(request.body, duplicates: &duplicates)
        } catch {
            throw unrecognized(jsonProblem + GoJSONError.text(of: request.body))
        }
        return try checkedObject(document)
    }

    private func yamlBody() throws(APIStatusError) -> JSON {
        let documents: [YAMLNode]
        do throws(YAMLError) {
            documents = try YAMLDocuments.parse(request.body)
        } catch {
            throw unrecognized(
                "error converting YAML to JSON: yaml: line \(error.place.line): \(error.problem)"
            )
        }
        // As Go's decoder does: the first document counts.
        return try checkedObject(documents.first?.json ?? .null)
    }

    private func checkedObject(_ document: JSON) throws(APIStatusError) -> JSON {
        guard document.object != nil else {
            throw unrecognized(
                jsonProblem + "json: cannot unmarshal \(GoJSONError.word(for: document)) into Go "
                    + "value of type struct { APIVersion string "
                    + "\"json:\\\"apiVersion,omitempty\\\"\"; Kind "
                    + "string \"json:\\\"kind,omitempty\\\"\" }"
            )
        }
        return document
    }

    private var jsonProblem: String { "couldn't get version/kind; json parse error: " }

    private func unrecognized(_ problem: String) -> APIStatusError {
        .badRequest(
            "the object provided is unrecognized (must be of type \(route.definition.kind)): "
                + "\(problem) (\(Self.summary(of: request.body)))"
        )
    }

    /// The beginning of a body: as it stands when it looks like JSON, else as hexadecimal digits.
    private static func summary(of body: [UInt8]) -> String {
        guard let first = body.first else { return "<empty>" }
        let shown = body.prefix(30)
        let text =
            if first == UInt8(ascii: "{") {
                String(decoding: shown, as: UTF8.self)
            } else {
                shown.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            }
        return body.count > shown.count ? text + " ..." : text
    }

    /// The object with the identity that the path demands, or the refusal of another one.
    func identified(_ object: JSON) throws(APIStatusError) -> JSON {
        var object = object
        let kind = object.kind ?? ""
        let apiVersion = object.apiVersion ?? ""
        if !kind.isEmpty, kind != route.definition.kind || apiVersion != route.apiVersion {
            throw wrongKind(apiVersion, kind)
        }
        if !apiVersion.isEmpty, apiVersion != route.apiVersion {
            throw .badRequest(
                "the API version in the data (\(apiVersion)) does not match the expected API "
                    + "version (\(route.apiVersion))"
            )
        }
        object.apiVersion = route.apiVersion
        object.kind = route.definition.kind
        return object
    }

    private func wrongKind(_ apiVersion: String, _ kind: String) -> APIStatusError {
        let expected = route.definition.kind
        let version = GroupVersion(apiVersion: apiVersion)?.version ?? ""
        let isKnown =
            GroupVersionKind(apiVersion: apiVersion, kind: kind)
            .flatMap { cluster.registry.definition(for: $0) } != nil
        let problem =
            if isKnown {
                "converting (v1.\(kind)) to (\(goPackage).\(expected)): unknown conversion"
            } else {
                "no kind \"\(kind)\" is registered for version \"\(apiVersion)\" in scheme "
                    + "\"pkg/runtime/scheme.go:111\""
            }
        return .badRequest(
            "\(kind) in version \"\(version)\" cannot be handled as a \(expected): \(problem)"
        )
    }

    /// The package of the original's internal types.
    private var goPackage: String {
        let group = route.definition.name.group
        return group.isEmpty ? "core" : group.split(separator: ".").first.map(String.init) ?? group
    }

    /// Refuses an object whose name is not that of the path.
    func checkName(_ object: JSON, _ name: String) throws(APIStatusError) {
        guard let stated = object.name, !stated.isEmpty else {
            throw .badRequest(
                "the name of the object (\(name) based on URL) was undeterminable: name must be "
                    + "provided"
            )
        }
        guard stated == name else {
            throw .badRequest(
                "the name of the object (\(stated)) does not match the name on the URL (\(name))"
            )
        }
        if let namespace = object.namespace, !namespace.isEmpty,
            namespace != route.namespace ?? ""
        {
            throw .namespaceMismatch
        }
    }
}
