import ControlPlaneSupport
import Clocks
import HTTPTransport
import JSONValues
import KubernetesAPI
import MigrationModel
import MigrationPorts
import PlatformKubernetes
import Testing

/// Trouble that passes must be waited out, for what is surely refused takes lanes back.
@Suite struct PassingTroubleTests {
    private let change = SiteChange.scale(
        workload: WorkloadID(kind: "Deployment", namespace: "shop", name: "web"),
        replicas: .exactly(count: 0)
    )

    @Test(arguments: [401, 408, 410, 429, 500, 503])
    func `a read that was refused for now can be tried again`(status: Int) async {
        #expect(await trouble(of: client(answering: status)) == "unavailable")
    }

    @Test(arguments: [400, 403, 422])
    func `a read that was refused for good cannot`(status: Int) async {
        #expect(await trouble(of: client(answering: status)) == "rejected")
    }

    @Test func `a credential that is not to be had now can be tried again`() async throws {
        let client = KubernetesClient(
            transport: Refusing(status: 200),
            credentials: NoCredential(),
            time: SteppedTime()
        )
        #expect(await trouble(of: client) == "unavailable")
        do {
            _ = try await client.request("POST", path: "/api/v1/namespaces")
            Issue.record("it was sent")
        } catch {
            #expect(error.writeOutcome == .unavailable(retryAfter: nil))
        }
    }

    @Test func `a write that nobody was let in for was not made and can be tried again`()
        async throws
    {
        do {
            _ = try await client(answering: 401).request("POST", path: "/api/v1/namespaces")
            Issue.record("it was let in")
        } catch {
            #expect(error.writeOutcome == .unavailable(retryAfter: nil))
        }
    }

    private func client(answering status: Int) -> KubernetesClient {
        KubernetesClient(transport: Refusing(status: status), time: SteppedTime())
    }

    private func trouble(of client: KubernetesClient) async -> String {
        let platform = KubernetesPlatform(
            site: .source,
            client: client,
            counterpart: client,
            context: "old",
            sealing: NothingToSeal(),
            entry: nil,
            time: SteppedTime()
        )
        do {
            _ = try await platform.survey(change)
            return "none"
        } catch {
            return switch error {
            case .rejected: "rejected"
            case .drift: "drift"
            case .unavailable: "unavailable"
            case .unknown: "unknown"
            }
        }
    }
}

/// Answers discovery as a server does, and everything else with one status.
private struct Refusing: HTTPTransport {
    let status: Int

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let path = request.target.prefix { $0 != "?" }
        guard let found = Refusing.discovery["\(path)"] else {
            return HTTPResponse(
                status: status,
                headers: ["Content-Type": "application/json"],
                body: .bytes(Array(#"{"kind":"Status","apiVersion":"v1"}"#.utf8))
            )
        }
        return HTTPResponse(
            status: 200,
            headers: ["Content-Type": "application/json"],
            body: .bytes(found.encoded())
        )
    }

    private static let discovery: [String: JSON] = [
        "/api": ["kind": "APIVersions", "versions": []],
        "/apis": [
            "kind": "APIGroupList", "apiVersion": "v1",
            "groups": [
                [
                    "name": "apps",
                    "versions": [["groupVersion": "apps/v1", "version": "v1"]],
                    "preferredVersion": ["groupVersion": "apps/v1", "version": "v1"],
                ]
            ],
        ],
        "/apis/apps/v1": [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "apps/v1",
            "resources": [
                [
                    "name": "deployments", "singularName": "deployment", "namespaced": true,
                    "kind": "Deployment", "verbs": ["get", "list", "patch"],
                ]
            ],
        ],
    ]
}

/// A plugin that did not answer in time.
private struct NoCredential: CredentialSource {
    func credential() async throws(CredentialError) -> Credential {
        throw CredentialError("user ops: the exec plugin get-token did not answer within 10 s")
    }

    func refused(_ credential: Credential) async {}
}
