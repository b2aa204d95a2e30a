import EmbeddedSites
import NIOCore

/// Puts the link between the two ends of a connection: what passes takes its time, and what is sent
/// into a cut way is held until it is healed.
final class LinkEnd: ChannelDuplexHandler, Ticked {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Held {
        let due: NIODeadline
        let data: NIOAny
        let promise: EventLoopPromise<Void>?
    }

    private let link: TwinLink
    private let near: TwinSite
    private let far: TwinSite
    private let ticker: LoopTicker
    private var context: ChannelHandlerContext?
    private var outbound: CircularBuffer<Held> = []
    private var inbound: CircularBuffer<Held> = []

    init(link: TwinLink, near: TwinSite, far: TwinSite, ticker: LoopTicker) {
        self.link = link
        self.near = near
        self.far = far
        self.ticker = ticker
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        ticker.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        ticker.remove(self)
        for held in outbound { held.promise?.fail(ChannelError.ioOnClosedChannel) }
        outbound.removeAll()
        inbound.removeAll()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let way = link.way(from: near)
        if outbound.isEmpty, !way.isCut, way.latency == .zero {
            context.write(data, promise: promise)
            return
        }
        let due = NIODeadline.now() + TimeAmount(way.latency)
        outbound.append(Held(due: due, data: data, promise: promise))
    }

    /// One timer serves all that was written before a flush.
    func flush(context: ChannelHandlerContext) {
        guard !outbound.isEmpty else { return context.flush() }
        let way = link.way(from: near)
        if !way.isCut { wake(in: way.latency) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let way = link.way(from: far)
        if inbound.isEmpty, !way.isCut, way.latency == .zero {
            context.fireChannelRead(data)
            return
        }
        let due = NIODeadline.now() + TimeAmount(way.latency)
        inbound.append(Held(due: due, data: data, promise: nil))
        if !way.isCut { wake(in: way.latency) }
    }

    /// What was sent before the end still arrives before it.
    func channelInactive(context: ChannelHandlerContext) {
        if !link.way(from: far).isCut {
            while let held = inbound.popFirst() { context.fireChannelRead(held.data) }
        }
        context.fireChannelInactive()
    }

    /// What a healed way still holds is let go here.
    func tick(now: NIODeadline) {
        release(now: now)
    }

    private func wake(in latency: Duration) {
        context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(latency)) { [weak self] in
            self?.release(now: .now())
        }
    }

    private func release(now: NIODeadline) {
        guard let context else { return }
        var hasWritten = false
        if !link.way(from: near).isCut {
            while let held = outbound.first, held.due <= now {
                outbound.removeFirst()
                context.write(held.data, promise: held.promise)
                hasWritten = true
            }
        }
        if hasWritten { context.flush() }
        var hasRead = false
        if !link.way(from: far).isCut {
            while let held = inbound.first, held.due <= now {
                inbound.removeFirst()
                context.fireChannelRead(held.data)
                hasRead = true
            }
        }
        if hasRead { context.fireChannelReadComplete() }
    }
}
