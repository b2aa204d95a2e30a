import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects
import Synchronization

/// The REST face: what a client sees over HTTP, whichever transport carries it.
extension EmbeddedCluster: HTTPHandler {
    /// Answers any request, wrong ones included; the body of a watch streams its events.
    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let interceptor = interceptor.withLock({ $0 }) else { return direct(request) }
        return await interceptor.answer(request) { self.direct($0) }
    }

    private func direct(_ request: HTTPRequest) -> HTTPResponse {
        plain(request).inForm(accepted: request.headers.values(of: "Accept"))
    }

    private func plain(_ request: HTTPRequest) -> HTTPResponse {
        do throws(APIStatusError) {
            guard request.body.count <= configuration.bodySizeMax else {
                throw .bodyTooLarge(sizeMax: configuration.bodySizeMax)
            }
            return try answer(APIRequest(try ProtobufObject.asJSON(request)))
        } catch {
            return .failure(error)
        }
    }

    /// Whether a path belongs to the core group or to one that is served.
    private func isServed(_ path: [String]) -> Bool {
        if path.first == "api" { return true }
        guard path.first == "apis", path.count > 1 else { return false }
        return registry.definitions.contains { $0.name.group == path[1] }
    }

    private func answer(_ request: APIRequest) throws(APIStatusError) -> HTTPResponse {
        guard let route = ResourceRoute(path: request.path, registry: registry) else {
            let documents = ServerDocuments(cluster: self, request: request)
            if let answer = try documents.answer() { return answer }
            try refusePartThatIsMissing(request.path)
            guard isServed(request.path) else {
                return HTTPResponse(
                    status: 404,
                    headers: ["Content-Type": "text/plain; charset=utf-8"],
                    body: .bytes(Array("404 page not found\n".utf8))
                )
            }
            throw .noSuchResource
        }
        let warnings = route.definition.warnings
        do throws(APIStatusError) {
            var response = try answer(APICall(cluster: self, request: request, route: route))
            response.add(warnings: warnings)
            return response
        } catch {
            var refusal = HTTPResponse.failure(error)
            refusal.add(warnings: warnings)
            return refusal
        }
    }

    /// The server of custom resources takes what stands below an object for a part of the object,
    /// and answers that the object is missing when it has no such part.
    private func refusePartThatIsMissing(_ path: [String]) throws(APIStatusError) {
        guard let route = ResourceRoute(path: path.dropLast(), registry: registry),
            route.definition.isCustom, route.subresource == nil, let name = route.name
        else { return }
        throw .notFound(route.definition.name, name)
    }

    private func answer(_ call: APICall) throws(APIStatusError) -> HTTPResponse {
        let (request, route) = (call.request, call.route)
        if let name = route.name, let subresource = route.subresource, subresource != .status {
            return try call.answer(subresource, of: name)
        }
        let isReading = request.method == "GET"
        switch (request.method, route.name) {
        case (_, nil) where isReading:
            let isWatch = route.isWatch || request.query.flag("watch")
            return try isWatch ? call.watch() : call.list()
        case (_, .some(let name)) where isReading: return try call.get(name)
        case ("POST", nil): return try call.create()
        case ("PUT", .some(let name)): return try call.replace(name)
        case ("PATCH", .some(let name)): return try call.patch(name)
        case ("DELETE", .some(let name)) where route.subresource == nil:
            return try call.delete(name)
        case ("DELETE", nil) where route.definition.name != .namespaces:
            return try call.deleteCollection()
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
            accept: request.headers.values(of: "Accept"),
            isList: request.method == "GET" && route.name == nil
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

    /// The object of a write, in the form that the writer asked for.
    func answer(
        _ result: WriteResult,
        _ encoding: ObjectEncoding,
        status: Int? = nil
    ) -> HTTPResponse {
        var response = HTTPResponse.document(
            encoding.view(of: result.object),
            status: status ?? (result.isCreated ? 201 : 200)
        )
        response.add(warnings: result.warnings)
        return response
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

    static func document(_ value: JSON, status: Int = 200) -> HTTPResponse {
        document(HTTPDocument(value), status: status)
    }

    static func document(_ document: HTTPDocument, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "application/json"],
            body: .document(document)
        )
    }

    static func failure(_ error: APIStatusError) -> HTTPResponse {
        var response = HTTPResponse.document(error.status, status: error.code)
        if let seconds = error.details?.retryAfterSeconds, seconds > 0 {
            response.headers["Retry-After"] = String(seconds)
        }
        return response
    }

    /// Adds what the server has to say besides its answer, each text once.
    mutating func add(warnings: [String]) {
        var said: Set<String> = []
        for warning in warnings where said.insert(warning).inserted {
            headers.add("Warning", "299 - \(JSON.string(warning).text())")
        }
    }
}
