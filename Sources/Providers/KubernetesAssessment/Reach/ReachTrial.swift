import Clocks
import JSONValues
import KubernetesAPI
import KubernetesCopy
import KubernetesObjects

/// What came of trying addresses from one site.
package struct ReachOutcome: Sendable {
    package var results: [OutsideAddress: ReachResult] = [:]
    /// Why some address could not be tried, each once, sorted.
    package var problems: [String] = []
    /// Jobs that could not be deleted, sorted.
    package var leftBehind: [String] = []

    package init() {}
}

/// Tries addresses from within one site, by Jobs of its own.
///
/// This is the only part of an assessment that writes. Each Job is deleted when it has spoken, when it
/// did not, and when somebody asks to stop; what cannot be deleted is told, and goes by itself.
package struct ReachTrial: Sendable {
    /// Why nothing was tried any more when somebody asked to stop.
    static let stopped = "it was stopped"
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
        let triable = addresses.filter { $0.dialled != nil }
        let size = ReachScript.addressesMax
        let jobs = stride(from: 0, to: triable.count, by: size).enumerated().map { number, start in
            ReachJob(
                name: "diolkos-reach-\(id)-\(number)",
                addresses: Array(triable[start..<min(start + size, triable.count)]),
                settings: settings
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

    private func run(_ job: ReachJob) async -> ReachOutcome {
        var outcome = ReachOutcome()
        if isStopped() {
            outcome.problems = [Self.stopped]
            return outcome
        }
        do {
            let jobs = try await client.resource(group: "batch", kind: "Job")
            do {
                _ = try await client.create(jobs, job.manifest)
            } catch {
                outcome.problems = ["the Job was not taken: \(error)"]
                // An answer may be lost while the Job is made.
                if error.writeOutcome != .unknown { return outcome }
            }
            if outcome.problems.isEmpty { await follow(job, &outcome) }
            await delete(job, jobs, &outcome)
        } catch {
            outcome.problems = ["\(error)"]
        }
        return outcome
    }

    private func follow(_ job: ReachJob, _ outcome: inout ReachOutcome) async {
        let deadline = time.uptime + .seconds(job.secondsMax)
        var last = "nothing was seen of it"
        do {
            let pods = try await client.resource(group: "", kind: "Pod")
            let options = ListOptions(
                labels: try LabelSelector(matching: [ReachJob.label: job.name])
            )
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
                switch ReachJob.progress(of: list.items) {
                case .waiting(let why): last = why
                case .stuck(let why):
                    outcome.problems = [why]
                    return
                case .ended(let message): return take(message, of: job, &outcome)
                }
                try await time.sleep(for: Self.pause)
            }
            outcome.problems = ["not done within \(job.secondsMax) s: \(last)"]
        } catch {
            outcome.problems = ["\(error)"]
        }
    }

    private func take(_ message: String, of job: ReachJob, _ outcome: inout ReachOutcome) {
        outcome.results = ReachScript.results(in: message, of: job.addresses)
        let missing = job.addresses.count - outcome.results.count
        if missing == 0 { return }
        outcome.problems =
            message.hasPrefix("tools missing")
            ? ["the image \(settings.image) has neither nc nor bash with timeout"]
            : [
                "the Job said nothing of \(missing) address(es): is there a shell in \(settings.image)?"
            ]
    }

    /// Answers when the Job is gone or on its way out, or nothing more can be done.
    private func delete(
        _ job: ReachJob,
        _ jobs: ResourceKind,
        _ outcome: inout ReachOutcome
    ) async {
        for attempt in 1...Self.deletionsMax {
            do {
                _ = try await client.delete(
                    jobs,
                    namespace: settings.namespace,
                    name: job.name,
                    options: DeleteOptions(propagation: .background)
                )
                return
            } catch  where error.isNotFound {
                return
            } catch {
                if attempt < Self.deletionsMax, await hasPaused() { continue }
                outcome.leftBehind = ["Job \(settings.namespace)/\(job.name): \(error)"]
                return
            }
        }
    }

    private func hasPaused() async -> Bool {
        do { try await time.sleep(for: Self.pause) } catch { return false }
        return true
    }
}
