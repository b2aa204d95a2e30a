import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import Synchronization

/// A server that answers as a test says, without sockets, and remembers what it was asked.
final class ScriptedServer: HTTPTransport {
    typealias Answer = Result<HTTPResponse, TransportError>

    private let script: @Sendable (HTTPRequest, Int) -> Answer
    private let log = Mutex<[HTTPRequest]>([])

    /// `script` is given each request and how many came before it.
    init(_ script: @escaping @Sendable (HTTPRequest, Int) -> Answer) {
        self.script = script
    }

    /// Answers in turn; the last one again and again.
    convenience init(_ answers: Answer...) {
        self.init { _, index in answers[min(index, answers.count - 1)] }
    }

    var requests: [HTTPRequest] { log.withLock { $0 } }
    var targets: [String] { requests.map(\.target) }

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let index = log.withLock { log in
            log.append(request)
            return log.count - 1
        }
        return try script(request, index).get()
    }
}

extension ScriptedServer.Answer {
    static func json(
        _ body: JSON,
        status: Int = 200,
        headers: HTTPHeaders = [:]
    ) -> ScriptedServer.Answer {
        .success(HTTPResponse(status: status, headers: headers, body: .bytes(body.encoded())))
    }

    /// A refusal as API servers write it.
    static func refusal(
        _ code: Int,
        _ reason: String = "",
        headers: HTTPHeaders = [:]
    ) -> ScriptedServer.Answer {
        let status: JSON = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": .int(code),
            "reason": .string(reason), "message": .string("because \(reason)"),
        ]
        return .json(status, status: code, headers: headers)
    }

    /// Chunks that arrive one by one; the stream then ends, or breaks.
    static func chunks(
        _ chunks: [[UInt8]],
        breaking: TransportError? = nil
    ) -> ScriptedServer.Answer {
        let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish(throwing: breaking)
        }
        return .success(HTTPResponse(status: 200, body: .stream(stream)))
    }

    static func text(_ chunks: String...) -> ScriptedServer.Answer {
        .chunks(chunks.map { Array($0.utf8) })
    }
}

/// Kinds that every test knows.
enum Kinds {
    static let configMap = ResourceKind(
        group: "",
        version: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        isNamespaced: true
    )
    static let deployment = ResourceKind(
        group: "apps",
        version: "v1",
        kind: "Deployment",
        plural: "deployments",
        isNamespaced: true
    )
    static let clusterRole = ResourceKind(
        group: "rbac.authorization.k8s.io",
        version: "v1",
        kind: "ClusterRole",
        plural: "clusterroles",
        isNamespaced: false
    )
}

func client(
    _ transport: any HTTPTransport,
    credentials: any CredentialSource = FixedCredential(),
    time: any TimeSource = JumpingTime(),
    configure: (inout KubernetesClient.Configuration) -> Void = { _ in },
    observer: KubernetesClient.Observer = KubernetesClient.Observer(),
    draw: @escaping @Sendable () -> Double = { 0 }
) -> KubernetesClient {
    var configuration = KubernetesClient.Configuration()
    configure(&configuration)
    return KubernetesClient(
        transport: transport,
        credentials: credentials,
        time: time,
        configuration: configuration,
        observer: observer,
        draw: draw
    )
}

/// The error of a call that must fail, nil when it does not.
func failure<Value>(
    of call: () async throws(KubernetesError) -> Value
) async -> KubernetesError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}
