import ConnectionTrials
import JSONValues
import KubernetesObjects
import MigrationModel
import MigrationPorts

/// Tries what runs at the target by a short Job there.
///
/// Repeated: a Job of this step that is under way, or that succeeded, is left alone; one that failed makes
/// place for another. Undone: it is deleted if it is of this step.
struct ProbeRun: ChangeMaker {
    let access: SiteAccess
    let probe: ProbeJob

    private var own: OwnJob { OwnJob(access: access, reference: probe.reference) }

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await own.ensure(job, mark: mark) { (found) async throws(ProviderError) in
            if case .broken = try await state(of: found) { true } else { false }
        }
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {
        try await own.remove(mark: mark) { Marks.isMade($0, by: mark) }
    }

    /// How far the probe has come.
    func state() async throws(ProviderError) -> ConditionState {
        guard let found = try await access.find(probe.reference) else {
            return .waiting(seen: "\(probe.reference) is not at \(access.context)")
        }
        return try await state(of: found)
    }

    private func state(of job: JSON) async throws(ProviderError) -> ConditionState {
        let pods = try await own.pods(of: job)
        switch probe.work {
        case .connect, .grpcHealth: return connected(job, pods)
        case .program: return ended(job, pods)
        }
    }

    // MARK: - Connections

    private func connected(_ job: JSON, _ pods: [JSON]) -> ConditionState {
        switch ConnectionTrial.outcome(job: job, pods: pods) {
        case .underWay(let seen): return .waiting(seen: "\(probe.reference): \(seen)")
        case .failed(let reason):
            return .broken(seen: "the probe \(probe.probe): \(probe.reference) \(reason)")
        case .done(let results):
            guard let bad = results.first(where: { !$0.isAnswered }) else {
                let took = results.compactMap(\.answer.milliseconds).max() ?? 0
                return .measured(["milliseconds": .int(took)])
            }
            return .broken(
                seen: "the probe \(probe.probe), tried from inside \(access.context): "
                    + "\(bad.target.host):\(bad.target.port): \(bad.words)"
            )
        }
    }

    /// The Job, as it is created but for the run's marks.
    private var job: JSON {
        switch probe.work {
        case .connect(let host, let port, let image):
            return trial(ConnectionTarget(host: host, port: port), image)
        case .grpcHealth(let host, let port, let service, let image):
            let speech = ConnectionTarget.Speech.grpcHealth(service: service)
            return trial(ConnectionTarget(host: host, port: port, speech: speech), image)
        case .program(let text):
            var job = text.value
            job.set(.string(probe.job), at: "metadata", "name")
            job.set(.string(probe.namespace), at: "metadata", "namespace")
            return job
        }
    }

    private func trial(_ target: ConnectionTarget, _ image: String) -> JSON {
        let seconds = max(1, probe.timeoutMilliseconds / 1_000)
        return ConnectionTrial(
            namespace: probe.namespace,
            name: probe.job,
            image: image,
            targets: [target],
            manner: ConnectionTrial.Manner(secondsMax: min(seconds, ProbeRun.secondsMax))
        ).job
    }

    /// Longer than this nobody waits for a connection.
    private static let secondsMax = 10

    // MARK: - Programs

    private func ended(_ job: JSON, _ pods: [JSON]) -> ConditionState {
        if job.hasCondition("Complete") { return .holds }
        guard let failure = job.jobFailure else {
            let wait = pods.lazy.compactMap(\.whatPodWaitsFor).first
            let seen = wait ?? (pods.isEmpty ? "it has no Pod yet" : "it runs")
            return .waiting(seen: "\(probe.reference): \(seen)")
        }
        let evidence = pods.sorted { ($0.name ?? "") < ($1.name ?? "") }.compactMap(lastWords).last
        return .broken(
            seen: "the probe \(probe.probe): \(probe.reference) at \(access.context) failed: "
                + failure + (evidence.map { "; its pod \($0)" } ?? "")
        )
    }

    /// Its exit code and its last lines, without what may open something; nil while it runs.
    ///
    /// Whoever fails without a message of its own leaves its last lines as one (Kubernetes,
    /// `terminationMessagePolicy: FallbackToLogsOnError`), so nobody needs the right to read logs.
    private func lastWords(of pod: JSON) -> String? {
        let states = pod.at("status", "containerStatuses")?.array ?? []
        let failed = states.compactMap { $0.at("state", "terminated") }.first {
            $0["exitCode"]?.int != 0
        }
        guard let failed else { return nil }
        let lines = (failed["message"]?.string ?? "").split(whereSeparator: \.isNewline)
            .suffix(ProbeRun.linesMax).map { String($0).discreet(to: ProbeRun.lineMax) }
        let code = "ended with code \(failed["exitCode"]?.int ?? 0)"
        return lines.isEmpty ? code : "\(code), and said last: \(lines.joined(separator: " | "))"
    }

    private static let linesMax = 5
    private static let lineMax = 160
}

/// Takes away the Job of a probe that has succeeded, with its pods.
///
/// Repeated: what is gone stays gone. Undone: nothing, for the way back needs no probe.
struct ProbeRemoval: ChangeMaker {
    let access: SiteAccess
    let probe: ProbeJob

    func survey() async throws(ProviderError) -> BeforeImage { BeforeImage() }

    func perform(
        from before: BeforeImage,
        mark: StepMark
    ) async throws(ProviderError) -> Receipt {
        try await OwnJob(access: access, reference: probe.reference).remove(mark: mark) {
            Marks.run(of: $0) == mark.run
        }
        return Receipt()
    }

    func undo(to before: BeforeImage, mark: StepMark) async throws(ProviderError) {}
}
