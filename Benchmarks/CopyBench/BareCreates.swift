import HTTPTransport
import HTTPTransportNIO
import JSONValues
import KubernetesObjects

/// What the wire and the server allow: the bodies are made before, and nothing is decided.
struct BareCreates: Sendable {
    private let transport: NIOTransport
    private let token: String

    init(_ server: BenchServer) {
        transport = server.transport
        token = server.token
    }

    /// Creates every object, `width` at a time; the first one, the namespace, alone.
    func run(_ objects: [JSON], width: Int) async throws {
        let requests = objects.map(request)
        try await send(requests[0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = 1
            while next < min(width + 1, requests.count) {
                let request = requests[next]
                group.addTask { try await send(request) }
                next += 1
            }
            while try await group.next() != nil {
                guard next < requests.count else { continue }
                let request = requests[next]
                group.addTask { try await send(request) }
                next += 1
            }
        }
    }

    private func request(_ object: JSON) -> HTTPRequest {
        let plural = (object.kind ?? "").lowercased() + "s"
        let version = object.apiVersion ?? ""
        let root = version == "v1" ? "/api/v1" : "/apis/\(version)"
        let place = object.namespace.map { "/namespaces/\($0)" } ?? ""
        return HTTPRequest(
            method: "POST",
            target: "\(root)\(place)/\(plural)",
            headers: [
                "Authorization": "Bearer \(token)", "Content-Type": "application/json",
            ],
            body: object.encoded()
        )
    }

    private func send(_ request: HTTPRequest) async throws {
        let response = try await transport.send(request, timeout: .seconds(60))
        _ = try await response.body.collect(sizeMax: 16 << 20)
        guard response.status == 201 else {
            throw BenchProblem("POST \(request.target) answered \(response.status)")
        }
    }
}
