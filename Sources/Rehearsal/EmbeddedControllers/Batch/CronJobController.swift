import Clocks
import EmbeddedAPI
import JSONValues
import KubernetesObjects

/// Makes the Jobs of a CronJob when they are due.
struct CronJobController: Controller {
    let name = "cronjob-controller"
    let watchedResources: Set<ResourceName>? = [.cronJobs, .jobs]

    func addresses(touchedBy change: ObjectChange, in view: ClusterView) -> [ObjectAddress] {
        guard change.resource == .jobs else {
            return [ObjectAddress(.cronJobs, of: change.object)]
        }
        return [change.object, change.previous].compactMap { $0 }
            .compactMap { Ownership.controller(of: $0, kind: "CronJob", .cronJobs) }
    }

    func reconcile(_ address: ObjectAddress, in view: ClusterView) -> Reconciliation {
        guard let cronJob = view.object(address) else { return .none }
        let jobs = view.objects(.jobs, namespace: address.namespace).filter {
            Ownership.isControlled($0, by: cronJob)
        }
        var sync = CronJobSync(cronJob, jobs: jobs, now: view.now)
        sync.run()
        return sync.outcome
    }
}

/// One look at one CronJob.
struct CronJobSync: Sendable {
    private let cronJob: JSON
    private let jobs: [JSON]
    private let now: WallTime
    private var status: JSON
    private(set) var outcome = Reconciliation()

    init(_ cronJob: JSON, jobs: [JSON], now: WallTime) {
        self.cronJob = cronJob
        self.jobs = jobs
        self.now = now
        status = cronJob.status ?? .emptyObject
    }

    mutating func run() {
        removeOldJobs()
        if !cronJob.isBeingDeleted, cronJob.at("spec", "suspend")?.bool != true { startDue() }
        noteJobs()
        outcome.updateStatus(status, of: cronJob)
    }

    /// When a Job ended, and whether well; nil while it has not.
    private func end(of job: JSON) -> (isComplete: Bool, time: String)? {
        for type in ["Complete", "Failed"] {
            guard let condition = job.condition(type), condition["status"]?.string == "True" else {
                continue
            }
            let time = job.at("status", "completionTime") ?? condition["lastTransitionTime"]
            return (type == "Complete", time?.string ?? "")
        }
        return nil
    }

    private mutating func noteJobs() {
        let known = status["active"]?.array ?? []
        let active = jobs.filter { !$0.isJobFinished }.map { job in
            known.first { $0["uid"]?.string == job.uid } ?? reference(to: job)
        }
        status["active"] = active.isEmpty ? nil : .array(active)
        let successes = jobs.compactMap { end(of: $0) }.filter(\.isComplete).map(\.time)
        let last = (successes + [status["lastSuccessfulTime"]?.string].compactMap { $0 }).max()
        status["lastSuccessfulTime"] = last.map(JSON.string)
    }

    private func reference(to job: JSON) -> JSON {
        var reference: JSON = ["apiVersion": "batch/v1", "kind": "Job"]
        for key in ["name", "namespace", "uid", "resourceVersion"] {
            reference[key] = job.at("metadata", key)
        }
        return reference
    }

    private mutating func removeOldJobs() {
        for (isComplete, key, usual) in [
            (true, "successfulJobsHistoryLimit", 3), (false, "failedJobsHistoryLimit", 1),
        ] {
            let limit = cronJob.at("spec", key)?.int ?? usual
            let ended = jobs.filter { end(of: $0)?.isComplete == isComplete }
                .sorted { ($0.creationTimestamp ?? "") < ($1.creationTimestamp ?? "") }
            for job in ended.prefix(max(0, ended.count - limit)) { delete(job) }
        }
    }

    private mutating func delete(_ job: JSON) {
        outcome.writes.append(
            .delete(ObjectAddress(.jobs, of: job), uid: job.uid ?? "", .background)
        )
    }

    // MARK: Starting

    /// A time zone other than UTC is not known here: such a CronJob is never due.
    private var schedule: CronSchedule? {
        let zone = cronJob.at("spec", "timeZone")?.string ?? "UTC"
        guard ["UTC", "Etc/UTC", "GMT", "Etc/GMT"].contains(zone) else { return nil }
        return cronJob.at("spec", "schedule")?.string.flatMap(CronSchedule.init)
    }

    private mutating func startDue() {
        guard let schedule else { return }
        if let next = schedule.next(after: now) {
            outcome.lookAgain(after: now.duration(to: next) + .milliseconds(100))
        }
        guard let due = latestDue(schedule) else { return }
        if let deadline = startingDeadline, due.duration(to: now) > deadline { return }
        let running = jobs.filter { !$0.isJobFinished }
        switch cronJob.at("spec", "concurrencyPolicy")?.string {
        case "Forbid" where !running.isEmpty: return
        case "Replace": running.forEach { delete($0) }
        default: break
        }
        let job = job(for: due)
        if !jobs.contains(where: { $0.name == job.name }) { outcome.writes.append(.create(job)) }
        status["lastScheduleTime"] = .string(due.rfc3339)
    }

    private var startingDeadline: Duration? {
        cronJob.at("spec", "startingDeadlineSeconds")?.int.map { .seconds($0) }
    }

    /// The last time that has come since the last Job, however many were missed before it.
    private func latestDue(_ schedule: CronSchedule) -> WallTime? {
        let known = status["lastScheduleTime"]?.string ?? cronJob.creationTimestamp
        guard var from = known.flatMap({ WallTime(rfc3339: $0) }) else { return nil }
        if let startingDeadline { from = max(from, now.advanced(by: .zero - startingDeadline)) }
        guard let first = schedule.next(after: from), first <= now else { return nil }
        // Looks at ever longer stretches of the recent past until one holds a time that is due.
        var stretch: Duration = .seconds(120)
        while now.advanced(by: .zero - stretch) > first {
            let start = now.advanced(by: .zero - stretch)
            if let found = schedule.next(after: start), found <= now {
                return last(schedule, from: found)
            }
            stretch = stretch * 2
        }
        return last(schedule, from: first)
    }

    private func last(_ schedule: CronSchedule, from first: WallTime) -> WallTime {
        var last = first
        while let next = schedule.next(after: last), next <= now { last = next }
        return last
    }

    private func job(for due: WallTime) -> JSON {
        let template = cronJob.at("spec", "jobTemplate") ?? .emptyObject
        var job: JSON = ["apiVersion": "batch/v1", "kind": "Job"]
        job.name = "\(cronJob.name ?? "")-\(due.nanosecondsSinceEpoch / 60_000_000_000)"
        job.namespace = cronJob.namespace
        job.labels = template.labels
        job.annotations = template.annotations
        job.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] = due.rfc3339
        job.ownerReferences = [Ownership.reference(to: cronJob)]
        job.spec = template.spec
        return job
    }
}
