/// Sends one request and returns the head of its answer; the body follows as it arrives.
///
/// A transport follows no redirects, keeps no cookies, retries nothing: what a lost answer means is
/// for the caller to decide.
package protocol HTTPTransport: Sendable {
    /// `timeout` bounds the time until the head has arrived, and for bodies that are collected the
    /// whole exchange; a body that is streamed (a watch) is bounded by its reader.
    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse
}

/// What is known when no answer arrived.
///
/// The difference decides whether a write may be repeated.
package enum TransportError: Error, Sendable, Equatable {
    /// Surely not sent: the name did not resolve, the connection was refused, TLS did not agree.
    case notSent(reason: String)
    /// Sent, or perhaps sent, and the connection broke before the answer was complete.
    case broken(reason: String)
    /// Sent, or perhaps sent, and no answer came in time.
    case timedOut(after: Duration)
    /// The caller's task was cancelled; whether the request arrived is not known.
    case cancelled
}

extension TransportError: CustomStringConvertible {
    /// What is known, as half a sentence.
    package var description: String {
        switch self {
        case .notSent(let reason): "the request was not sent: \(reason)"
        case .broken(let reason): "the connection broke before the answer was complete: \(reason)"
        case .timedOut(let duration): "no answer within \(duration)"
        case .cancelled: "the request was cancelled"
        }
    }
}

/// One request, as it goes onto the wire.
package struct HTTPRequest: Sendable {
    /// `GET`, `POST`, …, in capitals.
    package var method: String
    /// Path and query as they go onto the wire: percent-encoded, beginning with `/`.
    package var target: String
    /// All but `Host` and what frames the body, which the transport adds.
    package var headers: HTTPHeaders
    /// Empty for none.
    package var body: [UInt8]
    /// What is shown of us for this request in place of the site's own identity: credentials that
    /// are renewed, as exec plugins renew theirs.
    package var identity: TLSIdentity?

    /// Takes everything as it is sent.
    package init(
        method: String,
        target: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        identity: TLSIdentity? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.identity = identity
    }
}

/// One answer: its head is here, its body may still be on the way.
package struct HTTPResponse: Sendable {
    /// From 100 to 599; any status is an answer and not an error.
    package var status: Int
    /// In the order in which they came.
    package var headers: HTTPHeaders
    /// To be read or let go, else the exchange stays open.
    package var body: HTTPBody

    /// Takes an answer that a handler or a test made.
    package init(status: Int, headers: HTTPHeaders = [:], body: HTTPBody = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Header fields in order; names compare without regard to case.
package struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// Name and value of each, in order; a name may stand several times.
    package private(set) var fields: [(name: String, value: String)]

    /// Takes fields in their order.
    package init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
    }

    /// Takes a literal's fields in the order in which they are written.
    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// The first value of `name`.
    ///
    /// Setting replaces every value; nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { isSameName($0.name, name) }?.value }
        set {
            fields.removeAll { isSameName($0.name, name) }
            if let newValue { fields.append((name: name, value: newValue)) }
        }
    }

    /// Every value of `name`, in order.
    package func values(of name: String) -> [String] {
        fields.filter { isSameName($0.name, name) }.map(\.value)
    }

    /// Adds a field behind those that are there, also of the same name.
    package mutating func add(_ name: String, _ value: String) {
        fields.append((name: name, value: value))
    }
}

private func isSameName(_ left: String, _ right: String) -> Bool {
    let left = left.utf8
    let right = right.utf8
    guard left.count == right.count else { return false }
    return zip(left, right).allSatisfy { lowered($0) == lowered($1) }
}

private func lowered(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
}
