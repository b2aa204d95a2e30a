import HTTPTransport
import JSONValues
import KubernetesObjects
import YAMLDocuments

/// In which form a reader wants to see objects, from its `Accept` header.
enum Representation: Sendable, Equatable {
    /// The objects themselves, as JSON.
    case object
    /// Only `metadata`, in this version of `meta.k8s.io`.
    case partialMetadata(version: String)
    /// Rows and columns, in this version of `meta.k8s.io`.
    case table(version: String)

    /// The first form in the reader's order that can be made; 406 when there is none.
    static func negotiated(
        accept: [String],
        isList: Bool
    ) throws(APIStatusError) -> Representation {
        if accept == ["application/json"] { return .object }
        let clauses = MediaRange.ranked(accept)
        guard !clauses.isEmpty else { return .object }
        for clause in clauses where clause.acceptsObjects {
            switch (clause.parameters["as"], clause.parameters["g"]) {
            case (nil, _), ("", _): return .object
            case ("Table", "meta.k8s.io"):
                if let version = clause.metaVersion { return .table(version: version) }
            case ("PartialObjectMetadata", "meta.k8s.io"),
                ("PartialObjectMetadataList", "meta.k8s.io"):
                if let version = clause.metaVersion { return .partialMetadata(version: version) }
            default: continue
            }
        }
        guard clauses.contains(where: \.acceptsObjects) else {
            // Where there is a list there is a watch, which has forms of its own.
            let streams =
                isList
                ? ", application/json;stream=watch, "
                    + "application/vnd.kubernetes.protobuf;stream=watch" : ""
            throw .notAcceptable(
                "406: Not Acceptable\n\nAvailable representations: application/json, "
                    + "application/yaml, application/vnd.kubernetes.protobuf" + streams
            )
        }
        throw .notAcceptable(
            "only the following media types are accepted: application/json, application/yaml, "
                + "application/vnd.kubernetes.protobuf"
        )
    }
}

extension HTTPResponse {
    /// The answer as YAML, where that is what its reader would rather have.
    func inForm(accepted accept: [String]) -> HTTPResponse {
        guard accept != ["application/json"],
            MediaRange.ranked(accept).first(where: \.acceptsObjects)?.type == "application/yaml",
            headers["Content-Type"] == "application/json", let value = document
        else { return self }
        var answer = self
        answer.body = .bytes(Array(YAMLDocuments.text(value).utf8))
        answer.headers["Content-Type"] = "application/yaml"
        return answer
    }

    /// The body as a value, where it is here; nil while it streams.
    private var document: JSON? {
        switch body {
        case .document(let document): return document.value
        case .bytes(let bytes):
            do throws(JSONParseError) {
                return try JSON.parse(bytes)
            } catch {
                preconditionFailure("the server's own JSON cannot be read: \(error)")
            }
        case .stream: return nil
        }
    }
}

/// One alternative of an `Accept` header.
private struct MediaRange {
    /// All alternatives, those that the reader likes best first.
    static func ranked(_ accept: [String]) -> [MediaRange] {
        let clauses = accept.flatMap { $0.split(separator: ",") }.map { MediaRange(String($0)) }
        return clauses.enumerated().sorted {
            ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
        }.map(\.element)
    }

    let type: String
    let quality: Double
    let parameters: [String: String]

    init(_ text: String) {
        let parts = text.split(separator: ";").map { $0.filter { $0 != " " } }
        type = parts.first?.lowercased() ?? ""
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { parameters[pair[0]] = pair[1] }
        }
        quality = parameters["q"].flatMap(Double.init) ?? 1
        self.parameters = parameters
    }

    var acceptsObjects: Bool {
        quality > 0
            && ["application/json", "application/yaml", "application/*", "*/*"].contains(type)
    }

    var metaVersion: String? {
        parameters["v"].flatMap { ["v1", "v1beta1"].contains($0) ? $0 : nil }
    }
}
