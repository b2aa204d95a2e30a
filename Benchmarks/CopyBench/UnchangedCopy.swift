import Clocks
import ControlPlaneSupport
import Foundation
import HTTPTransport
import JSONValues
import EmbeddedAPI
import KubernetesAPI
import KubernetesCopy

/// Measures how much memory a second copy of a large unchanged source needs at most.
///
/// Both clusters are twins in another process, so that what they hold does not count.
enum UnchangedCopy {
    /// What a second copy of 60,000 objects is meant to stay under, and does not yet.
    private static let mebibytesMeant = 512
    private static let namespaces = ["bench"]

    /// Makes both clusters, copies once from the one to the other, and serves them until it is ended.
    static func serve(_ count: Int, tellingIn file: String) async throws {
        let source = BenchServer.twinCluster()
        let target = BenchServer.twinCluster()
        for object in BenchObjects.make(count, namespace: namespaces[0]) {
            try source.create(object, manager: "bench")
        }
        let summary = try await CopyBench.copy(
            namespaces,
            from: KubernetesClient(transport: InProcessTransport(source), time: CopyBench.time),
            to: KubernetesClient(transport: InProcessTransport(target), time: CopyBench.time)
        )
        guard summary.failures.isEmpty, summary.created >= count else {
            throw BenchProblem("\(summary.created) created, \(summary.failures.prefix(3))")
        }
        try await BenchServer.serving(source) { source in
            try await BenchServer.serving(target) { target in
                ServingProcess.tell(["source": source, "target": target], in: file)
                try await CopyBench.time.sleep(for: .seconds(86_400))
            }
        }
    }

    static func measure(_ count: Int) async throws {
        let process = try ServingProcess("\(count)")
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await copyAgain(count, try await process.told()))
        } catch {
            outcome = .failure(error)
        }
        try process.stop()
        try outcome.get()
    }

    private static func copyAgain(_ count: Int, _ told: JSON) async throws {
        try await BenchServer.with(told["source"] ?? .null) { source in
            try await BenchServer.with(told["target"] ?? .null) { target in
                let before = PeakMemory.mebibytes
                let seconds = try await CopyBench.timed {
                    let summary = try await CopyBench.copy(
                        namespaces,
                        from: CopyBench.client(of: source),
                        to: CopyBench.client(of: target)
                    )
                    guard summary.created + summary.updated == 0, summary.unchanged >= count else {
                        throw BenchProblem("the second copy wrote, or saw too little")
                    }
                }
                tell(count, seconds, before)
            }
        }
    }

    private static func tell(_ count: Int, _ seconds: Double, _ before: Int?) {
        print("== second copy of \(count) unchanged objects between two twins over TLS")
        print(String(format: "  %.1f s, no writes", seconds))
        guard let before, let after = PeakMemory.mebibytes else {
            return print("  peak memory is not known on this system")
        }
        print(
            "  peak memory \(after) MiB (\(before) before); 60,000 are meant to need \(mebibytesMeant)"
        )
    }
}
