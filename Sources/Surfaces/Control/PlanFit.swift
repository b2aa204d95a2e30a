import MigrationFile
import MigrationModel

/// Whether a plan is one of a migration file, and not of another one that lies beside it.
package enum PlanFit {
    /// What tells that the plan was made for something else; nil when it fits.
    package static func problem(of plan: Plan, for file: MigrationFile) -> String? {
        guard plan.name == file.name else {
            return "it is of the migration \"\(plan.name)\", and the migration file is of "
                + "\"\(file.name)\""
        }
        for site in SiteRole.allCases {
            let planned = (site == .source ? plan.source : plan.target).context
            let stated = (site == .source ? file.source : file.target).context
            guard planned == stated else {
                return "its \(site.rawValue) is the context \"\(planned)\", and the migration "
                    + "file's is \"\(stated)\""
            }
        }
        return nil
    }
}
