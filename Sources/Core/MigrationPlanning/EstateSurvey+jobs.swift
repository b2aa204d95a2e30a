import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// What has begun ends where it has begun, and a run is not finished before.
    mutating func surveyJobs(_ estate: inout Estate) {
        let jobs = source.jobsUnderWay.filter { namespaces.contains($0.namespace ?? "") }
        estate.hasJobs = !jobs.isEmpty || crossing.contains { $0.id.isCronJob }
        for job in jobs.sorted() {
            notes.find(
                "\(job) has not ended: it ends at the source and is not run at the target, and a "
                    + "finish waits for it."
            )
        }
    }

    /// What becomes of a CronJob, for whoever reads the plan.
    mutating func noteSchedule(_ record: WorkloadRecord) {
        if record.replicas == 0 {
            notes.find("\(record.id) is suspended; it is copied and stays suspended.")
        } else if file.rule(of: record.id)?.activation == .shared {
            notes.find(
                "\(record.id) changes sides between two ticks, each of which is begun once; the "
                    + "target may begin the next one while the source's Jobs still run, as stated."
            )
        } else {
            notes.find(
                "\(record.id) changes sides between two ticks, each of which is begun once; what "
                    + "becomes due until the source's Jobs have ended is begun late, at the target."
            )
        }
    }
}
