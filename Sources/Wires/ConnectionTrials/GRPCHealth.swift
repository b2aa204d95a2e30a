/// The question of `grpc.health.v1.Health/Check`, in the bytes of HTTP/2 without TLS, and what answers it.
///
/// A trial's pod has a shell and `nc`, and no client of gRPC. So the whole question is made here, as bytes
/// that the pod only sends (RFC 9113 with prior knowledge, RFC 7541 without its tables), and the bytes that
/// came back are read here.
package enum GRPCHealth {
    /// What a server says of a service (`HealthCheckResponse.ServingStatus`).
    package enum Status: Sendable, Hashable {
        case serving
        case notServing
        /// It answers and gives no status: it does not know the service, or not the question.
        case unknown
        /// It answers with something else than HTTP/2, or with nothing.
        case unspoken

        /// For people, behind the place that was asked.
        package var words: String {
            switch self {
            case .serving: "serving"
            case .notServing: "not serving"
            case .unknown: "it knows no health of that service"
            case .unspoken: "it does not speak gRPC without TLS"
            }
        }
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// Names and values are shorter than this, so each length is one byte (RFC 7541, section 5.1).
    private static let textMax = 126

    /// The types of frames that matter here (RFC 9113, section 6).
    private enum FrameType {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let settings: UInt8 = 4
    }

    /// Everything that a client says who asks once; `service` is empty for the server as a whole.
    package static func question(service: String, authority: String) -> [UInt8] {
        let fields = [
            (":method", "POST"), (":scheme", "http"), (":path", "/grpc.health.v1.Health/Check"),
            (":authority", String(authority.prefix(textMax))), ("te", "trailers"),
            ("content-type", "application/grpc"),
        ]
        let headers = fields.flatMap { field -> [UInt8] in [0] + text(field.0) + text(field.1) }
        // The first field of HealthCheckRequest is a string.
        let message: [UInt8] = service.isEmpty ? [] : [0x0a] + text(String(service.prefix(textMax)))
        return preface + frame(FrameType.settings, flags: 0, stream: 0, [])
            + frame(FrameType.headers, flags: 4, stream: 1, headers)
            + frame(FrameType.data, flags: 1, stream: 1, prefixed(message))
    }

    /// What stands in an answer of a service that serves, uncompressed as it is asked for.
    package static let servingMessage = prefixed([0x08, 0x01])

    /// A whole answer, as a server gives it that serves.
    package static let servingAnswer =
        frame(FrameType.settings, flags: 0, stream: 0, [])
        + frame(FrameType.data, flags: 0, stream: 1, servingMessage)

    /// Reads what came back, which may be cut off behind the message.
    package static func status(in answer: [UInt8]) -> Status {
        var rest = answer[...]
        var message: [UInt8] = []
        var isHTTP2 = false
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
            let stream = head[5...].reduce(0) { $0 << 8 | Int($1) } & 0x7fff_ffff
            guard isHTTP2 || head[3] == FrameType.settings else { return .unspoken }
            isHTTP2 = true
            let payload = rest.dropFirst(9).prefix(length)
            if head[3] == FrameType.data, stream == 1 { message += payload }
            rest = rest.dropFirst(9 + length)
        }
        guard isHTTP2 else { return .unspoken }
        // A message is its own five bytes of gRPC, the tag of its first field, and that field's value.
        switch Array(message.dropFirst(5).prefix(2)) {
        case [0x08, 1]: return .serving
        case [0x08, 2]: return .notServing
        default: return .unknown
        }
    }

    // MARK: - Bytes

    /// As gRPC sends a message: not compressed, its length, itself.
    private static func prefixed(_ message: [UInt8]) -> [UInt8] {
        [0] + bytes(message.count, 4) + message
    }

    private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }

    private static func frame(
        _ type: UInt8,
        flags: UInt8,
        stream: Int,
        _ payload: [UInt8]
    ) -> [UInt8] {
        bytes(payload.count, 3) + [type, flags] + bytes(stream, 4) + payload
    }

    private static func bytes(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
