import Clocks
import EmbeddedAPI
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import MigrationModel
import Synchronization
import Testing
import YAMLDocuments

/// Two clusters of the twin whose calls are recorded; the source may remark something on lists of
/// ConfigMaps.
struct TwinSites {
    let source: KubernetesClient
    let target: KubernetesClient
    let sourceCalls = CallLog()
    let targetCalls = CallLog()
    private let warnings = WarningLog()

    static let definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: bases.example.org}
        spec:
          group: example.org
          scope: Namespaced
          names: {kind: Base, plural: bases, singular: base, listKind: BaseList}
          versions:
            - name: v1
              served: true
              storage: true
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """

    /// A site's server shows a time only when its lead before this machine's is given, in seconds.
    init(
        warning: String? = nil,
        refusal: Refusing.Refusal? = nil,
        sourceLead: Int? = nil,
        targetLead: Int? = nil
    ) {
        let time = SystemTime()
        func transport(_ name: String) -> InProcessTransport {
            InProcessTransport(
                EmbeddedCluster(
                    time: time,
                    identifiers: CountedIdentifiers(name).next,
                    seed: 1
                )
            )
        }
        var observer = warnings.observer
        observer.willCall = { [sourceCalls] in sourceCalls.add($0) }
        source = KubernetesClient(
            transport: Dating(
                server: Remarking(server: transport("source"), warning: warning),
                lead: sourceLead
            ),
            time: time,
            observer: observer
        )
        target = KubernetesClient(
            transport: Dating(
                server: Refusing(server: transport("target"), refusal: refusal),
                lead: targetLead
            ),
            time: time,
            observer: .init(willCall: { [targetCalls] in targetCalls.add($0) })
        )
    }

    func create(_ yaml: String, at client: KubernetesClient) async throws {
        for document in try YAMLDocuments.parse(Array(yaml.utf8), file: "test").map(\.json) {
            let kind = try #require(document.groupVersionKind)
            _ = try await client.create(try await client.resource(for: kind), document)
        }
    }

    func assessment() async throws -> Assessment {
        Assessment(
            of: try await EstateReader(
                source: AssessedSite(
                    cluster: ClusterSource(name: "source", client: source),
                    warnings: warnings
                ),
                target: AssessedSite(cluster: ClusterSource(name: "target", client: target)),
                time: SystemTime()
            ).read()
        )
    }

    /// Forgets the calls that were made so far.
    func beginRecording() {
        sourceCalls.reset()
        targetCalls.reset()
    }
}

/// What a client asked a server for.
final class CallLog: Sendable {
    private let seen = Mutex<[APICall]>([])

    var calls: [APICall] { seen.withLock { $0 } }

    func add(_ call: APICall) { seen.withLock { $0.append(call) } }

    func reset() { seen.withLock { $0 = [] } }

    /// Calls that rights do not cover, each once; those of no resource need none.
    func refused(by rights: SiteRights) -> [String] {
        Set(
            calls.filter { call in call.resource.map { !rights.allows($0) } ?? false }
                .map(\.description)
        ).sorted()
    }
}

/// Shows the time of a clock that goes ahead by some seconds.
private struct Dating: HTTPTransport {
    let server: any HTTPTransport
    let lead: Int?

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        var response = try await server.send(request, timeout: timeout)
        if let lead {
            response.headers["Date"] = SystemTime().wallTime.advanced(by: .seconds(lead)).httpDate
        }
        return response
    }
}

/// Adds a remark to each list of ConfigMaps.
private struct Remarking: HTTPTransport {
    let server: InProcessTransport
    let warning: String?

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        var response = try await server.send(request, timeout: timeout)
        if let warning, request.target.hasPrefix("/api/v1/configmaps") {
            response.headers.add("Warning", warning)
        }
        return response
    }
}

/// Refuses to take objects whose body has a word, as an admission webhook would.
struct Refusing: HTTPTransport {
    struct Refusal {
        let word: String
        let status: JSON
    }

    let server: InProcessTransport
    let refusal: Refusal?

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        if let refusal, request.method == "POST",
            String(decoding: request.body, as: UTF8.self).contains(refusal.word)
        {
            return HTTPResponse(
                status: refusal.status["code"]?.int ?? 403,
                body: .bytes(refusal.status.encoded())
            )
        }
        return try await server.send(request, timeout: timeout)
    }
}
