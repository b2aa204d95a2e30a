import AsyncHTTPClient
import HTTPTransport
import NIOCore

/// Reads the body of one answer, chunk by chunk, as its reader asks for them.
///
/// So a reader that is slow slows the server and not our memory. Letting the stream go lets this
/// go, and with it the exchange.
// Safety: the stream is the only holder, and a stream has one reader, whose calls do not overlap.
final class NIOBodyReader: @unchecked Sendable {
    private var iterator: HTTPClientResponse.Body.AsyncIterator

    private init(_ body: HTTPClientResponse.Body) {
        iterator = body.makeAsyncIterator()
    }

    static func stream(
        of body: HTTPClientResponse.Body
    ) -> AsyncThrowingStream<[UInt8], any Error> {
        let reader = NIOBodyReader(body)
        return AsyncThrowingStream { try await reader.next() }
    }

    private func next() async throws -> [UInt8]? {
        do {
            while let buffer = try await iterator.next() {
                if buffer.readableBytes > 0 { return Array(buffer.readableBytesView) }
            }
        } catch {
            throw TransportError(error, timeout: .zero)
        }
        // The client ends the body of a cancelled task as if it were whole.
        if Task.isCancelled { throw TransportError.cancelled }
        return nil
    }
}
