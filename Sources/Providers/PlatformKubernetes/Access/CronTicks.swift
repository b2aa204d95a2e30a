import Clocks
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// What a site has begun of a CronJob's schedule.
struct CronTicks: Sendable {
    let access: SiteAccess
    let workload: WorkloadID

    /// The last tick of which there was a Job; nil when none is known.
    ///
    /// The controller creates a Job first and takes it down in its status afterwards, which fails when
    /// somebody writes in between; so the Jobs themselves are asked as well.
    func last(of found: JSON) async throws(ProviderError) -> WallTime? {
        let begun = try await jobs(of: found).compactMap { job in
            job.name.flatMap(tick)
        }
        return (begun + [CronTicks.noted(in: found)].compactMap { $0 }).max()
    }

    /// The Jobs that its controller made and that are still there.
    func jobs(of found: JSON) async throws(ProviderError) -> [JSON] {
        let any = ObjectReference(
            apiVersion: "batch/v1",
            kind: "Job",
            namespace: workload.namespace,
            name: ""
        )
        return try await access.list(any).filter {
            $0.controllerReference?["uid"]?.string == found.uid
        }
    }

    /// The last tick that the controller has taken down.
    static func noted(in found: JSON) -> WallTime? {
        found.at("status", "lastScheduleTime")?.string.flatMap { WallTime(rfc3339: $0) }
    }

    /// The name of a Job ends with the minute of its tick, counted from 1970 (cronjob/utils.go,
    /// `getTimeHashInMinutes`); what somebody made by hand is called otherwise.
    private func tick(_ name: String) -> WallTime? {
        guard name.hasPrefix("\(workload.name)-"),
            let minutes = Int64(name.dropFirst(workload.name.count + 1)),
            (0...CronTicks.minutesMax).contains(minutes)
        else { return nil }
        return WallTime(nanosecondsSinceEpoch: minutes * 60_000_000_000)
    }

    /// In the year 2160; what is more is no tick, and nanoseconds would not hold it.
    private static let minutesMax: Int64 = 100_000_000
}
