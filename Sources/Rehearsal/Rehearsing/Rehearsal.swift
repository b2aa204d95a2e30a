import MigrationEngine
import MigrationFile
import MigrationModel
import Simulation

/// Makes a twin of two sites and carries out a migration of them there, again and again.
///
/// Nothing is read or changed anywhere: what is known of the sites was exported before.
package struct Rehearsal: Sendable {
    /// The seed of the run in which nothing goes wrong.
    private static let calmSeed: UInt64 = 0
    /// Longer than any plan takes: every gate of a run has its own end.
    private static let calmMax = Duration.seconds(90 * 86_400)

    let file: MigrationFile
    let bridges: PlayedBridges
    let exports: [SiteRole: SiteExport]
    let settings: RehearsalSettings

    /// The file must move something: one that is for copies only has nothing to rehearse.
    package init(
        _ file: MigrationFile,
        source: SiteExport,
        target: SiteExport,
        settings: RehearsalSettings = RehearsalSettings()
    ) throws {
        guard file.traffic != nil else {
            throw RehearsalProblem(
                "the migration \(file.name) says nothing of spec.traffic, without which nothing can "
                    + "cross; there is nothing to rehearse"
            )
        }
        var file = file
        bridges = PlayedBridges(file.bridgeRule)
        file.bridgeRule = bridges.rule
        self.file = file
        exports = [.source: source, .target: target]
        self.settings = settings
    }

    /// Rehearses; `progress` hears how far it is.
    package func run(
        progress: @Sendable (RehearsalProgress) -> Void = { _ in }
    ) async throws -> RehearsalReport {
        progress(.building)
        let (estate, findings) = try makeEstate()
        progress(.calm)
        let calm = calmRun(estate)
        let timeline = PlanTimeline(estate.plan, calm.timeline)
        var report = RehearsalReport(
            migration: file.name,
            source: file.source.context,
            target: file.target.context,
            settings: settings,
            plan: estate.plan
        )
        report.crossedAt = timeline.crossedAt
        if let finish = timeline.finishAt, let end = timeline.closedAt {
            report.finishTook = end - finish
        }
        if calm.end != .closed(.migrated) {
            report.calmProblem = calm.brokenPromises.last ?? "it does not end as migrated"
        }
        report.findings = findings
        survey(estate, timeline, &report)
        let length = timeline.crossedAt ?? calm.duration
        await measureWaysBack(estate, timeline, length, &report)
        let outcomes = await schedules(estate, length, progress)
        take(outcomes, calm, &report)
        report.irreversible = estate.plan.steps.filter { !$0.isUndoable }
        report.approvals = approvals(report, timeline)
        report.findings.sort()
        return report
    }

    // MARK: - Runs

    private func calmRun(_ estate: SimulatedEstate) -> ScheduleResult {
        var course = ScheduleCourse()
        course.healingMax = Rehearsal.calmMax
        return Schedule(estate, seed: Rehearsal.calmSeed, of: [], course: course).live()
    }

    private func survey(
        _ estate: SimulatedEstate,
        _ timeline: PlanTimeline,
        _ report: inout RehearsalReport
    ) {
        guard let source = estate.inventories[.source] else { return }
        let survey = WaveSurvey(file, estate.plan, source, export(.source).objects)
        report.room = TargetRoom.read(export(.target))
        report.waves = survey.waves(timeline, room: report.room)
        report.lanes = survey.lanes(timeline)
        report.stores = survey.stores(timeline)
    }

    /// One calm run for each wave, at whose end somebody wants everything back.
    private func measureWaysBack(
        _ estate: SimulatedEstate,
        _ timeline: PlanTimeline,
        _ length: Duration,
        _ report: inout RehearsalReport
    ) async {
        guard timeline.crossedAt != nil else { return }
        let courses = report.waves.indices.map { index -> ScheduleCourse in
            var course = ScheduleCourse()
            course.healingMax = Rehearsal.calmMax
            if index == report.waves.count - 1 {
                course.rollsBackWhenCrossed = true
            } else {
                course.rollbackAt = report.waves[index].end
            }
            return course
        }
        let plan = estate.plan
        let found = await inParallel(courses) { course -> Duration? in
            let result = Schedule(estate, seed: Rehearsal.calmSeed, of: [], course: course).live()
            guard result.end == .closed(.asItWasBefore) else { return nil }
            return PlanTimeline(plan, result.timeline).wayBack
        } each: { _ in
        }
        for (index, duration) in found { report.waves[index].wayBack = duration }
    }

    private func schedules(
        _ estate: SimulatedEstate,
        _ length: Duration,
        _ progress: @Sendable (RehearsalProgress) -> Void
    ) async -> [ScheduleOutcome] {
        var course = ScheduleCourse()
        course.calmDuration = length
        course.healingMax = length * 5 + .seconds(3_600)
        let (plan, settings, fixed) = (estate.plan, settings, course)
        let seeds = (0..<settings.schedules).map { settings.seed &+ UInt64($0) }
        let outcomes = await inParallel(seeds) { seed in
            ScheduleOutcome(
                seed,
                Schedule(estate, seed: seed, of: settings.faults, course: fixed).live(),
                plan,
                keepsJournal: settings.keepsJournals
            )
        } each: { done in
            progress(.schedules(done: done, all: settings.schedules))
        }
        return outcomes.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What `body` gives for each, by its place; so many at once as there are threads.
    private func inParallel<Element: Sendable, Outcome: Sendable>(
        _ elements: [Element],
        _ body: @escaping @Sendable (Element) -> Outcome,
        each: (Int) -> Void
    ) async -> [Int: Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            var next = 0
            func begin() {
                guard next < elements.count else { return }
                let (index, element) = (next, elements[next])
                next += 1
                group.addTask { (index, body(element)) }
            }
            for _ in 0..<max(1, settings.threads) { begin() }
            var outcomes: [Int: Outcome] = [:]
            for await (index, outcome) in group {
                outcomes[index] = outcome
                begin()
                each(outcomes.count)
            }
            return outcomes
        }
    }
}
