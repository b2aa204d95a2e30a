import ArgumentParser
import Clocks
import Control
import EmbeddedNodes
import EmbeddedSites
import Foundation
import LoadGenerator
import MigrationEngine
import MigrationModel
import Twin
import YAMLDocuments

/// `diolkos demo`: fifty services cross under load in front of your eyes.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Move fifty services between two embedded sites under load, and one back.",
        discussion: """
            Ends with failure if a single request failed, of those that come from outside or of those \
            that pods make to names inside, if a site served nothing, if the crossing took the \
            latency beyond three times what it was, if a tick of the CronJob was begun twice, if fewer \
            pods of the consumer than are meant were ready at any moment, or if a pod of the \
            StatefulSet is not at the target in the end.
            """
    )

    @Option(help: "Requests a second over all routes.")
    var rate = 1_000

    @Option(help: "Requests a second on names inside, at each site.")
    var insideRate = 100

    @Flag(help: "Put a real HAProxy before the sites instead of the twin's balancer.")
    var haproxy = false

    @Option(help: "What all chance in the twin is drawn from.")
    var seed: UInt64 = 1

    @Flag(help: "Print the estate as manifests and end.")
    var printEstate = false

    func run() async throws {
        if printEstate {
            Output.line(YAMLDocuments.text(documents: DemoEstate.manifests))
            return
        }
        try await guarded {
            guard rate > 0, insideRate > 0 else {
                throw ValidationError("--rate and --inside-rate are above 0")
            }
            let demo = Demo(rate: rate, insideRate: insideRate, seed: seed, usesHAProxy: haproxy)
            let outcome = try await demo.run()
            for line in outcome.lines { Output.line(line) }
            if !outcome.complaints.isEmpty {
                for complaint in outcome.complaints { Output.problem("FAILED: \(complaint)") }
                throw ExitCode.failure
            }
        }
    }
}
