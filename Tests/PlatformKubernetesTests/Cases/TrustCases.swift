import Certificates
import Clocks
import ControlPlaneSupport
import Foundation
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import PlatformKubernetes
import Testing

extension PlatformCase {
    /// Clocks and certificates, before anything is made.
    static let trusting: [PlatformCase] = [
        PlatformCase(
            "trust",
            "certificates that count for long enough hold, and nothing is written"
        ) {
            let scene = try await TrustScene($0, $1)
            try await scene.show(from: -1, to: 90)
            #expect(try await scene.told(.source) == [])
            #expect(try await scene.told(.target) == [])
            #expect(scene.scene.writes == [])
        },
        PlatformCase("trust-times", "one that has ended, has not begun or ends meanwhile is broken")
        {
            let scene = try await TrustScene($0, $1)
            for (first, last, words) in [
                (-90, -1, "has ended on"), (1, 90, "which has not come"),
                (-1, 1, "before all has crossed"),
            ] {
                try await scene.show(from: first, to: last)
                for site in SiteRole.allCases {
                    let seen = try await scene.broken(site, hours: 48)
                    #expect(seen.contains(words), "\(seen)")
                    #expect(seen.contains("shows, of Secret \(scene.scene.namespace)/shown,"))
                }
            }
            // Whoever wants to be told only is told all of it.
            #expect(try await scene.told(.target, hours: 48, onlyTells: true).count == 1)
            try await scene.show(from: -1, to: 5)
            let soon = try await scene.told(.target)
            #expect(soon.count == 1 && soon[0].contains("less than 14 days"), "\(soon)")
        },
        PlatformCase("trust-names", "one that is for other hosts, unreadable or missing is told") {
            let scene = try await TrustScene($0, $1)
            try await scene.show(["elsewhere.example"], from: -1, to: 90)
            let other = try await scene.told(.target)
            #expect(other.count == 1 && other[0].contains("is not for shop.example: it is for"))
            try await scene.put(["tls.crt": "bm9uZQ==", "tls.key": "bm9uZQ=="])
            #expect(try await scene.told(.source).first?.contains("cannot be read") == true)
            try await scene.delete()
            #expect(try await scene.told(.target).first?.contains("is not there") == true)
        },
        PlatformCase("trust-pods", "one that pods have is told of by its times, and stops nothing")
        {
            let scene = try await TrustScene($0, $1)
            try await scene.mount()
            try await scene.show(from: -1, to: 90)
            #expect(try await scene.told(.target) == [])
            try await scene.show(from: -90, to: -1)
            // What an Ingress shows is held; what pods have is told beside it.
            for site in SiteRole.allCases {
                let told = try await scene.told(site, onlyTells: true)
                #expect(told.count == 2, "\(told)")
                let own = told.filter { $0.contains("that pods of Deployment") }
                #expect(
                    own.first?.contains("have, of Secret \(scene.scene.namespace)/shown,") == true
                )
                let held = try await scene.broken(site)
                #expect(held.contains("shows, of") && !held.contains("that pods of"), "\(held)")
            }
            try await scene.delete()
            #expect(try await scene.told(.target).count == 1)
        },
    ]
}

/// What servers show, played, at sites of the twin.
@Suite struct TrustTests {
    private func shown(
        _ refusal: String? = nil,
        names: [String] = ["api.example"],
        from first: Int = -1,
        to last: Int = 90
    ) throws -> TLSShown {
        let issued = try Issuing(SteppedTime().wallTime).certificate(names, from: first, to: last)
        return TLSShown(version: "TLSv1.3", chain: [issued], refusal: refusal)
    }

    /// What a look at a server of the source says: `broken`, `told` or nothing.
    private func look(
        _ shown: TLSShown?,
        isVerified: Bool = true,
        dialled: String? = nil,
        identity: String? = nil,
        hours: Int = 1
    ) async throws -> (broken: String?, told: [String]) {
        let pair = try await SitePair.twin()
        let server = SiteTLS.Server(
            name: "the API server",
            host: "api.example",
            peer: PlayedPeer(shown: shown),
            isAPI: true,
            isVerified: isVerified
        )
        let platform = pair.platform(
            .source,
            tls: SiteTLS(servers: [server], identity: identity)
        )
        let look = CertificateLook(
            namespaces: [],
            lengthMilliseconds: hours * 3_600_000,
            dialled: dialled,
            onlyTells: false
        )
        switch try await platform.check(.trusted(site: .source, look: look), replicas: nil) {
        case .broken(let seen): return (seen, [])
        case .measured(let measured):
            return (nil, (measured["told"]?.array ?? []).compactMap(\.string))
        case .holds, .waiting: return (nil, [])
        }
    }

