import HTTPTransport
import JSONValues
import KubernetesObjects

/// In which form a reader wants to see objects, from its `Accept` header.
enum Representation: Sendable, Equatable {
    /// The objects themselves, as JSON.
    case object
    /// Only `metadata`, in this version of `meta.k8s.io`.
    case partialMetadata(version: String)
    /// Rows and columns, in this version of `meta.k8s.io`.
    case table(version: String)

    /// The first form in the reader's order that can be made; 406 when there is none.
    static func negotiated(accept: [String]) throws(APIStatusError) -> Representation {
        let clauses = accept.flatMap { $0.split(separator: ",") }.map { MediaRange(String($0)) }
        guard !clauses.isEmpty else { return .object }
        let byQuality = clauses.enumerated().sorted {
            ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
        }
        for (_, clause) in byQuality where clause.acceptsJSON {
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
        guard clauses.contains(where: \.acceptsJSON) else {
            throw .notAcceptable(
                "406: Not Acceptable\n\nAvailable representations: application/json, "
                    + "application/yaml, application/vnd.kubernetes.protobuf, "
                    + "application/json;stream=watch, "
                    + "application/vnd.kubernetes.protobuf;stream=watch"
            )
        }
        throw .notAcceptable(
            "only the following media types are accepted: application/json, application/yaml, "
                + "application/vnd.kubernetes.protobuf"
        )
    }
}

/// One alternative of an `Accept` header.
private struct MediaRange {
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

    var acceptsJSON: Bool {
        quality > 0 && ["application/json", "application/*", "*/*"].contains(type)
    }

    var metaVersion: String? {
        parameters["v"].flatMap { ["v1", "v1beta1"].contains($0) ? $0 : nil }
    }
}
