import Clocks
import HTTPTransport
import Synchronization
import Verification

/// Answers as it is told, and keeps what it was asked.
final class Server: HTTPHandler {
    private let answers: @Sendable (HTTPRequest) -> HTTPResponse
    private let seen = Mutex<[HTTPRequest]>([])

    init(_ answers: @escaping @Sendable (HTTPRequest) -> HTTPResponse) { self.answers = answers }

    /// One that answers everything so.
    convenience init(status: Int = 200, headers: HTTPHeaders = [:], _ body: String) {
        self.init { _ in
            HTTPResponse(status: status, headers: headers, body: .bytes(Array(body.utf8)))
        }
    }

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    var transport: InProcessTransport { InProcessTransport(self) }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        seen.withLock { $0.append(request) }
        return answers(request)
    }
}

extension ProbePrograms {
    /// For verifiers that run none.
    static var none: ProbePrograms { ProbePrograms(time: SystemTime()) }
}
