import EmbeddedSites
import NIOCore
import NIOHTTP1
import NIOPosix

/// How a caller treats its connections.
struct PoolSettings: Sendable {
    /// An idle connection that has not been used for this long is dropped.
    ///
    /// Invariant: shorter than the time for which servers announce that they close.
    var idleMax = TimeAmount.milliseconds(800)
    /// A connection this old is not used again, so that load spreads over endpoints that are new.
    var lifetimeMax = TimeAmount.seconds(5)
    var connectTimeout = TimeAmount.seconds(1)
    /// How long a call may take from its start to the end of its answer.
    var callTimeout = TimeAmount.seconds(2)

    /// For the way from the balancer to the entries, which do not come and go: longer in all.
    static var towardsEntries: PoolSettings {
        PoolSettings(
            idleMax: .seconds(10),
            lifetimeMax: .seconds(600),
            callTimeout: .seconds(3)
        )
    }
}

/// The connections of one caller, kept alive and grouped by where they were dialled.
///
/// A call takes the connection that was free last, as Go's transport does, and dials when none is
/// free. Where a new connection leads is decided by whoever dials; a kept one stays where it is.
/// Nothing is sent twice.
///
/// Safety: every mutable member is used on `eventLoop` only, which the verbs assert.
final class ConnectionPool<Key: Hashable & Sendable>: Ticked, @unchecked Sendable {
    let eventLoop: any EventLoop
    private let settings: PoolSettings
    private let site: TwinSite
    private let network: TwinNetwork
    private let ticker: LoopTicker
    private var free: [Key: [CallerConnection]] = [:]
    private var connections: [ObjectIdentifier: CallerConnection] = [:]
    private var isTicking = false

    init(ticker: LoopTicker, settings: PoolSettings, site: TwinSite, network: TwinNetwork) {
        eventLoop = ticker.eventLoop
        self.ticker = ticker
        self.settings = settings
        self.site = site
        self.network = network
    }

    /// How many connections stand or are coming about.
    var connectionCount: Int {
        eventLoop.preconditionInEventLoop()
        return connections.count
    }

    /// Makes one call; `completion` runs on the event loop, exactly once.
    func call(
        _ request: CallRequest,
        key: Key,
        dial: () -> Dial,
        completion: @escaping (Result<WholeAnswer, CallFailure>) -> Void
    ) {
        eventLoop.preconditionInEventLoop()
        let now = NIODeadline.now()
        let call = CallerConnection.Call(
            request: request,
            deadline: now + settings.callTimeout,
            completion: completion
        )
        if let connection = takeFree(key, now: now) { return connection.send(call) }
        switch dial() {
        case .path(let path) where path.crossings > 0:
            connectAcross(path, key: key, call: call)
        case .path(let path):
            connect(to: path.socket, key: key, call: call)
        case .socket(let socket):
            connect(to: socket, key: key, call: call)
        case .refused:
            completion(.failure(.refused))
        case .unresolved:
            completion(.failure(.unresolved))
        case .unreachable:
            failUnconnected(call)
        }
    }

    /// Ends every connection; calls under way fail.
    func close() {
        eventLoop.preconditionInEventLoop()
        for connection in Array(connections.values) { connection.fail(.broken) }
    }

    func tick(now: NIODeadline) {
        for connection in Array(connections.values) { connection.tick(now: now) }
        for key in Array(free.keys) {
            guard let stack = free[key] else { continue }
            let stale = stack.filter { isStale($0, now: now) }
            // A stale connection leaves its stack by itself, through `onGone`.
            for connection in stale { connection.fail(.broken) }
        }
        if connections.isEmpty, isTicking {
            isTicking = false
            ticker.remove(self)
        }
    }

    private func takeFree(_ key: Key, now: NIODeadline) -> CallerConnection? {
        while let connection = free[key]?.popLast() {
            if connection.isUsable, !isStale(connection, now: now) { return connection }
            connection.fail(.broken)
        }
        return nil
    }

    private func isStale(_ connection: CallerConnection, now: NIODeadline) -> Bool {
        now - connection.freeSince > settings.idleMax
            || now - connection.birth > settings.lifetimeMax
    }

    private func failUnconnected(_ call: CallerConnection.Call) {
        eventLoop.assumeIsolated().scheduleTask(in: settings.connectTimeout) {
            call.completion(.failure(.timedOut))
        }
    }

    /// Dials over the link: the handshake takes a round trip, or never ends.
    private func connectAcross(
        _ path: TwinNetwork.Path,
        key: Key,
        call: CallerConnection.Call
    ) {
        guard let roundTrip = network.link.roundTrip else { return failUnconnected(call) }
        let link = LinkEnd(link: network.link, near: site, far: path.site, ticker: ticker)
        guard roundTrip > .zero else {
            return connect(to: path.socket, key: key, call: call, over: link)
        }
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(roundTrip)) { [self] in
            connect(to: path.socket, key: key, call: call, over: link)
        }
    }

    private func connect(
        to socket: SocketAddress,
        key: Key,
        call: CallerConnection.Call,
        over link: LinkEnd? = nil
    ) {
        let connection = CallerConnection(first: call)
        connection.onFree = { [weak self] in self?.free[key, default: []].append($0) }
        connection.onGone = { [weak self] in self?.forget($0, key: key) }
        connections[ObjectIdentifier(connection)] = connection
        if !isTicking {
            isTicking = true
            ticker.add(self)
        }
        let handlers = NIOLoopBound((link, connection), eventLoop: eventLoop)
        let dialled = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(settings.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (link, connection) = handlers.value
                    let pipeline = channel.pipeline.syncOperations
                    if let link { try pipeline.addHandler(link) }
                    try pipeline.addHandlers([
                        HTTPRequestEncoder(),
                        ByteToMessageHandler(HTTPResponseDecoder()),
                        connection,
                    ])
                }
            }
            .connect(to: socket)
        dialled.assumeIsolated().whenFailure { error in
            let isLate = if case ChannelError.connectTimeout = error { true } else { false }
            connection.fail(isLate ? .timedOut : .refused)
        }
    }

    private func forget(_ connection: CallerConnection, key: Key) {
        connections.removeValue(forKey: ObjectIdentifier(connection))
        free[key]?.removeAll { $0 === connection }
        if free[key]?.isEmpty == true { free[key] = nil }
    }
}
