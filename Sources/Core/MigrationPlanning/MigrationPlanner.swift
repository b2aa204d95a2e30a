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
        let order = CrossingOrder(estate, survey.file, &survey.notes)
        let groups = order.groups
        survey.notes.noteApprovals(survey.file.approvals, among: groups)
        survey.notes.noteVerification(survey.file, among: groups)
        guard survey.notes.problems.isEmpty else {
            throw PlanningError(problems: Set(survey.notes.problems).sorted())
        }
        let room = RoomPlan(groups, room: target.room)
        var builder = PlanBuilder(survey.file, estate, room)
        builder.lookForTrust()
        builder.prepare()
        for group in groups { builder.cross(group) }
        builder.finish()
        builder.completeTrust()
        if let problem = builder.unkept { throw PlanningError(problems: [problem]) }
        return Plan(
            name: file.name,
            source: source.site,
            target: target.site,
            workloadsInFlightMax: file.workloadsInFlightMax,
            windows: file.windows,
            steps: builder.steps,
            order: order.notes(room),
            room: target.room,
            staying: survey.staying.map(\.id),
            findings: Set(survey.notes.findings).sorted()
        )
    }
}

extension PlanNotes {
    /// An approval of what never comes would look like a safeguard and be none.
    fileprivate mutating func noteApprovals(_ rule: ApprovalRule, among groups: [CrossingGroup]) {
        for wave in rule.waves where !groups.contains(where: { $0.wave == wave }) {
            problem(
                "wave \(wave)",
                "it is to be approved, and nothing crosses in it",
                remedy: "leave it out of spec.approvals.waves, or give some workload this wave"
            )
        }
        let crossing = Set(groups.flatMap(\.workloads).map(\.id))
        for workload in rule.workloads where !crossing.contains(workload) {
            problem(
                "\(workload)",
                "it is to be approved, and does not cross",
                remedy: "leave it out of spec.approvals.workloads"
            )
        }
    }
}
