import Clocks
import EmbeddedNodes
import EmbeddedSites
import LoadGenerator
import MigrationModel
import MigrationPorts
import Synchronization
import Twin

/// Open-loop load on the names of services, from inside a site of the twin, that can be ended.
final class InsideLoad: Sendable {
    /// What is known of the requests.
    var report: LoadReport { generator.report(of: "all") }

    private let generator: LoadGenerator
    private let time = SystemTime()
    private let isStopping = Mutex(false)
    private let hasEnded = Mutex(false)

    /// Each name in each of the forms in which callers write it, each as often as the others.
    init(_ site: TwinSite, of twin: RunningTwin, on services: [DemoEstate.Service]) async throws {
        generator = LoadGenerator(
            plan: LoadPlan(
                port: try await twin.world.openInside(site),
                routes: services.flatMap {
                    LoadRoute.names(ofService: $0.name, in: $0.namespace)
                },
                requestsPerSecond: 90,
                // A machine that is busy with other things must not look like a failure.
                timeout: .seconds(20)
            ),
            time: time,
            phase: "all"
        )
    }

    /// Sends until somebody ends it, or the task is cancelled.
    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                do { try await generator.run() } catch { assertionFailure("\(error)") }
            }
            while !isStopping.withLock({ $0 }) {
                do { try await time.sleep(for: .milliseconds(10)) } catch { break }
            }
            group.cancelAll()
        }
        hasEnded.withLock { $0 = true }
    }

    /// Ends it, and returns when the last answer has come.
    func stop() async {
        isStopping.withLock { $0 = true }
        while !hasEnded.withLock({ $0 }) {
            do { try await time.sleep(for: .milliseconds(10)) } catch { return }
        }
    }
}

/// A site that gives nothing back of what these steps made until nobody calls its names any more.
struct SiteInUse: PassingPlatform {
    let inner: any Platform
    let steps: Set<StepID>
    let load: InsideLoad

    func undo(
        _ change: SiteChange,
        to before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) {
        if steps.contains(mark.step) { await load.stop() }
        try await inner.undo(change, to: before, mark: mark)
    }
}
