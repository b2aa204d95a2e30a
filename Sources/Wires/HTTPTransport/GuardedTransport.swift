/// Asks, right before a request that may change something is sent, whether it may be.
package struct GuardedTransport: HTTPTransport {
    private static let readingMethods: Set<String> = ["GET", "HEAD"]

    private let base: any HTTPTransport
    private let refusal: @Sendable () -> String?

    /// `refusal` answers why nothing may be sent now, or nil.
    package init(_ base: any HTTPTransport, refusal: @escaping @Sendable () -> String?) {
        self.base = base
        self.refusal = refusal
    }

    /// A request that is refused was surely not sent.
    package func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        if !GuardedTransport.readingMethods.contains(request.method), let reason = refusal() {
            throw .notSent(reason: reason)
        }
        return try await base.send(request, timeout: timeout)
    }
}
