import MigrationFile
import MigrationModel

/// Turns what a person wants and what was seen at both sites into the steps of a crossing.
package enum MigrationPlanner {
    /// The plan, or everything that stands in its way.
    ///
    /// A pure function: the same inputs give the same plan, whatever the order of their lists.
    /// `requested` holds the routes that the balancer knows and the weights that it has for them now,
    /// `findings` what else it says of them: its blockers stand in the way, the rest is told.
    package static func plan(
        _ file: MigrationFile,
        source: SiteInventory,
        target: SiteInventory,
        requested: [RouteID: Weight],
        findings: [Finding] = []
    ) throws(PlanningError) -> Plan {
        var survey = EstateSurvey(file, source: source, target: target, requested: requested)
        survey.notes.take(findings)
        let estate = survey.estate()
        let groups = CrossingOrder(estate, file, &survey.notes).groups
        guard survey.notes.problems.isEmpty else {
            throw PlanningError(problems: Set(survey.notes.problems).sorted())
        }
        var builder = PlanBuilder(file, estate)
        builder.prepare()
        for group in groups { builder.cross(group) }
        builder.finish()
        return Plan(
            name: file.name,
            source: source.site,
            target: target.site,
            workloadsInFlightMax: file.workloadsInFlightMax,
            steps: builder.steps,
            staying: survey.staying.map(\.id),
            findings: Set(survey.notes.findings).sorted()
        )
    }
}
