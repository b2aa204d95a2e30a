import Clocks
import KubernetesAPI
import KubernetesObjects
import MigrationModel

/// Keeps a copy up to date while the source changes.
///
/// Both sites are mirrored by watches; whenever something changed, the plan is made anew out of the
/// mirrors by the same rules as a copy's, and performed. A round waits for nobody at the target: what
/// cannot be done yet is come back to. Nothing is remembered between two rounds, so that a missed
/// event, a refused write or a restart cannot leave anything behind.
package struct CopyFollowing: Sendable {
    /// What a round did, for whoever watches.
    package struct Round: Sendable {
        /// What the mirrors of both sites called for.
        package let plan: CopyPlan
        /// Nil when there was nothing to write, or something was in the way.
        package let summary: CopySummary?
    }

    private let rule: CopyRule
    private let source: KubernetesClient
    private let target: KubernetesClient
    private let time: any TimeSource
    /// How long changes are gathered before a round; longer while rounds fail.
    private let settle: Duration
    private let pollPause: Duration

    /// `pollPause` is how long passes before what cannot be watched is read again.
    package init(
        _ rule: CopyRule,
        from source: KubernetesClient,
        to target: KubernetesClient,
        time: any TimeSource,
        settle: Duration = .milliseconds(500),
        pollPause: Duration = .seconds(30)
    ) {
        self.rule = rule
        self.source = source
        self.target = target
        self.time = time
        self.settle = settle
        self.pollPause = pollPause
    }

    /// Follows until it is cancelled; `report` hears of each round in which something was to be
    /// done or said.
    ///
    /// - Throws: when a site does not answer, or the rule cannot be followed.
    package func run(_ report: @escaping @Sendable (Round) -> Void) async throws {
        while !Task.isCancelled {
            try await followKinds(report)
        }
    }

    /// Returns when the kinds that the sites serve may have changed.
    private func followKinds(_ report: @escaping @Sendable (Round) -> Void) async throws {
        let discoveries = (
            source: try await source.refreshDiscovery(), target: try await target.refreshDiscovery()
        )
        let choices = try CopyMaking.choices(
            rule,
            source: discoveries.source,
            target: discoveries.target
        )
        let (changes, changed) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let here = SiteMirror(
            of: choices.map(\.source),
            in: rule.selection.namespaces,
            client: source,
            discovery: discoveries.source,
            time: time,
            isSlim: true,
            pollPause: pollPause
        ) { changed.yield() }
        let there = SiteMirror(
            of: choices.compactMap(\.target),
            in: rule.targetNamespaces,
            client: target,
            discovery: discoveries.target,
            time: time,
            isSlim: false,
            pollPause: pollPause
        ) { changed.yield() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await here.run() }
            group.addTask { try await there.run() }
            group.addTask {
                try await rounds(changes, choices, here, there, report) { changed.yield() }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    private func rounds(
        _ changes: AsyncStream<Void>,
        _ choices: [KindChoice],
        _ here: SiteMirror,
        _ there: SiteMirror,
        _ report: @Sendable (Round) -> Void,
        again: () -> Void
    ) async throws {
        var definitions: Set<CopyKey>?
        var findingsSaid: [Finding] = []
        var pause = RetryPause(usual: settle)
        for await _ in changes {
            try await time.sleep(for: pause.duration)
            guard let sourceObjects = here.objects, let targetObjects = there.objects else {
                continue
            }
            let defined = Set(
                (Array(sourceObjects.objects.keys) + Array(targetObjects.objects.keys))
                    .filter { $0.kind == "CustomResourceDefinition" }
            )
            if let definitions, definitions != defined { return }
            definitions = defined
            var planner = CopyPlanner(
                rule,
                choices: choices,
                source: sourceObjects,
                target: targetObjects
            )
            planner.refusesUnmatched = false
            let plan = try planner.make()
            // What is in the way of one object does not hold up the others, but what makes the
            // source doubtful does.
            let isDoubtful = plan.findings.contains(where: CopyPruner.isDoubt)
            let summary =
                plan.isEmpty || isDoubtful
                ? nil
                : await CopyRun(plan, target: target, time: time, patience: .round).perform()
            if summary != nil || plan.findings != findingsSaid {
                report(Round(plan: plan, summary: summary))
            }
            findingsSaid = plan.findings
            let hasFailed = summary?.failures.isEmpty == false
            let isWaiting = summary?.waiting.isEmpty == false
            pause.roundEnded(hasFailed: hasFailed, isWaiting: isWaiting)
            if hasFailed || isWaiting { again() }
        }
    }
}
