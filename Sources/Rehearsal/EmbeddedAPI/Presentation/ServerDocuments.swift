import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects

/// What the server says of itself: everything below the paths that lead to no stored resource.
struct ServerDocuments: Sendable {
    let cluster: EmbeddedCluster
    let request: APIRequest

    /// Nil when the path is none of these.
    func answer() throws(APIStatusError) -> HTTPResponse? {
        guard let first = request.path.first else {
            return request.method == "GET" ? .json(rootPaths.encoded()) : nil
        }
        if request.method == "POST",
            let answer = try AccessReviews(cluster: cluster, request: request).answer()
        {
            return answer
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return try refuseMethod(first)
        }
        return document(first)
    }

    /// What is there to be read cannot be written.
    private func refuseMethod(_ first: String) throws(APIStatusError) -> HTTPResponse? {
        guard ["api", "apis", "version"].contains(first), document(first) != nil else { return nil }
        throw .noSuchMethod
    }

    private func document(_ first: String) -> HTTPResponse? {
        switch first {
        case "api", "apis": return discovery()
        case "openapi": return openAPI()
        case "version" where request.path.count == 1:
            var answer = HTTPResponse.json(
                cluster.configuration.version.document.encoded(.indented)
            )
            // A server dates every answer; here clients look what time it is there.
            answer.headers["Date"] = cluster.time.wallTime.httpDate
            return answer
        case ".well-known" where request.path == [first, "openid-configuration"]:
            return .json(issuerDocument.encoded())
        case "healthz", "livez", "readyz": return health(first)
        default: return nil
        }
    }

    /// By whose name tokens are signed, for those who are to believe them.
    private var issuerDocument: JSON {
        [
            "issuer": .string(cluster.configuration.issuer),
            "jwks_uri": .string("https://\(cluster.configuration.apiServerAddress)/openid/v1/jwks"),
            "response_types_supported": ["id_token"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        ]
    }

    private func discovery() -> HTTPResponse? {
        let documents = DiscoveryDocuments(cluster.registry)
        let path = request.path
        if path.count == 1 {
            if let form = AggregatedDiscovery.form(accept: request.headers.values(of: "Accept")) {
                let aggregated = AggregatedDiscovery(documents, form: form)
                let list = aggregated.list(isCore: path[0] == "api")
                let bytes = list.encoded()
                var answer = HTTPResponse.cached(bytes, type: form.mediaType, for: request)
                if answer.status == 200 {
                    answer.body = .document(HTTPDocument(value: { list }, bytes: { bytes }))
                }
                return answer
            }
            return .document(path[0] == "api" ? documents.coreVersions : documents.groupList)
        }
        let document: JSON?
        switch (path[0], path.count) {
        case ("api", 2): document = documents.resourceList(group: "", version: path[1])
        case ("apis", 2): document = documents.groupDocument(path[1])
        case ("apis", 3): document = documents.resourceList(group: path[1], version: path[2])
        default: document = nil
        }
        return document.map { .document($0) }
    }

    /// Answers `ok`, or with `verbose` the checks that a server lists.
    private func health(_ endpoint: String) -> HTTPResponse? {
        let checks = ["ping", "log", "etcd", "informer-sync"]
        var text = "ok"
        if request.path.count > 1 {
            guard request.path.count == 2, checks.contains(request.path[1]) else { return nil }
        } else if request.query["verbose"] != nil {
            text = checks.map { "[+]\($0) ok\n" }.joined() + "\(endpoint) check passed\n"
        }
        return HTTPResponse(
            status: 200,
            headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: .bytes(Array(text.utf8))
        )
    }

    private var rootPaths: JSON {
        var paths = ["/api", "/api/v1", "/apis"]
        for group in DiscoveryDocuments(cluster.registry).groups where !group.name.isEmpty {
            paths.append("/apis/\(group.name)")
            paths += group.versions.map { "/apis/\(group.name)/\($0)" }
        }
        paths += ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]
        return ["paths": .array(paths.map(JSON.string))]
    }
}

extension HTTPResponse {
    /// An answer that a client may keep: it is sent again only when it has changed.
    static func cached(_ bytes: [UInt8], type: String, for request: APIRequest) -> HTTPResponse {
        let tag = "\"\(ContentHash.text(of: bytes))\""
        let headers: HTTPHeaders = [
            "Content-Type": type, "ETag": tag, "Vary": "Accept", "Cache-Control": "public",
        ]
        guard request.headers["If-None-Match"] != tag else {
            return HTTPResponse(status: 304, headers: headers)
        }
        return HTTPResponse(status: 200, headers: headers, body: .bytes(bytes))
    }
}

/// Tells one content from another, for entity tags; nothing depends on it being hard to forge.
enum ContentHash {
    /// FNV-1a over 64 bits from two starting points, as 32 hexadecimal digits.
    static func text(of bytes: [UInt8]) -> String {
        hash(bytes, from: 0xCBF2_9CE4_8422_2325) + hash(bytes, from: 0x9AE1_6A3B_2F90_404F)
    }

    private static func hash(_ bytes: [UInt8], from start: UInt64) -> String {
        var hash = start
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
