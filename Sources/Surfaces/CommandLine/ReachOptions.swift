import ArgumentParser
import Clocks
import KubernetesAPI
import KubernetesAssessment
import MigrationEngine

/// Whether and how `assess` tries what lies outside of the clusters.
struct ReachOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Try every host and port found in configuration by short Jobs of this image at both sites. \
            It needs sh, and nc or bash: busybox will do. The only part of assess that writes.
            """,
            valueName: "image"
        )
    )
    var tryReachability: String?

    @Option(help: "Where these Jobs run; it must be there at both sites.")
    var tryNamespace = "default"

    @Option(help: "A Secret in that namespace with which the image is pulled.")
    var tryPullSecret: String?

    @Option(help: "How long one connection may take, in seconds.")
    var tryTimeout = 3

    @Flag(
        help: """
            Also look for hosts and ports in the Secrets that workloads read, and for whose accounts' \
            tokens Secrets hold. Nothing else is taken out of them.
            """
    )
    var hostsInSecrets = false

    func validate() throws {
        guard (1...60).contains(tryTimeout) else {
            throw ValidationError("--try-timeout takes from 1 to 60 seconds.")
        }
    }

    /// Adds what came of it to the assessment; nothing happens unless it was asked for.
    ///
    /// The first Ctrl-C ends it early, with the Jobs deleted.
    ///
    /// - Returns: Whether it was ended early.
    func perform(
        _ assessment: inout Assessment,
        source: KubernetesClient?,
        target: KubernetesClient?
    ) async -> Bool {
        guard let image = tryReachability, let target else { return false }
        let settings = ReachSettings(
            image: image,
            namespace: tryNamespace,
            pullSecret: tryPullSecret,
            timeoutSeconds: tryTimeout
        )
        let stop = StopRequest()
        let signals = SignalWatch(stop)
        let addresses = assessment.outside.calls.map(\.address)
        func trial(at client: KubernetesClient) -> ReachTrial {
            ReachTrial(
                settings,
                id: String(Identifiers.fresh().prefix(8)),
                at: client,
                time: SystemTime(),
                isStopped: { stop.isRequested }
            )
        }
        // Neither throws: each deletes its Jobs whatever becomes of the other.
        async let there = trial(at: target).perform(addresses)
        let here: ReachOutcome? =
            if let source { await trial(at: source).perform(addresses) } else { nil }
        assessment.add(source: here, target: await there)
        withExtendedLifetime(signals) {}
        return stop.isRequested
    }
}
