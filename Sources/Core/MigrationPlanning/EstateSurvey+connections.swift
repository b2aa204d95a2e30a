import MigrationFile
import MigrationModel

extension EstateSurvey {
    /// How long callers inside get to end the connections that they keep open to a Service, once its name
    /// leads elsewhere; nil where its ports tell of none.
    ///
    /// Nobody counts those: they go from pod to pod, and neither an API nor a balancer knows of them. So
    /// they get the time that the pods themselves are given to end, and `timeouts.drain` at most.
    mutating func patience(with record: ServiceRecord) -> Duration? {
        let behind = workloads(crossing, behind: record).filter { $0.replicas > 0 }
        guard !record.lastingPorts.isEmpty, !behind.isEmpty else { return nil }
        let ports = EstateSurvey.listing(record.lastingPorts)
        // Where the source's pods end first, their connections have ended with them.
        if behind.contains(where: { file.rule(of: $0.id)?.activation == .exclusive }) {
            notes.find(
                "Callers inside keep connections to \(record.reference) open (\(ports)), and nobody counts "
                    + "them: they end with its pods at the source, before those at the target start."
            )
            return nil
        }
        let grace = behind.map(\.graceSeconds).max() ?? 0
        let patience = min(Duration.seconds(grace), file.timeouts.drain)
        notes.find(
            "Callers inside keep connections to \(record.reference) open (\(ports)), and nobody counts "
                + "them: once its name leads elsewhere they get "
                + "\(patience.wholeMilliseconds / 1_000) s to end, as its pods do "
                + "(terminationGracePeriodSeconds, timeouts.drain at most), and then what its pods get "
                + "when they are told to end."
                + (file.residual == .goBack
                    ? " spec.residual: goBack cannot hold for what nobody counts." : "")
        )
        return patience
    }

    /// Answers under way are cut off where pods get no time to end.
    mutating func noteGrace(of record: WorkloadRecord) {
        guard record.graceSeconds == 0, record.replicas > 0 else { return }
        notes.find(
            "The pods of \(record.id) get no time to end (terminationGracePeriodSeconds: 0): what they "
                + "are about to answer callers inside is cut off when they go."
        )
    }
}

extension WorkloadRecord {
    /// How long it may take until pods are gone that are told to end: their own time, and that of whoever
    /// tells them.
    var endMax: Duration { .seconds(graceSeconds) + .seconds(30) }
}
