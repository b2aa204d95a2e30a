import Clocks
import ControlPlaneSupport
import EmbeddedAPI
import Foundation
import HTTPTransport
import HTTPTransportNIO
import JSONValues
import KubernetesAPI
import KubernetesAssessment
import KubernetesCopy
import KubernetesObjects
import Twin

/// Measures how much memory an assessment of a large cluster needs at most.
///
/// The cluster is a twin in a process of its own, so that what it holds does not count.
@main struct AssessBench {
    /// What an assessment of 60,000 objects must stay under.
    private static let mebibytesMax = 512

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "serve", arguments.count == 3,
            let count = arguments.dropFirst().first.flatMap({ Int($0) }), let file = arguments.last
        {
            return try await serve(count, tellingIn: file)
        }
        try await measure(arguments.first.flatMap { Int($0) } ?? 60_000)
    }

    // MARK: - The cluster

    private static func serve(_ count: Int, tellingIn file: String) async throws {
        let time = SystemTime()
        let cluster = EmbeddedCluster(
            time: time,
            identifiers: CountedIdentifiers().next,
            seed: 1
        )
        for object in EstateObjects(count: count) { try cluster.create(object, manager: "bench") }
        let server = try TwinAPIServer(
            name: "bench",
            serving: cluster,
            token: "bench",
            now: time.wallTime
        )
        try await server.run { port in
            let told: JSON = ["port": .int(port), "authority": .string(server.authorityPEM)]
            ServingProcess.tell(told, in: file)
        }
    }

    // MARK: - The assessment

    private static func measure(_ count: Int) async throws {
        let process = try ServingProcess("\(count)")
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await assess(try await process.told())) } catch {
            outcome = .failure(error)
        }
        try process.stop()
        try outcome.get()
    }

    private static func assess(_ server: JSON) async throws {
        let transport = try NIOTransport(
            HTTPSite(
                origin: HTTPOrigin(
                    scheme: .https,
                    host: "127.0.0.1",
                    port: server["port"]?.int ?? 0
                ),
                tls: TLSOptions(
                    roots: .authorities(pem: Array((server["authority"]?.string ?? "").utf8))
                )
            )
        )
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await assess(over: transport)) } catch {
            outcome = .failure(error)
        }
        try await transport.shutdown()
        try outcome.get()
    }

    private static func assess(over transport: NIOTransport) async throws {
        let time = SystemTime()
        let token = Credential.Field(name: "Authorization", value: "Bearer bench")
        let client = KubernetesClient(
            transport: transport,
            credentials: FixedCredential(Credential(fields: [token])),
            time: time
        )
        let site = AssessedSite(cluster: ClusterSource(name: "bench", client: client))
        let before = PeakMemory.mebibytes
        let start = time.uptime
        let assessment = Assessment(
            of: try await EstateReader(
                source: site,
                target: nil,
                targetVersion: ServerVersion("1.36")
            ).read()
        )
        let bytes = assessment.json.encoded().count + AssessmentPage.html(of: assessment).utf8.count
        let seconds = (time.uptime - start).inSeconds
        print("== assess of \(assessment.source.total) objects, read from a twin over TLS")
        print(String(format: "  %.1f s, %d bytes of output", seconds, bytes))
        guard let before, let after = PeakMemory.mebibytes else {
            return print("  peak memory is not known on this system")
        }
        print("  peak memory \(after) MiB (\(before) before), at most \(mebibytesMax) are meant")
        if after >= mebibytesMax { throw BenchProblem("it needed too much memory") }
    }
}

/// Why there is nothing to tell, or what is wrong with it.
struct BenchProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
