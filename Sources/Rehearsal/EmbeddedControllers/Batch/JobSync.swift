import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// One look at one Job.
///
/// A finished pod is counted in three looks, so that none is counted twice: its uid is noted in the
/// status, its finalizer is taken away, and then the uid moves into the count.
struct JobSync: Sendable {
    private let job: JSON
    private let pods: [JSON]
    private let now: WallTime
    private var status: JSON
    private var conditions: Conditions
    private(set) var outcome = Reconciliation()

    init(_ job: JSON, pods: [JSON], now: WallTime) {
        self.job = job
        self.pods = pods
        self.now = now
        status = job.status ?? .emptyObject
        conditions = Conditions(of: job)
    }

    mutating func run() {
        if isFinished { return finish() }
        countFinished()
        let verdict = verdict
        if let verdict {
            conclude(verdict)
        } else {
            noteSuspension()
            if !isSuspended, status["startTime"] == nil {
                status["startTime"] = .string(now.rfc3339)
            }
            scale()
        }
        writeStatus()
    }

    // MARK: What the Job says

    private var isSuspended: Bool { job.at("spec", "suspend")?.bool ?? false }
    private var parallelism: Int { job.at("spec", "parallelism")?.int ?? 1 }
    private var completions: Int? { job.at("spec", "completions")?.int }
    private var backoffLimit: Int { job.at("spec", "backoffLimit")?.int ?? 6 }
    private var active: [JSON] { pods.filter(\.isPodActive) }

    private var isFinished: Bool {
        ["Complete", "Failed"].contains { conditions[$0]?["status"]?.string == "True" }
    }

    // MARK: Counting

    /// Whether a pod has failed: one that is deleted before it succeeds has, too.
    private func hasFailed(_ pod: JSON) -> Bool {
        pod.podPhase == "Failed" || (pod.isBeingDeleted && pod.podPhase != "Succeeded")
    }

    private func noted(_ key: String) -> [String] {
        (status["uncountedTerminatedPods"]?[key]?.array ?? []).compactMap(\.string)
    }

    private mutating func countFinished() {
        let tracked = Dictionary(
            pods.filter { $0.finalizers.contains(JobController.tracking) }.map {
                ($0.uid ?? "", $0)
            },
            uniquingKeysWith: { first, _ in first }
        )
        var uncounted = JSON.emptyObject
        for key in ["failed", "succeeded"] {
            let before = noted(key)
            for pod in before.compactMap({ tracked[$0] }) {
                outcome.writes.append(.update(JobController.untracked(pod)))
            }
            status.setCount(key, status.count(key) + before.count { tracked[$0] == nil })
            let ended = tracked.values.filter {
                key == "failed" ? hasFailed($0) : $0.podPhase == "Succeeded"
            }
            let waiting = before.filter { tracked[$0] != nil }
            let next = Set(ended.compactMap(\.uid)).union(waiting).sorted()
            if !next.isEmpty { uncounted[key] = .array(next.map(JSON.string)) }
        }
        status["uncountedTerminatedPods"] = uncounted
    }

    private var isCounting: Bool { !noted("failed").isEmpty || !noted("succeeded").isEmpty }
    private var succeeded: Int { status.count("succeeded") + noted("succeeded").count }
    private var failed: Int { status.count("failed") + noted("failed").count }

    // MARK: The end

    /// How a Job ends.
    private enum Verdict {
        case complete
        case failed(reason: String, message: String)
    }

    private var verdict: Verdict? {
        if failed > backoffLimit {
            return .failed(
                reason: "BackoffLimitExceeded",
                message: "Job has reached the specified backoff limit"
            )
        }
        if let remaining = timeUntilDeadline, remaining <= .zero {
            return .failed(
                reason: "DeadlineExceeded",
                message: "Job was active longer than specified deadline"
            )
        }
        guard !isSuspended else { return nil }
        if let completions { return succeeded >= completions ? .complete : nil }
        return succeeded > 0 && active.isEmpty ? .complete : nil
    }

    private var timeUntilDeadline: Duration? {
        guard !isSuspended, let seconds = job.at("spec", "activeDeadlineSeconds")?.int,
            let start = status["startTime"]?.string.flatMap({ WallTime(rfc3339: $0) })
        else { return nil }
        return .seconds(seconds) - start.duration(to: now)
    }

