import JSONValues
import KubernetesObjects
import MigrationModel

/// Nothing that does its work once, or on time, does it at both sites.
struct JobRule: DetailRule {
    let isStopped: Bool

    func staying(_ object: JSON, _ key: CopyKey) -> Staying? {
        guard object.groupKind == "Job.batch", !isStopped else { return nil }
        if object.isJobFinished {
            return Staying(reason: "it has ended, and would run again at the target")
        }
        if object.at("spec", "suspend")?.bool == true { return nil }
        return Staying(
            reason: "it runs at the source, and would run again at the target",
            finding: Finding(
                check: "job-in-flight",
                severity: .decide,
                objects: ["\(key)"],
                reason: "a Job runs at the source; a copy would do its work twice",
                remedy: "Wait for its end, or start it anew at the target when its turn has come."
            )
        )
    }

    func shape(
        _ wanted: inout JSON,
        of original: JSON,
        _ key: CopyKey,
        present: JSON?
    ) -> [Finding] {
        guard wanted.groupKind == "CronJob.batch", !isStopped else { return [] }
        // Whoever let it go at the target has decided, also when the source's was suspended for it.
        if let present, present.at("spec", "suspend")?.bool != true {
            wanted.remove(at: "spec", "suspend")
            return []
        }
        guard original.at("spec", "suspend")?.bool != true else { return [] }
        StoppedForm.apply(to: &wanted, present: present)
        return [
            Finding(
                check: "cron-job-at-both-sites",
                severity: .decide,
                objects: ["\(key)"],
                reason:
                    "a CronJob would run at both sites at each of its times; its copy is suspended",
                remedy: "Suspend it at the source and copy again, which tells the target which of "
                    + "its times are done; then set spec.suspend to false at the target."
            )
        ]
    }
}
