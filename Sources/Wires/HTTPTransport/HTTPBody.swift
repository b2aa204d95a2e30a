/// A body: bytes or a document that are here, or chunks as they arrive.
package enum HTTPBody: Sendable {
    case bytes([UInt8])
    /// A document that is handed over within this process.
    case document(HTTPDocument)
    /// Chunks of any size, none empty.
    ///
    /// It ends with the body; a broken connection throws `TransportError`. Dropping the stream ends
    /// the exchange.
    case stream(AsyncThrowingStream<[UInt8], any Error>)

    /// The whole body, at most `sizeMax` bytes: a larger one is refused, not stored.
    package func collect(sizeMax: Int) async throws -> [UInt8] {
        switch self {
        case .bytes(let bytes): return try HTTPBody.bounded(bytes, sizeMax)
        case .document(let document): return try HTTPBody.bounded(document.bytes, sizeMax)
        case .stream(let chunks):
            var collected: [UInt8] = []
            for try await chunk in chunks {
                guard collected.count + chunk.count <= sizeMax else {
                    throw HTTPBodyTooLarge(sizeMax: sizeMax)
                }
                collected.append(contentsOf: chunk)
            }
            // A cancelled stream ends as if the body had: what came so far is no body.
            try Task.checkCancellation()
            return collected
        }
    }

    private static func bounded(
        _ bytes: [UInt8],
        _ sizeMax: Int
    ) throws(HTTPBodyTooLarge) -> [UInt8] {
        guard bytes.count <= sizeMax else { throw HTTPBodyTooLarge(sizeMax: sizeMax) }
        return bytes
    }
}

/// What `collect` throws in place of storing more than it was allowed to.
package struct HTTPBodyTooLarge: Error, Sendable, CustomStringConvertible {
    /// How many bytes were allowed.
    package let sizeMax: Int

    /// Half a sentence about the body.
    package var description: String { "the body is larger than \(sizeMax) bytes" }
}
