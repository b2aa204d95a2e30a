import Foundation
import HTTPTransport
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// Shakes hands with one server over sockets: once believing whoever answers, to see what it shows, and
/// once as the site's own options have it, to see whether that is believed.
package struct NIOTLSPeer: TLSPeer {
    private let site: HTTPSite
    private let tls: TLSConfiguration

    /// Nil where TLS is not spoken.
    package init?(_ site: HTTPSite) throws {
        guard site.origin.scheme == .https else { return nil }
        self.site = site
        tls = try site.tls.configuration(identity: site.tls.identity)
    }

    package func show(timeout: Duration) async throws(TransportError) -> TLSShown {
        let chain = Mutex<[String]>([])
        var believing = tls
        // A callback takes the place of the check of who signed, and is not asked where there is none; names
        // are looked at beside it.
        believing.certificateVerification = .noHostnameVerification
        let version = try await shake(believing, timeout) { certificates in
            chain.withLock { $0 = certificates }
        }
        var refusal: String?
        if tls.certificateVerification != .none {
            do {
                _ = try await shake(tls, timeout, seen: nil)
            } catch .notSent(let reason) {
                refusal = reason
            }
        }
        return TLSShown(version: version, chain: chain.withLock { $0 }, refusal: refusal)
    }

    /// The version of TLS that was agreed on; `seen` is shown every certificate, and believes it.
    private func shake(
        _ configuration: TLSConfiguration,
        _ timeout: Duration,
        seen: (@Sendable ([String]) -> Void)?
    ) async throws(TransportError) -> String {
        do {
            let context = try NIOSSLContext(configuration: configuration)
            let done = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: String.self)
            let shaking = Shaking(context: context, name: asked, seen: seen, done: done)
            let channel: any Channel
            do {
                channel = try await connect(shaking)
            } catch {
                done.fail(error)
                throw error
            }
            let late = channel.eventLoop.scheduleTask(in: .nanoseconds(timeout.nanosecondsClamped))
            {
                done.fail(TransportError.timedOut(after: timeout))
            }
            defer {
                late.cancel()
                channel.close(promise: nil)
            }
            return try await done.futureResult.get()
        } catch {
            throw TransportError(error, timeout: timeout)
        }
    }

    /// A connection on which hands begin to be shaken.
    private func connect(_ shaking: Shaking) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.nanoseconds(site.connectTimeout.nanosecondsClamped))
        guard let tunnel = site.proxy.map({ ProxyTunnel(proxy: $0, server: site.origin) }) else {
            return try await bootstrap.channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try shaking.begin(on: channel) }
            }
            .connect(host: site.origin.host, port: site.origin.port).get()
        }
        let (host, port) = tunnel.address
        let channel = try await bootstrap.connect(host: host, port: port).get()
        do {
            try await tunnel.open(
                on: channel,
                within: .nanoseconds(site.connectTimeout.nanosecondsClamped)
            )
            try await channel.eventLoop.submit { try shaking.begin(on: channel) }.get()
        } catch {
            channel.close(promise: nil)
            throw error
        }
        return channel
    }

    /// What is asked for by name: addresses cannot be (RFC 6066, 3).
    private var asked: String? {
        let name = site.tls.serverName ?? site.origin.host
        return name.isIPAddress ? nil : name
    }
}

/// One handshake.
private struct Shaking: Sendable {
    let context: NIOSSLContext
    /// What is asked for by name.
    let name: String?
    /// Is shown every certificate, and believes it.
    let seen: (@Sendable ([String]) -> Void)?
    let done: EventLoopPromise<String>

    func begin(on channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        // Who has it done must be there when it is: a connection that stands shakes hands at once.
        try pipeline.addHandler(HandshakeWatch(done))
        try pipeline.addHandler(try client(), position: .first)
    }

    private func client() throws -> NIOSSLClientHandler {
        guard let seen else {
            return try NIOSSLClientHandler(context: context, serverHostname: name)
        }
        return try NIOSSLClientHandler(context: context, serverHostname: name) { shown, answer in
            do {
                seen(try shown.map { try Shaking.pem(of: $0) })
                answer.succeed(.certificateVerified)
            } catch {
                answer.fail(error)
            }
        }
    }

    private static func pem(of certificate: NIOSSLCertificate) throws -> String {
        let text = Data(try certificate.toDERBytes())
            .base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }
}

/// Waits until hands were shaken, or will not be.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = Any

    private let done: EventLoopPromise<String>

    init(_ done: EventLoopPromise<String>) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? TLSUserEvent, case .handshakeCompleted = event else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        do {
            let version = try context.pipeline.syncOperations.nioSSL_tlsVersion()
            done.succeed(version.map(\.words) ?? "TLS")
        } catch {
            done.fail(error)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.fail(TransportError.notSent(reason: "the connection ended while hands were shaken"))
    }
}

extension TLSVersion {
    /// As `openssl` has it.
    fileprivate var words: String {
        switch self {
        case .tlsv1: "TLSv1"
        case .tlsv11: "TLSv1.1"
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        }
    }
}
