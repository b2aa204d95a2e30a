import ConnectionTrials
import MigrationModel

/// What lies outside and is called, and what came of trying it.
package struct ReachReport: Sendable {
    /// What lies outside, tried or not, sorted by address.
    package let calls: [OutsideCall]
    /// Nil where it was not tried.
    package let source: ReachOutcome?
    /// Nil where nothing was tried at all.
    package let target: ReachOutcome?

    /// Not tried at all.
    package init(_ calls: [OutsideCall]) {
        self.init(calls, source: nil, target: nil)
    }

    /// `source` is nil where nobody can be asked.
    package init(_ calls: [OutsideCall], source: ReachOutcome?, target: ReachOutcome?) {
        self.calls = calls
        self.source = source
        self.target = target
    }

    /// A difference that no measuring makes up for, in milliseconds.
    private static let slackMax = 5

    /// What the target does not reach or reaches more slowly, what was not tried, and what could
    /// not be; in any order.
    package var findings: [Finding] {
        guard let target else { return untried + notTriable }
        return calls.flatMap { finding(of: $0, target) } + notTriable
            + problems(of: target, "the target", .decide)
            + problems(of: source ?? ReachOutcome(), "the source", .note)
    }

    private func finding(of call: OutsideCall, _ target: ReachOutcome) -> [Finding] {
        guard call.address.target != nil, let there = target.results[call.address] else {
            return []
        }
        let here = source?.results[call.address]
        let place = "(\(AssessmentText.shortened(call.evidence, to: 3)))"
        guard let far = there.milliseconds else {
            return [unreachable(call, there, here, place)]
        }
        guard let near = here?.milliseconds, far > 2 * near, far - near > Self.slackMax else {
            return []
        }
        return [
            Finding(
                check: "farther",
                severity: .decide,
                objects: call.callers,
                reason:
                    "\(call.address) \(place) is \(far) ms from the target and \(near) ms from the "
                    + "source: whoever asks it ten times for a request takes \((far - near) * 10) ms "
                    + "longer",
                remedy: "Move it along, give the target a replica or a nearer way, or accept it."
            )
        ]
    }

    private func unreachable(
        _ call: OutsideCall,
        _ there: ConnectionAnswer,
        _ here: ConnectionAnswer?,
        _ place: String
    ) -> Finding {
        if let near = here?.milliseconds {
            return Finding(
                check: "unreachable",
                severity: .blocker,
                objects: call.callers,
                reason: "\(call.address) \(place) answers the source in \(near) ms, and not the "
                    + "target: \(there.words)",
                remedy: there == .unresolved
                    ? "Let the target's DNS know the name (a forwarded zone, a record)."
                    : "Open the way: routes, firewalls, and the partner's list of addresses."
            )
        }
        let isTried = here != nil
        return Finding(
            check: "unreachable",
            severity: isTried ? .note : .decide,
            objects: call.callers,
            reason: "\(call.address) \(place) does not answer the target (\(there.words)), "
                + (isTried ? "nor the source" : "and the source was not asked"),
            remedy: isTried
                ? "Find out whether it is used at all."
                : "Find out whether the source reaches it; if it does, open the way."
        )
    }

    // MARK: - What is not tried

    private var untried: [Finding] {
        let triable = calls.filter { $0.address.target != nil }
        return triable.isEmpty
            ? []
            : [
                Finding(
                    check: "reach-untried",
                    severity: .note,
                    objects: triable.map { "\($0.address)" },
                    reason:
                        "configuration names them, and nobody has tried whether the target's pods "
                        + "reach them: firewalls and partners' lists of addresses know the source only",
                    remedy: "Let a short Job try them: --try-reachability IMAGE."
                )
            ]
    }

    private var notTriable: [Finding] {
        let others = calls.filter { $0.address.target == nil }
        return others.isEmpty
            ? []
            : [
                Finding(
                    check: "reach-not-triable",
                    severity: .note,
                    objects: others.map { "\($0.address)" },
                    reason: "configuration names them with UDP, where no answer tells nothing, or "
                        + "without a port",
                    remedy: "Try them by hand from a pod at the target."
                )
            ]
    }

    private func problems(
        of outcome: ReachOutcome,
        _ site: String,
        _ severity: Finding.Severity
    ) -> [Finding] {
        let failed = outcome.problems.map { problem in
            Finding(
                check: "reach-failed",
                severity: severity,
                objects: [site],
                reason: "addresses could not be tried from \(site): \(problem)",
                remedy: problem == ReachTrial.stopped
                    ? "Try again when there is time."
                    : "Name an image that its nodes can pull, and a namespace (--try-namespace) whose "
                        + "quota and policies let a pod run."
            )
        }
        let left = outcome.leftBehind.map { job in
            Finding(
                check: "reach-left-behind",
                severity: .note,
                objects: [site],
                reason: "a Job of ours could not be deleted: \(job)",
                remedy: "It goes by itself soon after it ended; or delete it."
            )
        }
        return failed + left
    }
}