    @Test func `a server that is believed for long enough is silent`() async throws {
        let seen = try await look(try shown())
        #expect(seen.broken == nil && seen.told == [])
    }

    @Test func `every way in which a server is not believed is told apart`() async throws {
        let ended = try await look(try shown("VERIFY", from: -9, to: -1)).broken
        #expect(
            ended?.contains("the certificate of the API server at the source has ended") == true
        )
        #expect(ended?.contains("renew it, then try again") == true)
        #expect(ended?.contains("nobody whom") == false)
        let early = try await look(try shown("VERIFY", from: 1)).broken
        #expect(early?.contains("which has not come by the site's clock") == true)
        let stranger = try await look(try shown("VERIFY")).broken
        #expect(stranger?.contains("is not believed: nobody whom this machine trusts") == true)
        let elsewhere = try await look(try shown("NAME", names: ["other.example"]))
        #expect(elsewhere.broken == nil)
        #expect(elsewhere.told.first?.contains("is not for api.example") == true)
        let meanwhile = try await look(try shown(to: 1), hours: 30).broken
        #expect(meanwhile?.contains("before all has crossed; renew it before") == true)
    }

    @Test func `what nobody verifies stops nothing, and what cannot be reached is told`()
        async throws
    {
        let ended = try await look(try shown(from: -9, to: -1), isVerified: false)
        #expect(ended.broken == nil)
        #expect(ended.told.first?.contains("has ended") == true)
        let absent = try await look(nil)
        #expect(absent.told.first?.contains("no TLS came about with the API server") == true)
    }

    @Test func `a host by which keepers dial, and a client's own certificate, are looked at`()
        async throws
    {
        let dialled = try await look(try shown(), dialled: "https://10.0.0.5:6443")
        #expect(dialled.told.first?.contains("is not for 10.0.0.5, by which keepers dial") == true)
        let good = try await look(try shown(), dialled: "https://api.example:6443")
        #expect(good.told == [])
        let own = try Issuing(SteppedTime().wallTime).certificate(["me"], from: -9, to: 1)
        let ends = try await look(try shown(), identity: own, hours: 30).broken
        #expect(ends?.contains("client certificate for it at the source ends on") == true)
    }

    @Test(arguments: [
        (0, "", false), (5, "told", true), (60, "broken", true), (-60, "broken", true),
    ])
    func `clocks that lie apart are told, and stop the run where ticks would be misjudged`(
        lead: Int,
        outcome: String,
        isSeen: Bool
    ) async throws {
        let pair = try await SitePair.twin()
        let client = KubernetesClient(
            transport: AheadTransport(
                server: pair.source.tap,
                lead: .seconds(lead),
                time: pair.time
            ),
            time: pair.time
        )
        let platform = KubernetesPlatform(
            site: .source,
            client: client,
            counterpart: pair.target.client,
            context: "old",
            sealing: NothingToSeal(),
            entry: nil,
            time: pair.time
        )
        let look = CertificateLook(
            namespaces: [],
            lengthMilliseconds: 1,
            dialled: nil,
            onlyTells: false
        )
        switch try await platform.check(.trusted(site: .source, look: look), replicas: nil) {
        case .broken(let seen):
            #expect(outcome == "broken")
            #expect(
                seen.contains(lead < 0 ? "s behind that of this machine" : "s ahead of that of")
            )
        case .measured(let measured):
            #expect(outcome == (measured["told"] == nil ? "" : "told"))
            let read = try #require(measured["clockLeadMilliseconds"]?.int)
            #expect(abs(read - lead * 1_000) <= 1_500)
        case .holds, .waiting: Issue.record("no clock was seen")
        }
    }
}

/// Whoever signs certificates for these tests.
private struct Issuing {
    let now: WallTime

    init(_ now: WallTime) { self.now = now }

