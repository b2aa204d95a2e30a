import EmbeddedSites
import MigrationEngine
import MigrationModel
import MigrationPorts

/// What one schedule came to.
package struct ScheduleResult: Sendable {
    /// How the last process ended; nil when it came to no end.
    package let end: RunExit?
    /// Every promise that was broken, in words, but for requests.
    package let brokenPromises: [String]
    /// Every way in which a request could be lost.
    package let losses: [PossibleLoss]
    /// The moments that it met.
    package let marks: Set<Mark>
    /// How long it took, in virtual time.
    package let duration: Duration
    /// How many processes drove, one after the other.
    package let processes: Int
    /// How many calls they made, to both sites and the balancer.
    package let calls: Int
    /// How many of them changed something.
    package let writes: Int
    /// How many jobs the scheduler ran: what it cost.
    package let jobs: Int
    /// What went wrong in it.
    package let options: FaultOptions
    /// The journal at the end, with the time at which each record was written.
    package let timeline: [TimedRecord]

    /// The journal at the end.
    package var records: [JournalRecord] { timeline.map(\.record) }

    /// Everything that must not be, in words; none in a schedule that is well.
    package var problems: [String] { losses.map(\.description) + brokenPromises }
}
