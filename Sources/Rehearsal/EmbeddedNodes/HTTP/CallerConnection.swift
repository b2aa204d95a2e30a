import NIOCore
import NIOHTTP1

/// One connection of a caller: carries one call at a time.
///
/// It tells its owner when it is free again and when it is gone.
final class CallerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The one call under way.
    struct Call {
        let request: CallRequest
        let deadline: NIODeadline
        let completion: (Result<WholeAnswer, CallFailure>) -> Void
    }

    /// The largest answer that is taken in.
    private static let bodySizeMax = 4 << 20

    /// Called when a call has ended and the connection can carry the next.
    var onFree: ((CallerConnection) -> Void)?
    /// Called once, when the connection is of no more use.
    var onGone: ((CallerConnection) -> Void)?
    /// When the connection came to stand.
    private(set) var birth = NIODeadline.now()
    /// When it last became free.
    private(set) var freeSince = NIODeadline.now()
    private var context: ChannelHandlerContext?
    private var call: Call?
    private var head: HTTPResponseHead?
    private var body: ByteBuffer?
    private var isGone = false

    /// Takes its first call before the connection stands.
    init(first call: Call) {
        self.call = call
    }

    /// Whether a request that is written now can be expected to arrive.
    var isUsable: Bool { !isGone && (context?.channel.isActive ?? false) }

    func channelActive(context: ChannelHandlerContext) {
        // The call may have been given up while the connection came about.
        guard !isGone else { return context.close(promise: nil) }
        self.context = context
        birth = .now()
        freeSince = birth
        if let call { write(call) }
        context.fireChannelActive()
    }

    /// Sends the next call; the connection must be free and usable.
    func send(_ call: Call) {
        precondition(self.call == nil, "a connection carries one call at a time")
        self.call = call
        write(call)
    }

    /// Ends the call under way as late if it is.
    func tick(now: NIODeadline) {
        if let call, call.deadline <= now { fail(.timedOut) }
    }

    /// Ends the connection, and the call on it, if there is one, with `failure`.
    func fail(_ failure: CallFailure) {
        let call = self.call
        self.call = nil
        leave()
        call?.completion(.failure(failure))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body(var part):
            if body == nil { body = part } else { body?.writeBuffer(&part) }
            if (body?.readableBytes ?? 0) > Self.bodySizeMax { fail(.broken) }
        case .end:
            finish()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.broken)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.broken)
    }

    private func write(_ call: Call) {
        guard let context else { return fail(.broken) }
        var headers = call.request.headers
        if let body = call.request.body {
            headers.add(name: "content-length", value: String(body.readableBytes))
        }
        let head = HTTPRequestHead(
            version: .http1_1,
            method: call.request.method,
            uri: call.request.uri,
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body = call.request.body {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func finish() {
        guard let head else { return }
        // 1xx heads come before the answer proper (RFC 9110, 15.2).
        if (100..<200).contains(head.status.code), head.status != .switchingProtocols {
            self.head = nil
            return
        }
        guard let call else { return leave() }
        let answer = WholeAnswer(status: head.status, headers: head.headers, body: body)
        self.call = nil
        self.head = nil
        body = nil
        freeSince = .now()
        if head.isKeepAlive, isUsable { onFree?(self) } else { leave() }
        call.completion(.success(answer))
    }

    private func leave() {
        guard !isGone else { return }
        isGone = true
        context?.close(promise: nil)
        context = nil
        let onGone = self.onGone
        onFree = nil
        self.onGone = nil
        onGone?(self)
    }
}
