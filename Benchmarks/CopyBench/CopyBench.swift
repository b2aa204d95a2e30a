import Clocks
import ControlPlaneSupport
import Foundation
import HTTPTransport
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects
import MigrationModel

/// Measures a copy between two servers against kubectl and against bare creates, all in one
/// run on one machine: only the ratios mean anything elsewhere.
@main struct CopyBench {
    static let time = SystemTime()

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "serve", arguments.count == 3, let count = Int(arguments[1]) {
            return try await UnchangedCopy.serve(count, tellingIn: arguments[2])
        }
        if arguments.first == "--unchanged" {
            return try await UnchangedCopy.measure(arguments.last.flatMap { Int($0) } ?? 60_000)
        }
        try await compare(arguments.first.flatMap { Int($0) } ?? 5_000)
    }

    private static func compare(_ count: Int) async throws {
        guard let assets = ControlPlane.assets("KUBEBUILDER_ASSETS") else {
            print("== copy of \(count) objects between two twins in this process")
            return try await BenchServer.withTwin { source in
                try await BenchServer.withTwin { target in
                    try await measure(count, source, target, kubectl: nil)
                }
            }
        }
        let older = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS_SOURCE"] ?? assets
        let source = try await ControlPlane(assets: older)
        let target = try await ControlPlane(assets: assets)
        print("== copy of \(count) objects between two control planes on this machine")
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await measure(
                    count,
                    BenchServer(source),
                    BenchServer(target),
                    kubectl: KubectlApply(assets)
                )
            )
        } catch {
            outcome = .failure(error)
        }
        try await source.stop()
        try await target.stop()
        try outcome.get()
    }

    private static func measure(
        _ count: Int,
        _ source: BenchServer,
        _ target: BenchServer,
        kubectl: KubectlApply?
    ) async throws {
        let reader = client(of: source)
        let writer = client(of: target)
        let objects = BenchObjects.make(count, namespace: "bench")
        try await BareCreates(source).run(objects, width: 32)

        let copied = try await timed {
            let summary = try await copy(["bench"], from: reader, to: writer)
            guard summary.failures.isEmpty, summary.created >= count else {
                throw BenchProblem("\(summary.created) created, \(summary.failures.prefix(3))")
            }
        }
        let bare = try await timed {
            try await BareCreates(target).run(
                BenchObjects.make(count, namespace: "bare"),
                width: 32
            )
        }
        let copyRate = Double(count) / copied
        let bareRate = Double(count) / bare
        row("first copy, read and written", copied, copyRate, nil)
        row(
            "bare creates, 32 in flight",
            bare,
            bareRate,
            "copy / bare \(ratio(copyRate, bareRate))"
        )
        try await measureAgain(count, source, from: reader, to: writer)
        for trouble in TroubledTransport.Trouble.allCases {
            try await measure(trouble, source, target, usual: copyRate)
        }
        if let seconds = try await kubectl?.seconds(for: count, at: target) {
            let rate = Double(count) / seconds
            row(
                "kubectl apply --server-side",
                seconds,
                rate,
                "copy / kubectl \(ratio(copyRate, rate))"
            )
        } else {
            print("  no kubectl beside a control plane: not compared")
        }
    }

    /// A second copy, of twice as many objects.
    private static func measureAgain(
        _ count: Int,
        _ source: BenchServer,
        from reader: KubernetesClient,
        to writer: KubernetesClient
    ) async throws {
        try await BareCreates(source).run(
            BenchObjects.make(count, namespace: "more"),
            width: 32
        )
        let both = ["bench", "more"]
        _ = try await copy(both, from: reader, to: writer)
        let again = try await timed {
            let summary = try await copy(both, from: reader, to: writer)
            guard summary.created + summary.updated == 0 else {
                throw BenchProblem("the second copy wrote")
            }
        }
        row("second copy of \(2 * count), no writes", again, Double(2 * count) / again, nil)
    }

    /// A copy to a server in trouble: nothing may be lost, and nothing may be asked over and over.
    private static func measure(
        _ trouble: TroubledTransport.Trouble,
        _ source: BenchServer,
        _ target: BenchServer,
        usual: Double
    ) async throws {
        let count = 1_000
        try await BareCreates(source).run(
            BenchObjects.make(count, namespace: trouble.rawValue),
            width: 32
        )
        let transport = TroubledTransport(target.transport, trouble, time: time)
        let seconds = try await timed {
            let summary = try await copy(
                [trouble.rawValue],
                from: client(of: source),
                to: client(of: target, over: transport)
            )
            guard summary.failures.isEmpty, summary.created >= count else {
                throw BenchProblem("\(summary.created) created, \(summary.failures.prefix(3))")
            }
        }
        let rate = Double(count) / seconds
        let counts = transport.counts
        row(
            trouble.words,
            seconds,
            rate,
            "\(ratio(rate, usual)) of the usual rate; \(counts.sent) requests, "
                + "\(counts.refused) of them refused"
        )
    }

    static func copy(
        _ namespaces: [String],
        from source: KubernetesClient,
        to target: KubernetesClient
    ) async throws -> CopySummary {
        let rule = CopyRule(name: "bench", selection: CopySelection(namespaces: namespaces))
        let plan = try await CopyMaking(
            rule,
            from: ClusterSource(name: "source", client: source),
            to: ClusterSource(name: "target", client: target)
        ).make()
        return await CopyRun(plan, target: target, time: time).perform()
    }

    static func client(
        of server: BenchServer,
        over transport: (any HTTPTransport)? = nil
    ) -> KubernetesClient {
        let token = Credential.Field(name: "Authorization", value: "Bearer \(server.token)")
        return KubernetesClient(
            transport: transport ?? server.transport,
            credentials: FixedCredential(Credential(fields: [token])),
            time: time
        )
    }

    static func timed(_ body: () async throws -> Void) async throws -> Double {
        let start = time.uptime
        try await body()
        return (time.uptime - start).inSeconds
    }

    private static func row(_ what: String, _ seconds: Double, _ rate: Double, _ ratio: String?) {
        let name = what.padding(toLength: 34, withPad: " ", startingAt: 0)
        let figures = String(format: "%8.2f s %8.0f objects/s", seconds, rate)
        print("  \(name)\(figures)  \(ratio ?? "")")
    }

    private static func ratio(_ left: Double, _ right: Double) -> String {
        String(format: "%.2f", left / right)
    }
}

/// Why there is nothing to compare.
struct BenchProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
