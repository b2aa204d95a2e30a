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

    /// What waits for it.
    package var subject: Subject
    /// What is tried; the host of a request may be left out where a route tells it.
    package var probe: SmokeProbe

    /// Takes what was read.
    package init(subject: Subject, probe: SmokeProbe) {
        self.subject = subject
        self.probe = probe
    }
}
