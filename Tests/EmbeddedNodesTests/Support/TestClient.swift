import JSONValues
import NIOCore
import NIOHTTP1
import NIOPosix

@testable import EmbeddedNodes
@testable import EmbeddedSites

/// A client that keeps its connections, for tests.
struct TestClient: Sendable {
    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]

        var site: String? { headers.first(name: "x-twin-site") }
        var entry: String? { headers.first(name: "x-twin-entry") }
        var pod: String? { headers.first(name: "x-twin-pod") }
        var workload: String? { headers.first(name: "x-twin-workload") }
    }

    private let pool: ConnectionPool<Int>

    init() {
        let ticker = LoopTicker(eventLoop: MultiThreadedEventLoopGroup.singleton.next())
        pool = ConnectionPool(
            ticker: ticker,
            settings: PoolSettings(callTimeout: .seconds(30)),
            site: .source,
            network: TwinNetwork()
        )
    }

    func get(_ host: String, _ path: String = "/", port: Int) async throws -> Answer {
        try await send(.GET, host, path, port: port)
    }

    func send(
        _ method: HTTPMethod,
        _ host: String,
        _ path: String,
        body: String? = nil,
        port: Int
    ) async throws -> Answer {
        let promise = pool.eventLoop.makePromise(of: Answer.self)
        let socket = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        pool.eventLoop.execute {
            let request = CallRequest(
                method: method,
                uri: path,
                headers: ["host": host],
                body: body.map { ByteBuffer(string: $0) }
            )
            pool.call(request, key: port, dial: { .socket(socket) }) { result in
                promise.completeWith(
                    result.map {
                        Answer(
                            status: Int($0.status.code),
                            headers: $0.headers,
                            body: $0.body.map { Array($0.readableBytesView) } ?? []
                        )
                    }.mapError { $0 as any Error }
                )
            }
        }
        return try await promise.futureResult.get()
    }

    /// How many of `count` requests each site answered, by the pods' own word.
    func shares(_ host: String, count: Int, port: Int) async throws -> [String: Int] {
        var shares: [String: Int] = [:]
        for _ in 0..<count {
            let answer = try await get(host, port: port)
            shares[answer.site ?? "status \(answer.status)", default: 0] += 1
        }
        return shares
    }
}
