import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects

/// The REST face: what a client sees over HTTP, whichever transport carries it.
extension EmbeddedCluster: HTTPHandler {
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        do throws(APIStatusError) {
            guard request.body.count <= configuration.bodySizeMax else {
                throw .bodyTooLarge(sizeMax: configuration.bodySizeMax)
            }
            return try answer(APIRequest(request))
        } catch {
            return .failure(error)
        }
    }

    private func answer(_ request: APIRequest) throws(APIStatusError) -> HTTPResponse {
        guard let route = ResourceRoute(path: request.path, registry: registry) else {
            let documents = ServerDocuments(cluster: self, request: request)
            guard let answer = try documents.answer() else { throw .noSuchResource }
            return answer
        }
        let call = APICall(cluster: self, request: request, route: route)
        switch (request.method, route.name) {
        case ("GET", nil):
            let isWatch = route.isWatch || request.query.flag("watch")
            return try isWatch ? call.watch() : call.list()
        case ("GET", .some(let name)): return try call.get(name)
        case ("POST", nil): return try call.create()
        case ("PUT", .some(let name)): return try call.replace(name)
        case ("PATCH", .some(let name)): return try call.patch(name)
        case ("DELETE", .some(let name)): return try call.delete(name)
        case ("DELETE", nil): return try call.deleteCollection()
        case ("POST", .some(let name)): return try call.createBelow(name)
        default: throw .noSuchMethod
        }
    }
}

/// One request to one resource, while it is answered.
struct APICall: Sendable {
    let cluster: EmbeddedCluster
    let request: APIRequest
    let route: ResourceRoute

    var resource: ResourceName { route.definition.name }

    func encoding() throws(APIStatusError) -> ObjectEncoding {
        let representation = try Representation.negotiated(
            accept: request.headers.values(of: "Accept")
        )
        var table: TableView?
        if case .table(let version) = representation { table = try tableView(version: version) }
        return ObjectEncoding(
            definition: route.definition,
            version: route.version,
            representation: representation,
            table: table
        )
    }

    func writeRequest() throws(APIStatusError) -> WriteRequest {
        WriteRequest(
            definition: route.definition,
            version: route.version,
            namespace: route.namespace ?? "",
            manager: request.manager,
            subresource: route.subresource,
            isDryRun: try isDryRun()
        )
    }

    private func isDryRun() throws(APIStatusError) -> Bool {
        let values = request.query.all("dryRun")
        guard !values.isEmpty else { return false }
        guard values == ["All"] else {
            throw .invalid(
                group: "meta.k8s.io",
                kind: "\(optionsKind)",
                name: "",
                [
                    .notSupported(
                        "dryRun",
                        .array(values.map(JSON.string)),
                        supported: ["All"]
                    )
                ]
            )
        }
        return true
    }

    private var optionsKind: String {
        switch request.method {
        case "POST": "CreateOptions"
        case "PUT": "UpdateOptions"
        case "DELETE": "DeleteOptions"
        default: "PatchOptions"
        }
    }

    /// The body as JSON, or the refusal of a body that is none.
    func document() throws(APIStatusError) -> JSON {
        switch request.contentType {
        case "application/json", "", "application/yaml": break
        default:
            throw .unsupportedMediaType(accepted: [
                "application/json", "application/yaml", "application/vnd.kubernetes.protobuf",
            ])
        }
        return try parsedBody()
    }

    func parsedBody() throws(APIStatusError) -> JSON {
        do throws(JSONParseError) {
            return try JSON.parse(request.body)
        } catch {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(route.definition.kind)): "
                    + "couldn't get version/kind; json parse error: \(error)"
            )
        }
    }
}

extension HTTPResponse {
    static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "application/json"],
            body: .bytes(bytes)
        )
    }

    static func failure(_ error: APIStatusError) -> HTTPResponse {
        var response = HTTPResponse.json(error.status.encoded(), status: error.code)
        if let seconds = error.details?.retryAfterSeconds, seconds > 0 {
            response.headers["Retry-After"] = String(seconds)
        }
        return response
    }
}
