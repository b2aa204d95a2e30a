import EmbeddedAPI
import JSONValues
import KubernetesObjects
import MigrationModel
import Synchronization

/// What CronJobs begin: a tick is begun once, at one of the sites, and never again.
///
/// A Job is called after the minute of its tick, so two of one name are one tick that was begun twice.
final class BegunTicks: WorldPart {
    private struct State {
        var watches: [SiteRole: ChangeWatch]
        /// Where each was begun, by the namespace and name of its Job.
        var begun: [String: SiteRole] = [:]
    }

    private let state: Mutex<State>
    private let violated: @Sendable (String) -> Void

    init(_ world: SimulatedWorld, violated: @escaping @Sendable (String) -> Void) {
        self.violated = violated
        let watches = SiteRole.allCases.map { ($0, world[$0].cluster.watch([.jobs])) }
        state = Mutex(State(watches: Dictionary(uniqueKeysWithValues: watches)))
    }

    func step() -> Duration? {
        let twice = state.withLock { state -> [String] in
            var twice: [String] = []
            for site in SiteRole.allCases {
                for change in state.watches[site]?.takePending() ?? [] where change.kind == .added {
                    let job = change.object
                    guard job.controllerReference?["kind"] == "CronJob" else { continue }
                    if let first = state.begun.updateValue(site, forKey: job.namespacedName) {
                        twice.append(
                            "Job \(job.namespacedName) was begun at the \(first) and at the \(site)"
                        )
                    }
                }
            }
            return twice
        }
        twice.forEach(violated)
        return nil
    }
}
