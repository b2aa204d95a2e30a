import HTTPTransport
import JSONValues

/// A process's way to a site's API with one bug: no change tells in which version its object was read.
struct MutantTransport: HTTPTransport {
    let base: any HTTPTransport

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        var request = request
        if request.isWrite, !request.body.isEmpty {
            do {
                request.body = MutantTransport.withoutVersions(try JSON.parse(request.body))
                    .encoded()
            } catch {
                preconditionFailure("what a client sends is JSON: \(error)")
            }
        }
        return try await base.send(request, timeout: timeout)
    }

    private static func withoutVersions(_ body: JSON) -> JSON {
        if let operations = body.array {
            return .array(operations.filter { $0["path"] != "/metadata/resourceVersion" })
        }
        var body = body
        for object in ["metadata", "preconditions"]
        where body.at(object, "resourceVersion") != nil {
            body[object]?["resourceVersion"] = nil
        }
        return body
    }
}
