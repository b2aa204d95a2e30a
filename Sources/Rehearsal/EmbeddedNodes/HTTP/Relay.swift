import EmbeddedSites
import NIOCore
import NIOHTTP1

/// A server that answers by calling others: its listener and its connections, all on one event loop.
///
/// `Key` says to whom a kept connection leads.
final class Relay<Key: Hashable & Sendable>: Sendable {
    /// Where everything of the relay happens.
    let eventLoop: any EventLoop
    private let listener: HTTPListener
    private let pool: ConnectionPool<Key>

    /// Its calls are made from `site`.
    init(site: TwinSite, network: TwinNetwork, settings: PoolSettings, ticker: LoopTicker) {
        eventLoop = ticker.eventLoop
        listener = HTTPListener(eventLoop: ticker.eventLoop)
        pool = ConnectionPool(ticker: ticker, settings: settings, site: site, network: network)
    }

    /// Opens the listener and answers through `service` from then on; port 0 lets the system choose.
    ///
    /// Answers where it listens.
    func start(
        port: Int = 0,
        service: @escaping @Sendable (ArrivedRequest, @escaping (WholeAnswer) -> Void) -> Void
    ) async throws -> SocketAddress {
        try await listener.start(port: port, service: service)
    }

    /// Makes one call; `completion` runs on the event loop, exactly once.
    func call(
        _ request: CallRequest,
        key: Key,
        dial: () -> Dial,
        completion: @escaping (Result<WholeAnswer, CallFailure>) -> Void
    ) {
        pool.call(request, key: key, dial: dial, completion: completion)
    }

    /// Lets every answer from now on end its connection.
    func announceClose() async { await listener.announceClose() }

    /// Returns when no request is being answered any more, or `limit` has passed.
    func stop(within limit: TimeAmount = .seconds(1)) async {
        await listener.stop(within: limit)
        eventLoop.execute { self.pool.close() }
    }
}
