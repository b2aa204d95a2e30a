import MigrationModel
import MigrationPorts

/// What a lease that was read means for somebody who wants to drive.
package enum LeaseVerdict: Sendable, Hashable {
    /// It may be taken now.
    case free
    /// Somebody else holds it; it is free when it stays as it is for this long.
    case heldUntilUnchanged(for: Duration, by: String)
    /// It must not be taken, by waiting neither.
    case refused(reason: String)
}

/// Judges whether this journal and this driver may drive, from what a lease says: pure.
package struct LeaseJudge: Sendable {
    /// The run that wants to be driven.
    package let run: RunID
    /// Who wants to drive it: see `LeaseState.driver`.
    package let driver: String
    /// The last record of this journal.
    package let headSequence: Int

    package init(run: RunID, driver: String, headSequence: Int) {
        self.run = run
        self.driver = driver
        self.headSequence = headSequence
    }

    /// `hashHere` is the hash that this journal has at the sequence which the lease names.
    ///
    /// A lease that bears an epoch beyond the journal's is no sign of a lost tail: its driver may
    /// have died between taking it and writing. A driver that wrote anything which matters has put
    /// the sequence of its first entry into the lease before its first effect.
    package func judge(
        _ seen: LeaseState?,
        at site: SiteRole,
        hashHere: String?
    ) -> LeaseVerdict {
        guard let seen else { return .free }
        guard seen.run == run else {
            if seen.isOver { return .free }
            return .refused(
                reason: "the \(site.rawValue) is in the hands of run \(seen.run)"
                    + (seen.driver.isEmpty ? "" : ", driven by \(seen.driver)")
                    + ". End that run first, where its journal is; if the journal is lost, see "
                    + "what bears the run's mark, then delete the Lease"
            )
        }
        guard !seen.isOver else {
            return .refused(
                reason: "the lease at the \(site.rawValue) says that \(run) is over since record "
                    + "\(seen.sequence), and this journal ends at record \(headSequence) without "
                    + "knowing of it: it is a copy from before the end, or somebody ran its "
                    + "break-glass script. Put it aside"
            )
        }
        guard seen.sequence <= headSequence else {
            return .refused(
                reason: "this journal ends at record \(headSequence), and the lease at the "
                    + "\(site.rawValue) knows of record \(seen.sequence): the journal lost its end "
                    + "or is an old copy. Find the newest one"
            )
        }
        guard seen.headHash == hashHere else {
            return .refused(
                reason: "record \(seen.sequence) of this journal is not the one that the lease at "
                    + "the \(site.rawValue) knows: two copies of the journal were driven. Find the "
                    + "one that was driven last"
            )
        }
        if seen.driver.isEmpty || seen.driver == driver { return .free }
        return .heldUntilUnchanged(for: .seconds(seen.durationSeconds), by: seen.driver)
    }
}
