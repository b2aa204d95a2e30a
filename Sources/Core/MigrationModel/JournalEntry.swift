import JSONValues

/// One line of a run's history: written before an effect, or after it.
package enum JournalEntry: Sendable, Hashable, Codable {
    /// The first entry of every journal.
    case opened(Opening)
    /// A driver took the lease; its entries carry this epoch from here on.
    case driverStarted(epoch: Int, driver: String)
    /// The step is about to be made, for the `attempt`-th time from 1; it may have happened.
    case intent(step: StepID, attempt: Int, before: BeforeImage)
    /// The step was made and its gates held.
    case done(step: StepID, attempt: Int, receipt: Receipt)
    /// The step surely or perhaps was not made, or a gate broke.
    case failed(step: StepID, attempt: Int, failure: StepFailure)
    /// The step is about to be undone.
    case undoIntent(step: StepID, attempt: Int)
    /// The step was undone, from the before-image of its first intent, and its gates held.
    case undone(step: StepID, attempt: Int)
    /// The undo failed; a person is needed.
    case undoFailed(step: StepID, attempt: Int, failure: StepFailure)
    /// What a person asked for, from the inbox.
    case command(RunCommand)
    /// What a person asked for and cannot have now, and why; it changes nothing.
    case commandRefused(RunCommand, reason: String)
    /// What a data plane was seen to do, when a gate looked; of a step that is done, that nothing runs
    /// any more of what it left running.
    case observed(step: StepID, route: RouteID, evidence: Evidence)
    /// The steps of a lane were made anew, because somebody had deployed a workload of it; they bear
    /// the names and the order that they had.
    case replanned(lane: Lane, steps: [Step])
    /// The run ended.
    case closed(Outcome)

    /// What a run begins with: all that is needed to go on with it on another day.
    package struct Opening: Sendable, Hashable, Codable {
        /// What the run is called.
        package var run: RunID
        /// The digest of the plan, in hexadecimal, by which it was approved.
        package var planDigest: String
        /// The whole plan, so that no other file is needed.
        package var plan: Plan
        /// Which process of the balancer counted each route then, by the route's name; nil where none is missed
        /// when it is replaced, where the balancer could not be asked, and in journals of earlier versions.
        package var processes: [String: String]?

        /// Takes a plan and its own digest.
        package init(
            run: RunID,
            planDigest: String,
            plan: Plan,
            processes: [String: String]? = nil
        ) {
            self.run = run
            self.planDigest = planDigest
            self.plan = plan
            self.processes = processes
        }
    }
}

/// An entry where it stands in its journal.
package struct JournalRecord: Sendable, Hashable, Codable {
    /// Counted from 1 without a gap.
    package var sequence: Int
    /// The fencing number of the driver that wrote it.
    package var epoch: Int
    /// RFC 3339 with microseconds: for people, never for decisions.
    package var writtenAt: String
    /// What was written.
    package var entry: JournalEntry

    /// Takes a record as a journal gave it back.
    package init(sequence: Int, epoch: Int, writtenAt: String, entry: JournalEntry) {
        self.sequence = sequence
        self.epoch = epoch
        self.writtenAt = writtenAt
        self.entry = entry
    }
}

/// Names one execution of a plan.
package struct RunID: TextID {
    /// The name as the leases and the marks have it.
    package let text: String

    /// A name that is already known to be one.
    package init(_ text: String) { self.text = text }
}

/// How a run ended.
package enum Outcome: String, Sendable, Hashable, Codable {
    /// Everything crossed and `finish` was made.
    case migrated
    /// Everything is as it was before.
    case asItWasBefore
}

/// What undo needs to give the old state back, as the provider that made it understands it.
package struct BeforeImage: Sendable, Hashable, Codable {
    /// What may be stored in the clear: old replicas, old weights, uids, absence.
    package var clear: JSONText
    /// What may not: sealed bytes in base64.
    ///
    /// Nil when there is nothing to hide.
    package var sealed: String?

    /// Takes what may be read by anybody, and what was sealed.
    package init(clear: JSON = .emptyObject, sealed: String? = nil) {
        self.clear = JSONText(clear)
        self.sealed = sealed
    }

    /// The replicas that a change of scale found, as its platform wrote them under `replicas`.
    ///
    /// They are what `.asRequested` stands for in the gates of the way back.
    package var replicas: Int? { clear.value["replicas"]?.int }
}

/// What a provider says it did: uids of what it made, read-backs.
///
/// Never a credential.
package struct Receipt: Sendable, Hashable, Codable {
    /// An object with members that the provider chose.
    package var details: JSONText

    /// Takes what a provider says; it holds no credential.
    package init(details: JSON = .emptyObject) { self.details = JSONText(details) }

    /// The replicas that a change of scale asked for, as its platform wrote them under `replicas`.
    ///
    /// They are what `.asRequested` stands for in the gates of the step.
    package var replicas: Int? { details.value["replicas"]?.int }

    /// What the gates of the step measured, under `measured`; nil where they measured nothing.
    package var measured: JSON? { details.value["measured"] }

    /// How many requests still ran at a site that was left when the gates of the step held.
    package var stillRunning: Int { measured?[Receipt.stillRunningKey]?.int ?? 0 }

    /// Whether `stillRunning` was counted, so that its end can be seen; else it is a precaution.
    package var isStillRunningCounted: Bool { measured?[Receipt.presumedKey]?.bool != true }

    /// Whether `stillRunning` is no count because the balancer was reloaded.
    package var isCountLost: Bool { measured?[Receipt.lostKey]?.bool == true }

    /// What a gate tells of what still runs when it holds; nothing counts it where it is presumed, and nothing
    /// does any more where the count is lost.
    package static func measured(stillRunning: Int, isPresumed: Bool, isLost: Bool) -> JSON {
        var measured: JSON = [stillRunningKey: .int(stillRunning)]
        if isPresumed { measured[presumedKey] = true }
        if isLost { measured[lostKey] = true }
        return measured
    }

    private static let stillRunningKey = "stillRunning"
    private static let presumedKey = "presumed"
    private static let lostKey = "countLost"

    /// The same with what its gates measured.
    package func with(_ measured: JSON?) -> Receipt {
        guard let measured else { return self }
        var details = details.value
        details["measured"] = measured
        return Receipt(details: details)
    }
}

/// A lossless JSON value within a `Codable` one: stored as its compact text.
package struct JSONText: Sendable, Hashable, Codable {
    /// The value itself.
    package var value: JSON

    /// Takes any value.
    package init(_ value: JSON) { self.value = value }

    /// Reads the text and parses it; a text that is no JSON is corrupt data.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            value = try JSON.parse(try container.decode(String.self))
        } catch let error as JSONParseError {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: error.description
            )
        }
    }

    /// Writes the compact text, members sorted.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value.text())
    }
}

/// Why a step or its undo failed: data, so that it outlives the process that met it.
package struct StepFailure: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What a person or the engine can do about it.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The world refused; repeating the same cannot help.
        case rejected
        /// A gate did not hold in its time, or was broken.
        case gate
        /// The world could not be reached, or did not say what it did, in all the step's time.
        case unavailable
        /// What the plan saw is no longer there: somebody else changed it.
        case drift
    }

    /// Decides whether the step is tried again by itself.
    package var kind: Kind
    /// Names the object, what was seen, and what a person can do.
    package var reason: String

    /// Takes a reason that holds no credential.
    package init(kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }

    /// The reason.
    package var description: String { reason }
}
