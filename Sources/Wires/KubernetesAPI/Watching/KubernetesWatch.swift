import Clocks
import HTTPTransport
import JSONValues
import KubernetesObjects

/// The changes of one collection since a version, as they happen.
///
/// It goes on by itself over ended streams, broken connections and servers that are busy; it ends
/// with `.expired`, with an error, or when its reader lets it go. Nothing runs between two calls of
/// `next`: whoever reads slowly slows the server.
package struct KubernetesWatch: AsyncSequence, Sendable {
    /// What is told of one object, or that the version is gone.
    package typealias Element = WatchEvent
    /// Why a watch ended by itself.
    package typealias Failure = KubernetesError

    /// How long after its own timeout a server may still end a stream.
    fileprivate static let silenceSlack = Duration.seconds(30)

    fileprivate let client: KubernetesClient
    fileprivate let exchange: Exchange
    fileprivate let resourceVersion: String

    /// A reading of its own from the same version; nothing is sent before its first `next`.
    package func makeAsyncIterator() -> Iterator { Iterator(self) }
}

extension KubernetesClient {
    /// Frames of a watch, at most: the largest object that etcd takes, and what JSON adds.
    static let frameSizeMax = 16 << 20

    /// Watches a collection from a version that a list, or an earlier watch, gave.
    package func watch(
        _ kind: ResourceKind,
        namespace: String? = nil,
        options: ListOptions = ListOptions(),
        from resourceVersion: String
    ) throws(KubernetesError) -> KubernetesWatch {
        var exchange = try Exchange(.watch, kind, namespace: namespace)
        exchange.query = options.query
        exchange.query.append(("watch", "1"))
        exchange.query.append(("allowWatchBookmarks", "true"))
        return KubernetesWatch(client: self, exchange: exchange, resourceVersion: resourceVersion)
    }
}

extension KubernetesClient {
    /// From the least to twice that, drawn anew for each opening, as client-go's reflector draws it:
    /// watches that broke together do not come back together for ever after.
    fileprivate func watchTimeout() -> Duration {
        let share = draw()
        precondition((0..<1).contains(share), "a draw is a number from 0 up to 1")
        return configuration.watchTimeoutMin * (1 + share)
    }
}

