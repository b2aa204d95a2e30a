import MigrationModel
import Sealing

/// A plan that was found fit to be run, with what is looked up in it: for those who begin its run again
/// and again, as a simulation does, and would else look for the same each time.
package struct PreparedPlan: Sendable {
    /// The plan and what its steps mean to each other.
    let index: PlanIndex
    /// The digest of the plan.
    let digest: String

    /// Refuses a plan that could not be run or could not be taken back; `digest` is that of the plan, where
    /// somebody has it.
    package init(_ plan: Plan, digest: String? = nil) throws {
        index = try PlanIndex(plan)
        self.digest = try digest ?? plan.digest().hex
    }
}
