import Clocks
import EmbeddedAPI
import EmbeddedControllers
import EmbeddedNodes
import EmbeddedSites
import HTTPTransport
import JSONValues
import KubernetesObjects

/// How a pair of sites is set up.
package struct TwinSettings: Sendable {
    /// The data plane, and the seed of every draw.
    package var world = WorldSettings()
    /// How fast controllers react, the same at both sites.
    package var controllers = ControllerConfiguration()
    /// The contexts under which `kubectl` finds the sites.
    package var sourceContext = "twin-source"
    /// As `sourceContext`, of the target.
    package var targetContext = "twin-target"
    /// Where the API servers listen; 0 lets the system choose.
    package var sourcePort = 0
    /// As `sourcePort`, of the target.
    package var targetPort = 0
    /// What clients must show to the API servers.
    package var token = "twin"
    /// For how long the certificates of the API servers count.
    package var certificateLife = Duration.seconds(365 * 86_400)

    package init() {}
}

/// Two embedded clusters with everything that makes them live: controllers, nodes, entries, API
/// servers over TLS, and a balancer before both.
package final class TwinPair: Sendable {
    /// The cluster that is left.
    package let source: EmbeddedCluster
    /// The cluster that is reached.
    package let target: EmbeddedCluster
    private let settings: TwinSettings
    private let time: any TimeSource
    private let faces: [TwinSite: SiteFace]
    /// The faces as clients meet them.
    private let handlers: [TwinSite: any HTTPHandler]

    /// `identifiers` gives a fresh uid at each call; `seed` of the world draws all else; `audit` is
    /// told of every write of a client.
    package init(
        settings: TwinSettings,
        time: any TimeSource,
        audit: AuditLog.Sink? = nil,
        identifiers: @escaping @Sendable () -> String
    ) {
        self.settings = settings
        self.time = time
        let seed = settings.world.seed
        // Other ranges and versions at each site, so that whatever is mixed up shows.
        var sourceConfiguration = ClusterConfiguration()
        sourceConfiguration.serviceRange = "10.96.0.0/16"
        var targetConfiguration = ClusterConfiguration()
        targetConfiguration.serviceRange = "10.97.0.0/16"
        targetConfiguration.firstRevision = 100_000
        source = EmbeddedCluster(
            configuration: sourceConfiguration,
            time: time,
            identifiers: identifiers,
            seed: seed
        )
        target = EmbeddedCluster(
            configuration: targetConfiguration,
            time: time,
            identifiers: identifiers,
            seed: seed &+ 1
        )
        faces = [
            .source: SiteFace(site: .source, cluster: source),
            .target: SiteFace(site: .target, cluster: target),
        ]
        var handlers: [TwinSite: any HTTPHandler] = faces
        if let audit {
            for (site, face) in faces {
                handlers[site] = AuditLog(
                    of: site,
                    before: face,
                    time: time,
                    identifiers: identifiers,
                    sink: audit
                )
            }
        }
        self.handlers = handlers
    }

    /// A site's API as its server shows it, for callers in this process.
    package func face(of site: TwinSite) -> any HTTPHandler {
        guard let handler = handlers[site] else { preconditionFailure("every site has a face") }
        return handler
    }

    package subscript(site: TwinSite) -> EmbeddedCluster { site == .source ? source : target }

    /// Creates objects at one site, as `kubectl create` would, in the order given.
    ///
    /// An object without a namespace that needs one goes into `namespace`. What is there already is
    /// left alone. Fails at the first object that the site refuses, and names it.
    package func load(
        _ manifests: [JSON],
        at site: TwinSite,
        namespace: String = "default"
    ) throws(EstateError) {
        for manifest in manifests {
            var object = manifest
            if object.namespace == nil, self[site].isNamespaced(object) {
                object.set(.string(namespace), at: "metadata", "namespace")
            }
            do {
                try self[site].load(object, manager: "estate")
            } catch {
                if error.reason == "AlreadyExists" { continue }
                throw EstateError(object: object, problem: "\(error)")
            }
        }
    }

    /// Runs both sites and everything around them while `body` runs.
    package func run<Result: Sendable>(
        _ body: @escaping @Sendable (RunningTwin) async throws -> Result
    ) async throws -> Result {
        let world = TwinWorld(
            source: source,
            target: target,
            settings: settings.world,
            time: time
        )
        var servers: [TwinSite: TwinAPIServer] = [:]
        for site in TwinSite.allCases { servers[site] = try server(site) }
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await run(world, servers, body))
        } catch {
            outcome = .failure(error)
        }
        for face in faces.values { try await face.shutdown() }
        return try outcome.get()
    }

    private func run<Result: Sendable>(
        _ world: TwinWorld,
        _ servers: [TwinSite: TwinAPIServer],
        _ body: @escaping @Sendable (RunningTwin) async throws -> Result
    ) async throws -> Result {
        try await world.run { [self] running in
            for face in faces.values { face.connect(to: running) }
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                let ports = AsyncStream.makeStream(of: (TwinSite, Int).self)
                for site in TwinSite.allCases {
                    let controllers = ControllerManager(
                        cluster: self[site],
                        time: time,
                        seed: settings.world.seed,
                        configuration: configuration(for: servers[site])
                    )
                    group.addTask {
                        try await controllers.run()
                        return nil
                    }
                    group.addTask {
                        try await servers[site]?.run { ports.continuation.yield((site, $0)) }
                        return nil
                    }
                }
                group.addTask { [self] in
                    let apiPorts = await collect(ports.stream)
                    let twin = RunningTwin(
                        pair: self,
                        world: running,
                        kubeconfig: kubeconfig(servers, apiPorts),
                        time: time
                    )
                    return try await body(twin)
                }
                while let result = try await group.next() {
                    guard let result else { continue }
                    source.endWatches()
                    target.endWatches()
                    group.cancelAll()
                    return result
                }
                throw CancellationError()
            }
        }
    }

    private func server(_ site: TwinSite) throws -> TwinAPIServer {
        try TwinAPIServer(
            name: site == .source ? settings.sourceContext : settings.targetContext,
            serving: face(of: site),
            token: settings.token,
            port: site == .source ? settings.sourcePort : settings.targetPort,
            now: time.wallTime,
            certificateLife: settings.certificateLife
        )
    }

    private func configuration(for server: TwinAPIServer?) -> ControllerConfiguration {
        var configuration = settings.controllers
        configuration.rootCertificate = server?.authorityPEM ?? ""
        return configuration
    }

    private func collect(_ ports: AsyncStream<(TwinSite, Int)>) async -> [TwinSite: Int] {
        var known: [TwinSite: Int] = [:]
        for await (site, port) in ports {
            known[site] = port
            if known.count == TwinSite.allCases.count { break }
        }
        return known
    }

    private func kubeconfig(
        _ servers: [TwinSite: TwinAPIServer],
        _ ports: [TwinSite: Int]
    ) -> TwinKubeconfig {
        TwinKubeconfig(
            TwinSite.allCases.map { site in
                TwinKubeconfig.Entry(
                    context: site == .source ? settings.sourceContext : settings.targetContext,
                    port: ports[site] ?? 0,
                    authorityPEM: servers[site]?.authorityPEM ?? "",
                    token: settings.token
                )
            }
        )
    }
}

/// Why an estate could not be loaded.
package struct EstateError: Error, Sendable, CustomStringConvertible {
    /// The object that was refused.
    package let object: JSON
    /// Why, in the server's words.
    package let problem: String

    package var description: String {
        "\(object.kind ?? "an object") \(object.namespacedName) cannot be loaded: \(problem)"
    }
}

extension EmbeddedCluster {
    fileprivate func isNamespaced(_ object: JSON) -> Bool {
        guard let kind = object.groupVersionKind else { return false }
        return registry.definition(for: kind)?.isNamespaced ?? false
    }
}