extension KubernetesWatch {
    /// Reads one watch.
    package struct Iterator: AsyncIteratorProtocol {
        /// A stream that is open.
        private struct Opened {
            let chunks: AsyncThrowingStream<[UInt8], any Error>
            let openedAt: Duration
            /// The server ends the stream at the timeout that it was asked for; a stream that is
            /// silent for longer is a dead path.
            let silenceMax: Duration
            var frames = WatchFrames(frameSizeMax: KubernetesClient.frameSizeMax)
        }

        private let watch: KubernetesWatch
        private var state: WatchState
        private var opened: Opened?
        private var isOver = false
        private var mayRenew = true

        fileprivate init(_ watch: KubernetesWatch) {
            self.watch = watch
            state = WatchState(from: watch.resourceVersion)
        }

        /// The next event; nil once the watch is over.
        package mutating func next() async throws -> WatchEvent? {
            try await nextEvent()
        }

        /// The next event; nil once the watch is over, be it by `.expired`, by an error or by
        /// cancelling.
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(KubernetesError) -> WatchEvent? {
            try await nextEvent()
        }

        private mutating func nextEvent() async throws(KubernetesError) -> WatchEvent? {
            guard !isOver else { return nil }
            do {
                let event = try await nextEventOrFailure()
                if event == .expired { end() }
                return event
            } catch {
                end()
                throw error
            }
        }

        private mutating func nextEventOrFailure() async throws(KubernetesError) -> WatchEvent {
            while true {
                if Task.isCancelled { throw .transport(.cancelled, call: call) }
                if let event = try await readOn() { return event }
            }
        }

        private var call: APICall { watch.exchange.call }

        private mutating func end() {
            isOver = true
            opened = nil
        }

        /// One step: an event if it gave one.
        private mutating func readOn() async throws(KubernetesError) -> WatchEvent? {
            guard var stream = opened else { return try await open() }
            // Put back below unless the stream is over.
            opened = nil
            let frame: [UInt8]?
            do {
                frame = try stream.frames.next()
            } catch {
                throw .decode(
                    problem: "an event is larger than \(error.sizeMax) bytes, which is refused",
                    call: call
                )
            }
            if let frame {
                let json = try parse(frame)
                let step = state.received(json)
                if case .reopen = step {} else { opened = stream }
                return try await follow(step, otherwise: failure(in: json))
            }
            return try await readChunk(of: &stream)
        }

        private mutating func readChunk(
            of stream: inout Opened
        ) async throws(KubernetesError) -> WatchEvent? {
            let client = watch.client
            let chunks = stream.chunks
            let silenceMax = stream.silenceMax
            do {
                let chunk = try await withDeadline(silenceMax, on: client.time) {
                    var iterator = chunks.makeAsyncIterator()
                    return try await iterator.next()
                }
                if let chunk {
                    stream.frames.append(chunk)
                    opened = stream
                    return nil
                }
                if Task.isCancelled { throw TransportError.cancelled }
                guard stream.frames.isBetweenFrames else {
                    throw TransportError.broken(reason: "the stream ended inside an event")
                }
            } catch {
                let failure = transportError(error, silenceMax)
                if failure == .cancelled { throw .transport(.cancelled, call: call) }
                return try await follow(state.broke(), otherwise: .transport(failure, call: call))
            }
            let life = client.time.uptime - stream.openedAt
            return try await follow(
                state.ended(after: life),
                otherwise: .transport(.broken(reason: "the stream ends at once"), call: call)
            )
        }

        private mutating func follow(
            _ step: WatchState.Step,
            otherwise failure: KubernetesError
        ) async throws(KubernetesError) -> WatchEvent? {
            switch step {
            case .deliver(let event): return event
            case .proceed: return nil
            case .fail: throw failure
            case .reopen(let pause):
                if pause > .zero { try await watch.client.pause(pause, before: call) }
                return nil
            }
        }

        private mutating func open() async throws(KubernetesError) -> WatchEvent? {
            let client = watch.client
            var exchange = watch.exchange
            let timeout = client.watchTimeout()
            exchange.query.append(("timeoutSeconds", String(timeout.components.seconds)))
            exchange.query.append(("resourceVersion", state.resourceVersion))
            client.observer.willCall?(exchange.call)
            let credential = try await client.currentCredential()
            let response: HTTPResponse
            do {
                response = try await client.transport.send(
                    client.request(exchange, as: credential),
                    timeout: client.configuration.timeout
                )
            } catch {
                if error == .cancelled { throw .transport(.cancelled, call: call) }
                return try await follow(state.broke(), otherwise: .transport(error, call: call))
            }
            guard response.status == 200 else {
                return try await refused(response, as: credential)
            }
            client.report(warningsIn: response.headers, of: call)
            state.opened()
            mayRenew = true
            opened = Opened(
                chunks: response.body.chunks,
                openedAt: client.time.uptime,
                silenceMax: timeout + KubernetesWatch.silenceSlack
            )
            return nil
        }

        private mutating func refused(
            _ response: HTTPResponse,
            as credential: Credential
        ) async throws(KubernetesError) -> WatchEvent? {
            let client = watch.client
            let body = try await client.collect(
                response.body,
                of: call,
                within: client.configuration.timeout
            )
            if response.status == 401, mayRenew {
                mayRenew = false
                await client.credentials.refused(credential)
                if try await client.currentCredential() != credential { return nil }
            }
            let status = APIStatus(
                call: call,
                code: response.status,
                answer: RawAnswer(
                    status: response.status,
                    headers: response.headers,
                    body: body
                ),
                retryAfter: client.retryAfter(in: response.headers)
            )
            return try await follow(state.refused(status), otherwise: .api(status))
        }

        private func parse(_ frame: [UInt8]) throws(KubernetesError) -> JSON {
            do {
                return try JSON.parse(frame)
            } catch {
                throw .decode(problem: "an event is no JSON: \(error)", call: call)
            }
        }

        private func failure(in frame: JSON) -> KubernetesError {
            guard frame["type"] == "ERROR", let object = frame["object"] else {
                return .decode(problem: "the stream holds something that is no event", call: call)
            }
            return .api(APIStatus(call: call, code: nil, object: object, retryAfter: nil))
        }

        private func transportError(_ error: any Error, _ silence: Duration) -> TransportError {
            switch error {
            case let error as TransportError: error
            case is CancellationError: .cancelled
            case is DeadlineExceeded: .timedOut(after: silence)
            default: .broken(reason: "\(error)")
            }
        }
    }
}

extension HTTPBody {
    /// The body as chunks, whichever way it came.
    fileprivate var chunks: AsyncThrowingStream<[UInt8], any Error> {
        switch self {
        case .stream(let chunks): return chunks
        case .bytes(let bytes): return HTTPBody.chunks(of: bytes)
        case .document(let document): return HTTPBody.chunks(of: document.bytes)
        }
    }

    private static func chunks(of bytes: [UInt8]) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            if !bytes.isEmpty { continuation.yield(bytes) }
            continuation.finish()
        }
    }
}
