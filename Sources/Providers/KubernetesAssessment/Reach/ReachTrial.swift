import Clocks
import ConnectionTrials
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects

/// What came of trying addresses from one site.
package struct ReachOutcome: Sendable {
    /// What came of each address that was tried; the others are missing.
    package var results: [OutsideAddress: ConnectionAnswer] = [:]
    /// Why some address could not be tried, each once, sorted.
    package var problems: [String] = []
    /// Jobs that could not be deleted, sorted.
    package var leftBehind: [String] = []

    /// Nothing was tried, and nothing went wrong.
    package init() {}
}

/// Tries addresses from within one site, by Jobs of its own.
///
/// This is the only part of an assessment that writes. Each Job is deleted when it has spoken, when it
/// did not, and when somebody asks to stop; what cannot be deleted is told, and goes by itself.
package struct ReachTrial: Sendable {
    /// Why nothing was tried any more when somebody asked to stop.
    static let stopped = "it was stopped"
    /// The label by which people find the Jobs; its value is the Job's name.
    private static let label = "diolkos.dev/reach"
    /// Addresses that one Job tries.
    private static let addressesMax = 32
    /// Jobs that run at once.
    private static let width = 4
    private static let pause = Duration.milliseconds(500)
    /// How often a deletion is tried.
    private static let deletionsMax = 3

    private let settings: ReachSettings
    /// Nobody else's: part of the Jobs' names.
    private let id: String
    private let client: KubernetesClient
    private let time: any TimeSource
    private let isStopped: @Sendable () -> Bool

    /// `id` must be a fresh one that may stand in a name.
    package init(
        _ settings: ReachSettings,
        id: String,
        at client: KubernetesClient,
        time: any TimeSource,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) {
        self.settings = settings
        self.id = id
        self.client = client
        self.time = time
        self.isStopped = isStopped
    }

    /// Tries each address that can be tried; never throws, so that nothing is left half done.
    package func perform(_ addresses: [OutsideAddress]) async -> ReachOutcome {
        let triable = addresses.filter { $0.target != nil }
        let size = Self.addressesMax
        let jobs = stride(from: 0, to: triable.count, by: size).enumerated().map { number, start in
            ConnectionTrial(
                namespace: settings.namespace,
                name: "diolkos-reach-\(id)-\(number)",
                image: settings.image,
                targets: triable[start..<min(start + size, triable.count)].compactMap(\.target),
                manner: settings.manner,
                pullSecret: settings.pullSecret
            )
        }
        let outcomes = await BoundedWork.results(of: jobs, width: Self.width) { await run($0) }
        var all = ReachOutcome()
        for outcome in outcomes {
            all.results.merge(outcome.results) { first, _ in first }
            all.problems += outcome.problems
            all.leftBehind += outcome.leftBehind
        }
        all.problems = Set(all.problems).sorted()
        all.leftBehind.sort()
        return all
    }

    private func run(_ trial: ConnectionTrial) async -> ReachOutcome {
        var outcome = ReachOutcome()
        if isStopped() {
            outcome.problems = [Self.stopped]
            return outcome
        }
        do {
            let jobs = try await client.resource(group: "batch", kind: "Job")
            do {
                var manifest = trial.job
                manifest.labels[Self.label] = trial.name
                let job = try await client.create(jobs, manifest)
                await follow(trial, job, &outcome)
            } catch {
                outcome.problems = ["the Job was not taken: \(error)"]
                // An answer may be lost while the Job is made.
                if error.writeOutcome != .unknown { return outcome }
            }
            await delete(trial, jobs, &outcome)
        } catch {
            outcome.problems = ["\(error)"]
        }
        return outcome
    }

    private func follow(
        _ trial: ConnectionTrial,
        _ job: JSON,
        _ outcome: inout ReachOutcome
    ) async {
        let secondsMax = settings.secondsMax(addresses: trial.targets.count)
        let deadline = time.uptime + .seconds(secondsMax)
        var last = "nothing was seen of it"
        do {
            let pods = try await client.resource(group: "", kind: "Pod")
            let options = ListOptions(labels: try LabelSelector(matching: ["job-name": trial.name]))
            while time.uptime < deadline {
                if isStopped() {
                    outcome.problems = [Self.stopped]
                    return
                }
                let list = try await client.list(
                    pods,
                    namespace: settings.namespace,
                    options: options
                )
                switch ConnectionTrial.outcome(job: job, pods: list.items) {
                case .underWay(let seen): last = seen
                case .failed(let reason):
                    outcome.problems = ["the Job \(reason)"]
                    return
                case .done(let results):
                    for result in results {
                        outcome.results[OutsideAddress(result.target)] = result.answer
                    }
                    return
                }
                try await time.sleep(for: Self.pause)
            }
            outcome.problems = ["not done within \(secondsMax) s: \(last)"]
        } catch {
            outcome.problems = ["\(error)"]
        }
    }

    /// Answers when the Job is gone or on its way out, or nothing more can be done.
    private func delete(
        _ trial: ConnectionTrial,
        _ jobs: ResourceKind,
        _ outcome: inout ReachOutcome
    ) async {
        for attempt in 1...Self.deletionsMax {
            do {
                _ = try await client.delete(
                    jobs,
                    namespace: settings.namespace,
                    name: trial.name,
                    options: DeleteOptions(propagation: .background)
                )
                return
            } catch  where error.isNotFound {
                return
            } catch {
                if attempt < Self.deletionsMax, await hasPaused() { continue }
                outcome.leftBehind = ["Job \(settings.namespace)/\(trial.name): \(error)"]
                return
            }
        }
    }

    private func hasPaused() async -> Bool {
        do { try await time.sleep(for: Self.pause) } catch { return false }
        return true
    }
}