    /// One that counts between these days from now, in PEM.
    func certificate(_ names: [String], from first: Int, to last: Int) throws -> String {
        func at(_ days: Int) -> WallTime { now.advanced(by: .seconds(days * 86_400)) }
        let authority = try CertificateAuthority(name: "test", begin: at(-400), end: at(400))
        return try authority.issue(to: "any", names: names, begin: at(first), end: at(last))
            .certificate
    }
}

/// A server that shows what it is told to; nil for none.
private struct PlayedPeer: TLSPeer {
    let shown: TLSShown?

    func show(timeout: Duration) async throws(TransportError) -> TLSShown {
        guard let shown else { throw .notSent(reason: "the connection was refused") }
        return shown
    }
}

/// A server whose clock goes ahead.
private struct AheadTransport: HTTPTransport {
    let server: any HTTPTransport
    let lead: Duration
    let time: any TimeSource

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        var response = try await server.send(request, timeout: timeout)
        response.headers["Date"] = time.wallTime.advanced(by: lead).httpDate
        return response
    }
}

/// An Ingress of the source that shows the certificate of a Secret.
private struct TrustScene {
    let scene: Scene

    private var secret: ObjectReference { scene.reference("v1", "Secret", "shown") }

    init(_ pair: SitePair, _ namespace: String) async throws {
        scene = try await Scene.open(pair, in: namespace)
        try await pair.source.create([
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": "front", "namespace": .string(namespace)],
            "spec": [
                "defaultBackend": ["service": ["name": "web", "port": ["number": 80]]],
                "tls": [["hosts": ["shop.example"], "secretName": "shown"]],
            ],
        ])
    }

    func show(_ names: [String] = ["shop.example"], from first: Int, to last: Int) async throws {
        let pem = try Issuing(scene.pair.time.wallTime).certificate(names, from: first, to: last)
        let key = Data("key".utf8).base64EncodedString()
        try await put([
            "tls.crt": .string(Data(pem.utf8).base64EncodedString()), "tls.key": .string(key),
        ])
    }

    func put(_ data: JSON) async throws {
        try await delete()
        try await scene.pair.source.create([
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": ["name": "shown", "namespace": .string(scene.namespace)], "data": data,
        ])
        scene.resetTaps()
    }

    func delete() async throws {
        let kind = try await scene.pair.source.client.resource(group: "", kind: "Secret")
        if let found = try await scene.pair.source.find(secret), let name = found.name {
            _ = try await scene.pair.source.client.delete(
                kind,
                namespace: scene.namespace,
                name: name,
                options: DeleteOptions(uid: found.uid)
            )
        }
        scene.resetTaps()
    }

    /// Lets pods of a Deployment of the source have it.
    func mount() async throws {
        let labels: JSON = ["app": "secured"]
        try await scene.pair.source.create([
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "secured", "namespace": .string(scene.namespace)],
            "spec": [
                "replicas": 0, "selector": ["matchLabels": labels],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": [
                        "containers": [["name": "web", "image": "web"]],
                        "volumes": [["name": "tls", "secret": ["secretName": "shown"]]],
                    ],
                ],
            ],
        ])
        scene.resetTaps()
    }

    private func state(
        _ site: SiteRole,
        _ hours: Int,
        _ onlyTells: Bool
    ) async throws -> ConditionState {
        let look = CertificateLook(
            namespaces: [scene.namespace],
            lengthMilliseconds: hours * 3_600_000,
            dialled: nil,
            onlyTells: onlyTells
        )
        return try await scene.pair.platform(site)
            .check(.trusted(site: site, look: look), replicas: nil)
    }

    /// Why it is broken; empty where it is not.
    func broken(_ site: SiteRole, hours: Int = 1) async throws -> String {
        guard case .broken(let seen) = try await state(site, hours, false) else { return "" }
        return seen
    }

    /// What is told and stops nothing.
    func told(_ site: SiteRole, hours: Int = 1, onlyTells: Bool = false) async throws -> [String] {
        switch try await state(site, hours, onlyTells) {
        case .measured(let measured): return (measured["told"]?.array ?? []).compactMap(\.string)
        case .holds: return []
        case .broken(let seen), .waiting(let seen): return ["broken: \(seen)"]
        }
    }
}