    /// Notes the verdict at once, stops what runs, and ends the Job when every pod is counted.
    private mutating func conclude(_ verdict: Verdict) {
        let early: String
        let final: String
        let reason: String
        let message: String
        switch verdict {
        case .complete:
            (early, final) = ("SuccessCriteriaMet", "Complete")
            (reason, message) = ("CompletionsReached", "Reached expected number of succeeded pods")
        case .failed(let why, let text):
            (early, final) = ("FailureTarget", "Failed")
            (reason, message) = (why, text)
        }
        setCondition(early, "True", reason, message)
        for pod in active { outcome.delete(pod: pod) }
        guard !isCounting, active.isEmpty else { return }
        setCondition(final, "True", reason, message)
        if final == "Complete" { status["completionTime"] = .string(now.rfc3339) }
    }

    private mutating func setCondition(
        _ type: String,
        _ status: String,
        _ reason: String,
        _ message: String
    ) {
        conditions.set(
            type,
            status,
            reason: reason,
            message: message,
            now: now,
            extra: .probe
        )
    }

    /// What is left to do for a Job that has ended: nothing, until its time to live is over.
    private mutating func finish() {
        for pod in pods where pod.finalizers.contains(JobController.tracking) {
            outcome.writes.append(.update(JobController.untracked(pod)))
        }
        guard let seconds = job.at("spec", "ttlSecondsAfterFinished")?.int else { return }
        let end = ["Complete", "Failed"].compactMap {
            conditions[$0]?["lastTransitionTime"]?.string
        }
        guard let since = end.first.flatMap({ WallTime(rfc3339: $0) }) else { return }
        let remaining = .seconds(seconds) - since.duration(to: now)
        if remaining > .zero { return outcome.lookAgain(after: remaining) }
        outcome.writes.append(
            .delete(ObjectAddress(.jobs, of: job), uid: job.uid ?? "", .background)
        )
    }

    // MARK: Running

    private mutating func noteSuspension() {
        if isSuspended {
            setCondition("Suspended", "True", "JobSuspended", "Job suspended")
            status["startTime"] = nil
        } else if conditions["Suspended"]?["status"]?.string == "True" {
            setCondition("Suspended", "False", "JobResumed", "Job resumed")
            status["startTime"] = .string(now.rfc3339)
        }
    }

    private mutating func scale() {
        let running = active
        if isSuspended {
            // Pods that a suspension ends have not failed.
            for pod in running {
                outcome.writes.append(.update(JobController.untracked(pod)))
                outcome.delete(pod: pod)
            }
            return
        }
        if let deadline = timeUntilDeadline { outcome.lookAgain(after: deadline) }
        var wanted = parallelism
        if let completions {
            wanted = min(parallelism, completions - succeeded)
        } else if succeeded > 0 {
            wanted = running.count
        }
        for pod in running.sorted(by: DeletionRanking(neighbours: running).isDeletedBefore)
            .prefix(max(0, running.count - wanted))
        {
            outcome.delete(pod: pod)
        }
        guard running.count < wanted else { return }
        if let pause = timeUntilRetry, pause > .zero { return outcome.lookAgain(after: pause) }
        var pod = PodTemplate(of: job).pod(of: job)
        pod.finalizers.append(JobController.tracking)
        outcome.writes += (running.count..<wanted).map { _ in .create(pod) }
    }

    /// After a failure the next pod waits 10 seconds, and twice as long after each further one.
    private var timeUntilRetry: Duration? {
        guard failed > 0 else { return nil }
        let times = pods.filter(hasFailed).compactMap { pod in
            pod.deletionTimestamp ?? Self.finishTime(of: pod) ?? pod.creationTimestamp
        }
        guard let last = times.max().flatMap({ WallTime(rfc3339: $0) }) else { return nil }
        let pause = min(.seconds(10) * (1 << min(failed - 1, 6)), .seconds(360))
        return pause - last.duration(to: now)
    }

    private static func finishTime(of pod: JSON) -> String? {
        (pod.at("status", "containerStatuses")?.array ?? [])
            .compactMap { $0.at("state", "terminated", "finishedAt")?.string }
            .max()
    }

    private mutating func writeStatus() {
        let deleted = Set(
            outcome.writes.compactMap { write -> String? in
                guard case .remove(_, let options) = write else { return nil }
                return options.uid
            }
        )
        let running = active.filter { !deleted.contains($0.uid ?? "") }
        let created = outcome.writes.count {
            if case .create = $0 { true } else { false }
        }
        status.setCount("active", running.count + created)
        status["ready"] = .int(running.count { $0.isPodReady })
        status["terminating"] = .int(pods.count { $0.isBeingDeleted && !$0.isPodFinished })
        status["conditions"] = conditions.json
        outcome.updateStatus(status, of: job)
    }
}
