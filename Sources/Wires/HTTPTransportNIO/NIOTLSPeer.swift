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

    /// Nil where TLS is not spoken, or only through a proxy.
    package init?(_ site: HTTPSite) throws {
        guard site.origin.scheme == .https, site.proxy == nil else { return nil }
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
            let name = asked
            let group = MultiThreadedEventLoopGroup.singleton
            let done = group.next().makePromise(of: String.self)
            let channel: any Channel
            do {
                channel = try await ClientBootstrap(group: group)
                    .connectTimeout(.nanoseconds(site.connectTimeout.nanosecondsClamped))
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            let pipeline = channel.pipeline.syncOperations
                            try pipeline.addHandler(NIOTLSPeer.client(context, name, seen))
                            try pipeline.addHandler(HandshakeWatch(done))
                        }
                    }
                    .connect(host: site.origin.host, port: site.origin.port).get()
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

    private static func client(
        _ context: NIOSSLContext,
        _ name: String?,
        _ seen: (@Sendable ([String]) -> Void)?
    ) throws -> NIOSSLClientHandler {
        guard let seen else {
            return try NIOSSLClientHandler(context: context, serverHostname: name)
        }
        return try NIOSSLClientHandler(context: context, serverHostname: name) { shown, answer in
            do {
                seen(try shown.map { try NIOTLSPeer.pem(of: $0) })
                answer.succeed(.certificateVerified)
            } catch {
                answer.fail(error)
            }
        }
    }

    /// What is asked for by name: addresses cannot be (RFC 6066, 3).
    private var asked: String? {
        let name = site.tls.serverName ?? site.origin.host
        return name.isIPAddress ? nil : name
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
