import Clocks
import NIOCore
import NIOHTTP1
import NIOPosix

/// The part of the generator that lives on one event loop: when a request is due, which connection
/// carries it, and what is still under way.
///
// Safety: every property is touched on `loop` only; `start` and `stop` hop onto it.
final class LoadDriver: @unchecked Sendable {
    /// One request, from when it is due to when its fate is known.
    //
    // Safety: touched on the driver's loop only.
    final class Request: @unchecked Sendable {
        let route: LoadRoute
        let phase: String
        let dueAt: Duration
        var deadline: Scheduled<Void>?
        var isSettled = false

        init(route: LoadRoute, phase: String, dueAt: Duration) {
            self.route = route
            self.phase = phase
            self.dueAt = dueAt
        }
    }

    private let plan: LoadPlan
    private let loop: any EventLoop
    private let time: any TimeSource
    private let tell: @Sendable (LoadEvent) -> String
    private let spacing: Duration

    private var startedAt: Duration = .zero
    private var sentCount = 0
    private var idle: [LoadConnection] = []
    private var connectionCount = 0
    private var waiting: CircularBuffer<Request> = []
    private var underWay = 0
    private var ticks: RepeatedTask?
    private var whenQuiet: EventLoopPromise<Void>?

    init(
        plan: LoadPlan,
        loop: any EventLoop,
        time: any TimeSource,
        tell: @escaping @Sendable (LoadEvent) -> String
    ) {
        self.plan = plan
        self.loop = loop
        self.time = time
        self.tell = tell
        spacing = .seconds(1) / plan.requestsPerSecond
    }

    func start() async throws {
        try await loop.submit { [self] in
            startedAt = time.uptime
            ticks = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) {
                [self] _ in sendWhatIsDue()
            }
        }.get()
    }

    /// Sends nothing new, waits until nothing is under way, then closes every connection.
    func stop() async {
        let quiet = loop.makePromise(of: Void.self)
        loop.execute { [self] in
            ticks?.cancel()
            whenQuiet = quiet
            settleIfQuiet()
        }
        do {
            try await quiet.futureResult.get()
        } catch {
            preconditionFailure("the promise of quiet only succeeds: \(error)")
        }
    }

    private func sendWhatIsDue() {
        let elapsed = time.uptime - startedAt
        while spacing * sentCount <= elapsed {
            let route = plan.routes[sentCount % plan.routes.count]
            let dueAt = startedAt + spacing * sentCount
            sentCount += 1
            underWay += 1
            let phase = tell(LoadEvent(phase: nil, kind: .sent))
            let request = Request(route: route, phase: phase, dueAt: dueAt)
            let left = plan.timeout - (time.uptime - dueAt)
            request.deadline = loop.scheduleTask(in: .nanoseconds(left.nanoseconds)) { [self] in
                settle(request, failure: "timeout")
            }
            dispatch(request)
        }
    }

    private func dispatch(_ request: Request) {
        while let connection = idle.popLast() {
            guard connection.isUsable else { continue }
            connection.send(request)
            return
        }
        guard connectionCount < plan.connectionsMax else {
            waiting.append(request)
            return
        }
        connect(for: request)
    }

    private func connect(for request: Request) {
        connectionCount += 1
        ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(plan.timeout.nanoseconds))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(LoadConnection(driver: self))
                }
            }
            .connect(host: "127.0.0.1", port: plan.port)
            .flatMapThrowing { channel in
                try channel.pipeline.syncOperations.handler(type: LoadConnection.self)
            }
            .assumeIsolated()
            .whenComplete { [self] result in
                switch result {
                case .success(let connection): connection.send(request)
                case .failure:
                    connectionCount -= 1
                    settle(request, failure: "connection refused")
                }
            }
    }

    // MARK: - Told by connections

    func answered(_ request: Request, status: Int, site: String?, entry: String?) {
        guard (200..<300).contains(status) else {
            settle(request, failure: "status \(status)")
            return
        }
        guard markSettled(request) else { return }
        let latency = time.uptime - request.dueAt
        let kind = LoadEvent.Kind.answered(site: site, entry: entry, latency: latency)
        _ = tell(LoadEvent(phase: request.phase, kind: kind))
        settleIfQuiet()
    }

    func broke(_ request: Request) { settle(request, failure: "connection broke") }

    func becameIdle(_ connection: LoadConnection) {
        if let request = waiting.popFirst() {
            connection.send(request)
        } else {
            idle.append(connection)
        }
    }

    func closed(_ connection: LoadConnection) {
        connectionCount -= 1
        idle.removeAll { $0 === connection }
        if let request = waiting.popFirst() { dispatch(request) }
    }

    // MARK: - Settling

    private func settle(_ request: Request, failure: String) {
        guard markSettled(request) else { return }
        let latency = time.uptime - request.dueAt
        _ = tell(
            LoadEvent(phase: request.phase, kind: .failed(reason: failure, latency: latency))
        )
        settleIfQuiet()
    }

    /// False when the request's fate was known already.
    private func markSettled(_ request: Request) -> Bool {
        guard !request.isSettled else { return false }
        request.isSettled = true
        request.deadline?.cancel()
        underWay -= 1
        return true
    }

    private func settleIfQuiet() {
        guard underWay == 0, let quiet = whenQuiet else { return }
        whenQuiet = nil
        for connection in idle { connection.close() }
        idle = []
        quiet.succeed()
    }
}
