import Foundation
import HTTPTransport
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOSOCKS

/// Lets a proxy lead a connection on to a server, before anything is said to that.
struct ProxyTunnel: Sendable {
    let proxy: HTTPProxy
    let server: HTTPOrigin

    /// Whom to dial.
    var address: (host: String, port: Int) {
        switch proxy {
        case .http(let host, let port, _), .socks5(let host, let port): (host, port)
        }
    }

    /// Asks on a fresh connection to the proxy; what is sent once it is done reaches the server.
    ///
    /// Until then nothing was sent to that, whatever goes wrong.
    func open(
        on channel: any Channel,
        within timeout: TimeAmount
    ) async throws(TransportError) {
        do {
            try await ask(channel, within: timeout)
        } catch let error as TransportError {
            throw error
        } catch {
            throw .notSent(reason: "the proxy does not lead on to \(server): \(error)")
        }
    }

    private func ask(_ channel: any Channel, within timeout: TimeAmount) async throws {
        let established = channel.eventLoop.makePromise(of: Void.self)
        let late = channel.eventLoop.scheduleTask(in: timeout) {
            established.fail(TransportError.notSent(reason: "the proxy did not answer in time"))
        }
        defer { late.cancel() }
        do {
            try await channel.eventLoop.submit { try ask(channel, timeout, established) }.get()
        } catch {
            established.fail(error)
        }
        try await established.futureResult.get()
        for name in names { try await channel.pipeline.removeHandler(name: name) }
    }

    /// The handlers that go once it is done; who asks for `CONNECT` goes by itself.
    private var names: [String] {
        switch proxy {
        case .http: ["tunnel-encoder", "tunnel-decoder"]
        case .socks5: ["tunnel-socks", "tunnel-watch"]
        }
    }

    private func ask(
        _ channel: any Channel,
        _ timeout: TimeAmount,
        _ established: EventLoopPromise<Void>
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        switch proxy {
        case .http(_, _, let credentials):
            var headers = HTTPHeaders([])
            if let credentials = credentials?.reveal() {
                let pair = Data("\(credentials.user):\(credentials.password)".utf8)
                headers.add(
                    name: "Proxy-Authorization",
                    value: "Basic \(pair.base64EncodedString())"
                )
            }
            try pipeline.addHandler(HTTPRequestEncoder(configuration: .init()), name: names[0])
            try pipeline.addHandler(
                ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)),
                name: names[1]
            )
            try pipeline.addHandler(
                NIOHTTP1ProxyConnectHandler(
                    targetHost: server.host,
                    targetPort: server.port,
                    headers: headers,
                    deadline: .now() + timeout,
                    promise: established
                )
            )
        case .socks5:
            try pipeline.addHandler(TunnelWatch(established), name: names[1])
            try pipeline.addHandler(
                SOCKSClientHandler(targetAddress: .domain(server.host, port: server.port)),
                name: names[0],
                position: .first
            )
        }
    }
}

/// Waits until a SOCKS proxy leads on, or will not.
private final class TunnelWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let established: EventLoopPromise<Void>

    init(_ established: EventLoopPromise<Void>) { self.established = established }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is SOCKSProxyEstablishedEvent { established.succeed(()) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        established.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        established.fail(TransportError.notSent(reason: "the proxy ended the connection"))
    }
}
