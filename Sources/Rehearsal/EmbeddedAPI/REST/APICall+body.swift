import HTTPTransport
import JSONValues
import KubernetesObjects

extension APICall {
    /// The body as JSON, or the refusal of a body that is none.
    func document() throws(APIStatusError) -> JSON {
        switch request.contentType {
        case "application/json", "": return try parsedBody()
        default:
            throw .unsupportedMediaType(accepted: [
                "application/json", "application/yaml", "application/vnd.kubernetes.protobuf",
            ])
        }
    }

    func parsedBody() throws(APIStatusError) -> JSON {
        let text = String(decoding: request.body, as: UTF8.self)
        let document: JSON
        do throws(JSONParseError) {
            document = try JSON.parse(request.body)
        } catch {
            let shown = text.isEmpty ? "<empty>" : text
            throw unrecognized("\(GoJSONError.text(of: request.body)) (\(shown))")
        }
        guard document.object != nil else {
            let hex = request.body.map { String($0, radix: 16) }.joined()
            throw unrecognized(
                "json: cannot unmarshal \(GoJSONError.word(for: document)) into Go value of type "
                    + "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind "
                    + "string \"json:\\\"kind,omitempty\\\"\" } (\(hex))"
            )
        }
        return document
    }

    private func unrecognized(_ problem: String) -> APIStatusError {
        .badRequest(
            "the object provided is unrecognized (must be of type \(route.definition.kind)): "
                + "couldn't get version/kind; json parse error: \(problem)"
        )
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
