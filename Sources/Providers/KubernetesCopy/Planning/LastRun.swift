import JSONValues
import KubernetesObjects

/// When a CronJob last began a Job at the source, for the target to know.
///
/// A controller that is let go begins at once what it takes for missed: the copy would do again what
/// the source has done last. It is told while the CronJob is suspended at both sites, that is, on
/// the way from one to the other.
struct LastRun {
    let time: String
    /// What that changes of what is there; nil when nothing is there yet.
    let change: SemanticDiff.Difference?

    /// Nil where there is nothing to tell.
    init?(of original: JSON, present: JSON?, copy: String) {
        guard original.groupKind == "CronJob.batch", original.at("spec", "suspend") == true,
            let time = original.at("status", "lastScheduleTime")?.string
        else { return nil }
        self.time = time
        guard let present else {
            change = nil
            return
        }
        let known = present.at("status", "lastScheduleTime")
        // As servers write times, the later one is the greater text.
        guard CopyMarks.isMade(present, by: copy), present.at("spec", "suspend") == true,
            (known?.string ?? "") < time
        else { return nil }
        change = SemanticDiff.Difference(
            path: [.name("status"), .name("lastScheduleTime")],
            source: known,
            target: .string(time)
        )
    }
}
