import JSONValues
import KubernetesAssessment
import KubernetesObjects
import MigrationEngine
import MigrationFile
import MigrationModel
import MigrationPlanning
import Simulation

/// Makes a twin of two sites and carries out a migration of them there, again and again.
///
/// Nothing is read or changed anywhere: what is known of the sites was exported before.
package struct Rehearsal: Sendable {
    /// The seed of the run in which nothing goes wrong.
    private static let calmSeed: UInt64 = 0
    /// Longer than any plan takes: every gate of a run has its own end.
    private static let calmMax = Duration.seconds(90 * 86_400)

    private let file: MigrationFile
    private let bridges: PlayedBridges
    private let exports: [SiteRole: SiteExport]
    private let settings: RehearsalSettings

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

    // MARK: - The twin

    private func makeEstate() throws -> (SimulatedEstate, [Finding]) {
        var findings = bridges.findings
        var manifests: [SiteRole: [JSON]] = [:]
        for site in SiteRole.allCases {
            let objects = TwinObjects(site, export(site), file)
            findings += objects.findings
            manifests[site] = objects.manifests
        }
        var remarks: [EstateRemark] = []
        // A rehearsal that waited for the right time of day would tell nothing more.
        var timeless = file
        timeless.windows = nil
        do {
            let estate = try SimulatedEstate(
                timeless,
                source: manifests[.source] ?? [],
                target: manifests[.target] ?? [],
                settings: settings.simulation(pods: podsExpected),
                remark: { remarks.append($0) }
            )
            return (estate, findings + Rehearsal.findings(of: remarks))
        } catch let error as PlanningError {
            let lacking = Rehearsal.findings(of: remarks).map {
                "the twin lacks \($0.objects.joined(separator: ", ")): \($0.reason)"
            }
            throw RehearsalProblem(([error.description] + lacking).joined(separator: "\n"))
        }
    }

    private func export(_ site: SiteRole) -> SiteExport {
        exports[site] ?? SiteExport(emptyNamed: site.rawValue)
    }

    /// As many as are wanted at the source, and some that are to come.
    private var podsExpected: Int {
        export(.source).objects.reduce(60) { sum, object in
            guard object.podSpec != nil else { return sum }
            return sum + (object.at("spec", "replicas")?.int ?? 1)
        }
    }

    private static func findings(of remarks: [EstateRemark]) -> [Finding] {
        remarks.map { remark in
            switch remark {
            case .refused(let site, let object, let reason):
                Finding(
                    check: "twin-refused",
                    severity: .decide,
                    objects: [object],
                    reason: "the twin of the \(site.rawValue) does not take it: \(reason)",
                    remedy:
                        "look whether the migration depends on it; the rehearsal goes on without"
                )
            case .notReady(let pods):
                Finding(
                    check: "twin-not-ready",
                    severity: .decide,
                    objects: pods,
                    reason: "the twin cannot play these pods: they do not become ready there",
                    remedy: "volumes and controllers of your own are not played; exclude them, or "
                        + "rehearse with what the file moves only"
                )
            }
        }
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

    // MARK: - What they came to

    private func take(
        _ outcomes: [ScheduleOutcome],
        _ calm: ScheduleResult,
        _ report: inout RehearsalReport
    ) {
        report.migrated = outcomes.count { $0.end == .migrated }
        report.asItWasBefore = outcomes.count { $0.end == .asItWasBefore }
        report.waiting = outcomes.count { $0.end == .waits }
        report.endless = outcomes.count { $0.end == .none }
        report.crossings = outcomes.compactMap(\.crossedAt).sorted()
        report.journals = outcomes.filter { !$0.journal.isEmpty }.map {
            (seed: $0.seed, lines: $0.journal)
        }
        let before = calm.losses.filter { $0.at == .zero }
        let known = Set(before.map { Trouble.words(for: $0.what) })
        if !before.isEmpty {
            report.findings.append(
                Finding(
                    check: "twin-broken-before",
                    severity: .decide,
                    objects: known.sorted(),
                    reason: "this leads to nobody in the twin before anything is changed",
                    remedy: "it may be so at the source too; what is lost there is not told again"
                )
            )
        }
        var losses = Trouble(settings)
        var broken = Trouble(settings)
        for loss in calm.losses where loss.at > .zero {
            losses.add(loss.what, at: loss.at, seed: nil)
        }
        for promise in calm.brokenPromises { broken.add(promise, at: nil, seed: nil) }
        for outcome in outcomes {
            for loss in outcome.losses { losses.add(loss.what, at: loss.at, seed: outcome.seed) }
            for promise in outcome.brokenPromises {
                broken.add(promise, at: nil, seed: outcome.seed)
            }
        }
        // What has crossed finds no more at the target than it had at the source.
        let moved = known.map { $0.replacing("at the source", with: "at the target") }
        report.losses = losses.told(without: known.union(moved))
        report.broken = broken.told(without: [])
    }

    private func approvals(
        _ report: RehearsalReport,
        _ timeline: PlanTimeline
    ) -> [RehearsalReport.Approval] {
        var approvals: [RehearsalReport.Approval] = [
            .init(
                at: nil,
                what:
                    "review the plan: `diolkos plan`, and give its digest to `diolkos run --digest`"
            )
        ]
        if let windows = file.windows {
            approvals.append(
                .init(
                    at: nil,
                    what:
                        "let it run when its steps may begin: \(windows); the times here look past "
                        + "that"
                )
            )
        }
        if case .stated(let words) = file.bridges {
            approvals.append(
                .init(at: nil, what: "vouch for the bridges, which no Job tries: \"\(words)\"")
            )
        }
        if case .kubernetes(let rule) = file.traffic?.balancer, rule.ownersAreHandled {
            approvals.append(
                .init(at: nil, what: "keep everybody else from writing the routes' weights")
            )
        }
        approvals += report.plan.findings.map { .init(at: nil, what: "know: \($0)") }
        approvals += report.plan.steps.filter { $0.operation == .approval }.map { step in
            let command = "`diolkos approve` \(step.id): \(step.summary)"
            return .init(at: timeline.begun[step.id], what: command)
        }
        if let at = report.crossedAt, !report.irreversible.isEmpty {
            approvals.append(
                .init(
                    at: at,
                    what:
                        "`diolkos finish`, at the earliest: \(report.irreversible.count) steps that "
                        + "cannot be undone; until then `diolkos rollback` carries everything back"
                )
            )
        }
        return approvals
    }
}
