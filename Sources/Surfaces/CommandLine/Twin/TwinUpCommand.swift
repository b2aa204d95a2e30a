import ArgumentParser
import Clocks
import EmbeddedNodes
import EmbeddedSites
import Foundation
import JSONValues
import MigrationEngine
import Twin
import YAMLDocuments

/// `diolkos twin up`: a pair of sites that stays until it is stopped.
struct TwinUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start a source and a target, and stay until Ctrl-C.",
        discussion: """
            Both are real enough for kubectl. The pods of the estates answer requests; the balancer \
            before the sites sends everything to the source until something moves it. At the end it \
            prints the last requests that failed in it, if any did.
            """
    )

    @Option(name: .customLong("source"), help: "Manifests to create at the source; repeatable.")
    var sourceFiles: [String] = []

    @Option(name: .customLong("target"), help: "Manifests to create at the target; repeatable.")
    var targetFiles: [String] = []

    @Flag(help: "Create the estate that Diolkos ships at the source.")
    var demoEstate = false

    @Option(help: "The namespace of manifests that name none.")
    var namespace = "default"

    @Option(help: "Where to write the kubeconfig.")
    var kubeconfig = "twin.kubeconfig"

    @Option(help: "Where to write a migration file that moves the estate; nothing by default.")
    var migration: String?

    @Option(
        help: """
            Where to write every write of a client, as a Kubernetes audit log has it: one JSON \
            object a line. Nothing by default.
            """
    )
    var auditLog: String?

    @Option(help: "What all chance in the twin is drawn from.")
    var seed: UInt64 = 1

    @Option(help: "The port at which the balancer takes requests; 0 lets the system choose.")
    var balancerPort = 0

    func run() async throws {
        try await guarded {
            var settings = TwinSettings()
            settings.world.seed = seed
            settings.world.balancerPort = balancerPort
            let pair = TwinPair(settings: settings, time: SystemTime(), audit: try auditSink()) {
                Identifiers.fresh()
            }
            if demoEstate { try pair.load(DemoEstate.manifests, at: .source) }
            try pair.load(try sourceFiles.flatMap(manifests), at: .source, namespace: namespace)
            try pair.load(try targetFiles.flatMap(manifests), at: .target, namespace: namespace)
            let stop = StopRequest()
            let signals = SignalWatch(stop)
            try await pair.run { [settings] twin in
                twin.ensureRoutes()
                try await twin.waitUntilReady(.source, within: .seconds(60))
                try announce(twin, settings)
                while !stop.isRequested { try await SystemTime().sleep(for: .milliseconds(100)) }
                for failure in twin.world.counters.failures { Output.line("Failed: \(failure)") }
            }
            withExtendedLifetime(signals) {}
        }
    }

    /// Nil when nobody asked for a log.
    private func auditSink() throws -> AuditLog.Sink? {
        guard let auditLog else { return nil }
        let file = try LineFile(auditLog)
        return { event in file.write(event.json.text()) }
    }

    private func manifests(_ path: String) throws -> [JSON] {
        try YAMLDocuments.parse(try InputFile(path).bytes(), file: path)
            .map(\.json).filter { !$0.isNull }
    }

    private func announce(_ twin: RunningTwin, _ settings: TwinSettings) throws {
        try write(twin.kubeconfig.text, to: kubeconfig)
        let ports = twin.world.ports
        Output.line(
            "Contexts \(settings.sourceContext) and \(settings.targetContext) in \(kubeconfig)"
        )
        Output.line("Balancer http://127.0.0.1:\(ports.balancer), control \(ports.control)")
        Output.line("Entries \(ports.sourceEntry) (source) and \(ports.targetEntry) (target)")
        for host in twin.hosts { Output.line("Route \(host)") }
        if let migration {
            try write(TwinMigrationFile(twin, settings, kubeconfig: kubeconfig).text, to: migration)
            Output.line("Migration file \(migration)")
        }
        Output.line("Ready; Ctrl-C ends it.")
    }

    private func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try Data(text.utf8).write(to: url, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}
