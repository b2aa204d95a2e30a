import Clocks
import ControlPlaneSupport
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationModel
import MigrationPorts
import Synchronization
import TrafficKubernetes

/// A namespace of the source with two routes of one kind, and a front that serves by their objects.
struct RouteScene: Sendable {
    static let route = RouteID("a.example")

    let kind: RouteSample.Kind
    let site: SitePair.Site
    let time: any TimeSource
    let namespace: String
    let provider: TrafficKubernetes
    let front: PlayedFront

    /// Makes the objects; whatever takes routes has taken them when this returns.
    ///
    /// `edit` changes the object of `a.example` before it is made.
    init(
        _ kind: RouteSample.Kind,
        in pair: SitePair,
        name: String,
        grace: Duration = .zero,
        edit: (inout JSON) -> Void = { _ in },
        route: (inout WeightedRoute) -> Void = { _ in }
    ) async throws {
        self.kind = kind
        site = pair.source
        time = pair.time
        namespace = name
        try await RouteScene.open(kind, in: pair, name)
        var routes: [WeightedRoute] = []
        for letter in ["b", "a"] {
            for (index, object) in RouteSample.objects(kind, letter, in: name).enumerated() {
                var object = object
                if letter == "a", object.name == "a" || index == 1 { edit(&object) }
                try await site.create(object)
            }
            var stated = RouteSample.route(kind, RouteID("\(letter).example"), letter, in: name)
            if letter == "a" { route(&stated) }
            routes.append(stated)
        }
        front = PlayedFront(kind, site, namespace, pair.time)
        provider = TrafficKubernetes(
            routes: routes,
            client: site.watched,
            context: "old",
            evidence: ProbeEvidence(
                front: front,
                hosts: ["a", "b"].reduce(into: [:]) {
                    $0[RouteID("\($1).example")] = "\($1).example"
                },
                grace: grace,
                time: pair.time
            ),
            time: pair.time
        )
        try await settle()
    }

    var rig: Rig {
        Rig(
            provider: provider,
            ask: { host, path in
                try await provider.probe(RouteID(host), path: path)?.rawValue ?? "nobody"
            },
            settle: { try await settle() },
            time: time,
            percents: kind == .swap ? [100] : [1, 25, 33, 50, 99, 100]
        )
    }

    var reference: ObjectReference {
        get async throws {
            let object = RouteSample.objects(kind, "a", in: namespace).last ?? .null
            return ObjectReference(naming: object)
        }
    }

    /// What the object of `a.example` is now.
    func object() async throws -> JSON { try await site.get(try await reference) }

    /// Takes the routes in their present generation, as the controller of a Gateway does.
    func settle(_ status: String = "True") async throws {
        guard kind == .httpRoute || kind == .grpcRoute else { return }
        for letter in ["a", "b"] {
            var reference = try await reference
            reference.name = letter
            let generation = JSON.int(try await site.get(reference).generation ?? 0)
            let conditions = ["Accepted", "ResolvedRefs"].map { type -> JSON in
                [
                    "type": .string(type), "observedGeneration": generation, "message": "",
                    "status": .string(type == "Accepted" ? "True" : status),
                    "reason": .string(status == "True" ? type : "BackendNotFound"),
                    "lastTransitionTime": "2026-01-01T00:00:00Z",
                ]
            }
            try await site.setStatus(
                of: reference,
                [
                    "parents": [
                        [
                            "parentRef": [
                                "group": "gateway.networking.k8s.io", "kind": "Gateway",
                                "name": "front",
                            ],
                            "controllerName": "example.com/played",
                            "conditions": .array(conditions),
                        ]
                    ]
                ]
            )
        }
    }

    /// The namespace and, once for each server, the kind.
    private static func open(
        _ kind: RouteSample.Kind,
        in pair: SitePair,
        _ name: String
    ) async throws {
        try await pair.source.create([
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)],
        ])
        guard let definition = RouteSample.definition(kind) else { return }
        try await pair.source.ensure(definition)
        let object = RouteSample.objects(kind, "a", in: name)[0]
        let wanted = ObjectReference(naming: object)
        try await pair.wait(until: "\(kind.rawValue) is served") {
            do {
                _ = try await pair.source.list(wanted.apiVersion, wanted.kind, in: name)
                return true
            } catch let error as KubernetesError {
                if case .noMatch = error { return false }
                if error.isNotFound { return false }
                throw error
            }
        }
    }
}

extension SitePair.Site {
    /// Makes an object unless it is there.
    fileprivate func ensure(_ object: JSON) async throws {
        if try await find(ObjectReference(naming: object)) == nil { try await create(object) }
    }
}

/// The front of a data plane that serves by the objects as they are: exactly, and at once.
final class PlayedFront: HTTPTransport {
    private let kind: RouteSample.Kind
    private let site: SitePair.Site
    private let namespace: String
    private let time: any TimeSource
    private let counts = Mutex<[String: Int]>([:])
    /// What is answered in place of a site's answer.
    let override = Mutex<Result<HTTPResponse, TransportError>?>(nil)

    init(
        _ kind: RouteSample.Kind,
        _ site: SitePair.Site,
        _ namespace: String,
        _ time: any TimeSource
    ) {
        self.kind = kind
        self.site = site
        self.namespace = namespace
        self.time = time
    }

    func send(
        _ request: HTTPRequest,
        timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        if let answer = override.withLock({ $0 }) { return try answer.get() }
        do {
            let host = request.headers["Host"] ?? ""
            var reference = ObjectReference(
                naming: RouteSample.objects(kind, "a", in: namespace).last ?? .null
            )
            reference.name = String(host.prefix(1))
            let weights = RouteSample.weights(kind, of: try await site.get(reference))
            let number = counts.withLock { counts in
                counts["\(host) \(weights)", default: 0] += 1
                return counts["\(host) \(weights)", default: 0]
            }
            let total = weights.source + weights.target
            // Spread evenly: the target's turn has come whenever its sum reaches another whole.
            let isTarget = number * weights.target / total > (number - 1) * weights.target / total
            if request.target == "/slow" { try await time.sleep(for: .milliseconds(500)) }
            return HTTPResponse(
                status: request.target == "/fail" ? 500 : 200,
                headers: ["X-Diolkos-Site": isTarget ? "target" : "source"]
            )
        } catch {
            throw .broken(reason: "\(error)")
        }
    }
}
