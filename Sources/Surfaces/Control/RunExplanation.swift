import Clocks
import MigrationEngine
import MigrationModel

/// What a run waits for, what was seen of it, since when, and what a person can do: for every state.
package struct RunExplanation: Sendable {
    /// One thing that the run waits for.
    package struct Wait: Sendable, Equatable {
        /// The step that waits; nil when it is a person who is waited for.
        package let step: StepID?
        /// What must come to hold, or what somebody has to decide.
        package let what: String
        /// When it began, as the journal has it.
        package let since: String?
        /// What was seen, the newest last.
        package let saw: [String]

        package init(step: StepID?, what: String, since: String?, saw: [String]) {
            self.step = step
            self.what = what
            self.since = since
            self.saw = saw
        }
    }

    /// Something that a person can do now.
    package struct Remedy: Sendable, Equatable {
        /// To be typed as it is.
        package let command: String
        /// What comes of it.
        package let effect: String
    }

    /// In the order of the plan.
    package let waits: [Wait]
    /// The best first.
    package let remedies: [Remedy]
    /// Which process of this machine drives the run; nil when none does.
    package let driver: String?
    /// What the leases say of it.
    package let lease: LeaseLook

    /// `arguments` name the migration as the person named it; `looks` is what the sites say now of
    /// steps under way, and `now` the time of day, by which windows are open or closed.
    ///
    /// Where the leases refuse the journal, nothing is waited for and nothing can be done with it.
    package init(
        _ state: RunState,
        records: [JournalRecord],
        driver: String?,
        arguments: String,
        looks: [StepID: [String]],
        lease: LeaseLook = LeaseLook(),
        now: WallTime? = nil
    ) {
        let history = RunHistory(records)
        self.driver = driver
        self.lease = lease
        guard lease.refusal == nil else {
            (waits, remedies) = ([], [])
            return
        }
        waits = RunExplanation.waits(state, history, looks, now)
        remedies = RunExplanation.remedies(state, isDriven: driver != nil).map { word, effect in
            Remedy(command: "diolkos \(word) \(arguments)", effect: effect)
        }
    }

    /// Of a migration that has no run yet.
    package init(unbegunWith arguments: String, hasPlan: Bool) {
        driver = nil
        lease = LeaseLook()
        waits = [Wait(step: nil, what: "nothing has begun", since: nil, saw: [])]
        let plan = Remedy(
            command: "diolkos plan \(arguments)",
            effect: "looks at both sites and says what would be done; changes nothing"
        )
        let run = Remedy(command: "diolkos run \(arguments)", effect: "makes the plan")
        remedies = hasPlan ? [run, plan] : [plan]
    }
}
