import Clocks
import Composition
import Foundation
import JSONValues
import KubernetesAPI
import KubernetesObjects
import MigrationFile
import MigrationModel
import Simulation
import SiteSupport
import Testing
import Twin
import YAMLDocuments

/// A twin in a process of its own, and a folder from which other processes move its estate.
final class TwinSession {
    let folder: URL
    private let program: String
    private let twin: Program

    /// `services` stand at the source when `body` begins, and `more` objects beside them.
    ///
    /// `soak` is how long each weight is held: the longer, the longer the run.
    static func with(
        _ services: [DemoEstate.Service],
        more: [JSON] = [],
        soak: String = "500ms",
        _ body: (TwinSession) async throws -> Void
    ) async throws {
        let session = try TwinSession(DemoEstate.manifests(of: services) + more)
        var ended = false
        defer { if !ended { session.twin.kill() } }
        try await session.eventually("the twin is ready") { session.twin.text.contains("Ready") }
        let file = session.folder.appendingPathComponent("m.yaml")
        // A machine that is busy with other things must not look like a slow target.
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacing(/( +)soak: "?500ms"?/) { "\($0.1)soak: \(soak)\n\($0.1)latencySlack: 10s" }
        try #require(text.contains("latencySlack"))
        try Data(text.utf8).write(to: file)
        try await body(session)
        #expect(try await session.twin.interrupted() == 0, "\(session.twin.text)")
        ended = true
        try FileManager.default.removeItem(at: session.folder)
    }

    private init(_ manifests: [JSON]) throws {
        program = try #require(Program.path)
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("diolkos-process-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let estate = YAMLDocuments.text(documents: manifests)
        try Data(estate.utf8).write(to: folder.appendingPathComponent("estate.yaml"))
        twin = try Program(
            program,
            [
                "twin", "up", "--source", "estate.yaml", "--migration", "m.yaml", "--audit-log",
                "audit.log",
            ],
            in: folder
        )
    }

    // MARK: - Other processes

    /// Starts a command of the program; those of a migration get its file.
    func start(_ arguments: [String], crashAt: String? = nil) throws -> Program {
        try Program(program, arguments, in: folder, crashAt: crashAt)
    }

    /// Starts a command that is told which migration is meant.
    func start(_ command: String, _ more: String..., crashAt: String? = nil) throws -> Program {
        try start([command, "-f", "m.yaml"] + more, crashAt: crashAt)
    }

    /// Runs a command to its end; its exit status and all that it printed.
    func run(_ command: String, _ more: String...) async throws -> (code: Int32, text: String) {
        let process = try start([command, "-f", "m.yaml"] + more)
        let code = try await process.ended()
        return (code, process.text)
    }

    /// Open-loop load on the balancer, for a host.
    func startLoad(_ host: String, rate: Int) throws -> Program {
        let port = try #require(balancerPort)
        return try start([
            "twin", "load", "--port", port, "--host", host, "--rate", String(rate),
        ])
    }

    func status(_ more: String...) async throws -> JSON {
        let process = try start(["status", "-f", "m.yaml", "-o", "json"] + more)
        let code = try await process.ended()
        #expect(code == 0, "\(process.text)")
        return try JSON.parse(process.text)
    }

    func eventually(
        _ what: String,
        within limit: Duration = .seconds(60),
        _ holds: () async throws -> Bool
    ) async throws {
        let time = SystemTime()
        let end = time.uptime + limit
        while try await !holds() {
            try #require(time.uptime < end, "within \(limit) it did not come to hold: \(what)")
            try await time.sleep(for: .milliseconds(100))
        }
    }

    /// How many steps the journal says are done.
    func doneSteps() async throws -> Int {
        guard FileManager.default.fileExists(atPath: folder.path + "/m.journal") else { return 0 }
        return try await status().at("steps", "done")?.int ?? 0
    }

    func waitForSteps(_ count: Int) async throws {
        try await eventually("\(count) steps are done") { try await doneSteps() >= count }
    }

    /// Copies the journal as it is, with its key; whoever drives it must not be writing.
    func copyJournal(to name: String) throws {
        for suffix in ["", "-wal", "-shm", ".key"] {
            let file = folder.appendingPathComponent("m.journal" + suffix)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            let copy = folder.appendingPathComponent(name + suffix)
            try FileManager.default.copyItem(at: file, to: copy)
        }
    }

    private var balancerPort: String? {
        let text = twin.text
        guard let start = text.firstRange(of: "Balancer http://127.0.0.1:") else { return nil }
        return String(text[start.upperBound...].prefix { $0.isNumber })
    }

    // MARK: - What became of the sites

    /// All that both sites hold, of every kind, read over their APIs.
    func snapshots() async throws -> (source: SiteSnapshot, target: SiteSnapshot) {
        try await withSites { source, target in
            (try await snapshot(source), try await snapshot(target))
        }
    }

    /// Gives `body` clients of the source and the target.
    func withSites<Result>(
        _ body: (KubernetesClient, KubernetesClient) async throws -> Result
    ) async throws -> Result {
        let path = folder.appendingPathComponent("m.yaml")
        let file = try MigrationFile.parse(Array(try Data(contentsOf: path)), file: "m.yaml")
        let connector = Connector(
            environment: .system(),
            directory: folder.path,
            unverified: [],
            time: SystemTime(),
            draw: { 0.5 },
            remark: { _ in }
        )
        let access = try connector.connect(file)
        let result = try await body(access.source.client, access.target.client)
        try await connector.shutdown()
        return result
    }

    /// The names of the Jobs of both sites.
    func jobs() async throws -> [String] {
        try await withSites { source, target in
            let kind = try await source.resource(group: "batch", kind: "Job")
            let lists = [try await source.list(kind), try await target.list(kind)]
            return lists.flatMap { $0.items.compactMap(\.name) }
        }
    }

    private func snapshot(_ client: KubernetesClient) async throws -> SiteSnapshot {
        var objects: [JSON] = []
        for kind in try await client.discovery().preferredKinds where kind.verbs.contains("list") {
            objects += try await client.list(kind).items
        }
        return SiteSnapshot(objects)
    }

    /// The objects that the APIs said they had created for a client, as often as they did; sorted.
    func creations() throws -> [String] {
        try audit().filter(\.isCreation).map(\.auditedPlace).sorted()
    }

    /// Every write of clients that the APIs have answered, as the audit log has it.
    func audit() throws -> [JSON] {
        try auditLines().map { try JSON.parse(String($0)) }
    }

    /// How many writes the APIs have answered.
    func auditCount() throws -> Int { try auditLines().count }

    /// Without a line that is still being written.
    private func auditLines() throws -> [Substring] {
        let path = folder.appendingPathComponent("audit.log")
        let log = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        return log[..<(log.lastIndex(of: "\n") ?? log.startIndex)].split(separator: "\n")
    }
}

extension JSON {
    /// Whether an audit event tells of an object that the server created.
    fileprivate var isCreation: Bool {
        self["verb"] == "create" && at("responseStatus", "code") == 201
    }

    /// Which object an audit event is of, and at which site.
    fileprivate var auditedPlace: String {
        let site = at("annotations", "diolkos.dev/site")?.string ?? ""
        let object = self["objectRef"]?.object ?? [:]
        let words = ["resource", "namespace", "name"].compactMap { object[$0]?.string }
        return ([site] + words).joined(separator: " ")
    }
}
