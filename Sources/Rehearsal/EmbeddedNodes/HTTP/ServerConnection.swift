import NIOCore
import NIOHTTP1

/// One connection that was accepted: reads whole requests, has each answered in its turn.
final class ServerConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// How many requests may wait behind the one being answered, for peers that pipeline.
    private static let waitingMax = 16
    /// The largest body that is taken in.
    private static let bodySizeMax = 1 << 20

    private let listener: HTTPListener
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body: ByteBuffer?
    private var waiting: CircularBuffer<ArrivedRequest> = []
    private var isAnswering = false
    private var isClosing = false

    init(listener: HTTPListener) {
        self.listener = listener
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        listener.opened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        listener.closed(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body(var part):
            if body == nil { body = part } else { body?.writeBuffer(&part) }
            if (body?.readableBytes ?? 0) > Self.bodySizeMax { close() }
        case .end:
            guard let head else { return }
            let request = ArrivedRequest(head: head, body: body, arrival: .now())
            self.head = nil
            body = nil
            if !isAnswering {
                serve(request)
            } else if waiting.count < Self.waitingMax {
                waiting.append(request)
            } else {
                close()
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close()
    }

    /// Ends the connection now if nothing is being answered on it, else after the answer.
    func finish() {
        if isAnswering { isClosing = true } else { close() }
    }

    /// Ends the connection whatever it is doing.
    func close() {
        isClosing = true
        context?.close(promise: nil)
    }

    private func serve(_ request: ArrivedRequest) {
        isAnswering = true
        let isHead = request.head.method == .HEAD
        let isKeptAlive = request.head.isKeepAlive
        listener.serve(request) { [self] answer in
            write(answer, isHead: isHead, isKeptAlive: isKeptAlive)
        }
    }

    private func write(_ answer: WholeAnswer, isHead: Bool, isKeptAlive: Bool) {
        guard isAnswering, let context else { return }
        let isLast = isClosing || listener.isAnnouncingClose || !isKeptAlive
        var headers = answer.headers
        let status = answer.status
        if !isHead, status != .noContent, status != .notModified {
            headers.add(name: "content-length", value: String(answer.body?.readableBytes ?? 0))
        }
        if isLast { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body = answer.body, !isHead, body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        if isLast {
            isClosing = true
            let written = context.eventLoop.makePromise(of: Void.self)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
            written.futureResult.assumeIsolated().whenComplete { [self] _ in close() }
            return
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        isAnswering = false
        if let next = waiting.popFirst() { serve(next) }
    }
}
