import Clocks
import NIOCore
import NIOPosix

/// The runtime API of a HAProxy: one command, one connection, one answer.
///
/// It knows nothing of weights or routes. HAProxy has no status codes: each caller decides by the
/// text, and for what changes something, `order` says that any text is an error.
package struct HAProxyRuntime: Sendable {
    /// Where the runtime API listens.
    package enum Address: Sendable, Hashable {
        case unix(path: String)
        case tcp(host: String, port: Int)
    }

    /// The most that an answer may hold: `show stat` of ten thousand servers has 8 MiB.
    package static let answerBytesMax = 32 << 20

    private let address: Address
    private let group: any EventLoopGroup
    private let timeout: Duration

    /// `timeout` bounds each command, from connecting to the end of its answer.
    package init(
        address: Address,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        timeout: Duration = .seconds(5)
    ) {
        self.address = address
        self.group = group
        self.timeout = timeout
    }

    /// Asks for something that changes nothing and returns the answer without its last empty line.
    package func ask(_ command: String) async throws(HAProxyRuntimeError) -> String {
        try await exchange([command])
    }

    /// Asks for several things at once, so that one process answers all of them; one answer each.
    ///
    /// A reload between two questions would have the second one answered by another process.
    package func ask(_ commands: [String]) async throws(HAProxyRuntimeError) -> [String] {
        let answer = try await exchange(commands)
        var answers: [String] = [""]
        for line in answer.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty, answers.count < commands.count {
                answers.append("")
            } else {
                answers[answers.count - 1] += line + "\n"
            }
        }
        guard answers.count == commands.count else {
            throw .broken(reason: "\(answers.count) answers to \(commands.count) questions")
        }
        return answers
    }

    /// Gives orders that HAProxy carries out one after the other without a pause.
    ///
    /// It confirms an order with an empty line; any text is its refusal, and which of several orders it
    /// is for is not said: what was carried out then must be looked up.
    package func order(_ commands: [String]) async throws(HAProxyRuntimeError) {
        let answer = try await exchange(commands)
        let text = answer.split(separator: "\n").joined(separator: " ")
        guard text.isEmpty else { throw .refused(text: text) }
    }

    private func exchange(_ commands: [String]) async throws(HAProxyRuntimeError) -> String {
        for command in commands {
            let isOneCommand = command.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x3B }
            guard !command.isEmpty, isOneCommand else { throw .notOneCommand }
        }
        let line = commands.joined(separator: ";") + "\n"
        let promise = group.next().makePromise(of: [UInt8].self)
        let channel: any Channel
        do {
            channel = try await connect(promise)
        } catch {
            promise.fail(error)
            throw .notSent(reason: "\(address.text): \(error.reason)")
        }
        let deadline = channel.eventLoop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
            promise.fail(HAProxyRuntimeError.timedOut(after: timeout))
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        do {
            let answer = try await withTaskCancellationHandler {
                try await channel.writeAndFlush(ByteBuffer(string: line)).get()
                return try await promise.futureResult.get()
            } onCancel: {
                promise.fail(HAProxyRuntimeError.cancelled)
                channel.close(promise: nil)
            }
            return try whole(answer)
        } catch let error as HAProxyRuntimeError {
            throw error
        } catch {
            promise.fail(error)
            throw .broken(reason: error.reason)
        }
    }

    private func connect(_ promise: EventLoopPromise<[UInt8]>) async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(.nanoseconds(timeout.nanoseconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AnswerCollector(promise: promise)
                    )
                }
            }
        switch address {
        case .unix(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path).get()
        case .tcp(let host, let port):
            return try await bootstrap.connect(host: host, port: port).get()
        }
    }

    /// Every answer ends with an empty line; one without it was cut off.
    private func whole(_ bytes: [UInt8]) throws(HAProxyRuntimeError) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text == "\n" || text.hasSuffix("\n\n") else {
            throw .broken(reason: "the answer was cut off after \(bytes.count) bytes")
        }
        return String(text.dropLast())
    }
}

extension HAProxyRuntime.Address {
    /// The way a person would write it.
    package var text: String {
        switch self {
        case .unix(let path): path
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        }
    }
}

extension Error {
    /// NIO's errors say little by `description` when they wrap others.
    fileprivate var reason: String {
        if let error = self as? IOError { return error.description }
        return "\(self)"
    }
}

/// Gathers what comes until HAProxy closes the connection.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<[UInt8]>
    private var bytes: [UInt8] = []

    init(promise: EventLoopPromise<[UInt8]>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard bytes.count + buffer.readableBytes <= HAProxyRuntime.answerBytesMax else {
            promise.fail(HAProxyRuntimeError.broken(reason: "the answer is too long"))
            context.close(promise: nil)
            return
        }
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.succeed(bytes) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }
}
