import NIOCore
import NIOHTTP1

/// One kept-alive connection to the balancer: at most one request at a time, never one after the
/// other side said that it closes.
//
// Safety: touched on its channel's loop only, which is the driver's.
final class LoadConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let driver: LoadDriver
    private var context: ChannelHandlerContext?
    private var request: LoadDriver.Request?
    private var head: HTTPResponseHead?

    init(driver: LoadDriver) {
        self.driver = driver
    }

    /// Whether a request may be sent on it now.
    var isUsable: Bool { request == nil && context?.channel.isActive == true }

    func send(_ request: LoadDriver.Request) {
        guard let context, context.channel.isActive else {
            driver.broke(request)
            return
        }
        self.request = request
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.route.path)
        head.headers.add(name: "Host", value: request.route.host)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func close() { context?.close(promise: nil) }

    // MARK: - Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end: finish(context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let request { driver.broke(request) }
        request = nil
        driver.closed(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The channel's end tells the driver; what broke is no more precise than that it broke.
        context.close(promise: nil)
    }

    private func finish(context: ChannelHandlerContext) {
        guard let request, let head else { return }
        self.request = nil
        self.head = nil
        driver.answered(
            request,
            status: Int(head.status.code),
            site: head.headers.first(name: "x-twin-site"),
            entry: head.headers.first(name: "x-twin-entry")
        )
        if head.isKeepAlive {
            driver.becameIdle(self)
        } else {
            context.close(promise: nil)
        }
    }
}
