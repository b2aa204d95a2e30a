import NIOCore
import NIOHTTP1

/// A request that has arrived whole.
struct ArrivedRequest {
    let head: HTTPRequestHead
    let body: ByteBuffer?
    /// When its last byte was read.
    let arrival: NIODeadline
}

/// An answer as a whole: what a server gives, and what a caller gets.
struct WholeAnswer {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: ByteBuffer?

    init(status: HTTPResponseStatus, headers: HTTPHeaders = HTTPHeaders(), body: ByteBuffer? = nil)
    {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A line of text, for a person.
    init(status: HTTPResponseStatus, text: String) {
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: "text/plain; charset=utf-8")
        self.init(status: status, headers: headers, body: ByteBuffer(string: text + "\n"))
    }
}

/// Why a call got no answer.
enum CallFailure: Error, Equatable {
    /// No connection came about: nobody listens, or no endpoint serves.
    case refused
    /// The connection broke after the request had been sent.
    case broken
    /// No answer came in time.
    case timedOut
    /// The name is not known where it was asked for.
    case unresolved

    /// The word for it in counters and answers.
    var word: String {
        switch self {
        case .refused: "refused"
        case .broken: "broken"
        case .timedOut: "timed out"
        case .unresolved: "name not known"
        }
    }
}

extension HTTPHeaders {
    /// What must not travel on beyond one connection (RFC 9110, 7.6.1), and the length, which
    /// whoever sends the message on states anew.
    private static let hopNames: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer",
        "upgrade", "content-length",
    ]

    /// These headers as a proxy passes them on.
    func forwarded() -> HTTPHeaders {
        var kept = HTTPHeaders()
        kept.reserveCapacity(count + 2)
        for (name, value) in self where !Self.hopNames.contains(name.lowercased()) {
            kept.add(name: name, value: value)
        }
        return kept
    }
}
