import MigrationModel

/// A trial of what runs at the target, and what waits for it.
package struct SmokeRule: Sendable, Hashable {
    /// What waits until it succeeds.
    package enum Subject: Sendable, Hashable {
        /// The first weight of this route.
        case route(RouteID)
        /// Everything of this workload that comes once its pods are ready at the target.
        case workload(WorkloadID)
    }

    /// Who tries, and what.
    package enum Trial: Sendable, Hashable {
        /// Whoever drives; the host of a request may be left out where a route tells it.
        case outside(SmokeProbe)
        /// A Job at the target; the host may be left out where a workload has one name.
        case inside(ProbeJob)
    }

    /// What waits for it.
    package var subject: Subject
    /// What is tried.
    package var trial: Trial

    /// Takes a probe of whoever drives.
    package init(subject: Subject, probe: SmokeProbe) {
        self.subject = subject
        trial = .outside(probe)
    }

    /// Takes a probe by a Job.
    package init(subject: Subject, job: ProbeJob) {
        self.subject = subject
        trial = .inside(job)
    }

    /// What people call it.
    package var name: String {
        switch trial {
        case .outside(let probe): probe.name
        case .inside(let job): job.probe
        }
    }
}
