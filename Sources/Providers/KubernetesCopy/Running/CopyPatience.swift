/// How long a run waits for what others have to do at the target.
package struct CopyPatience: Sendable {
    /// Until pods answer for a Service that the next objects need.
    let endpoints: Duration
    /// Until a kind that a definition brings is served; servers need moments.
    let kinds: Duration
    /// Until an object that was deleted is gone: controllers finish with it first.
    let ends: Duration
    /// Until a namespace is gone: its pods have their time to end.
    let namespaceEnds: Duration
    /// Whether what has to wait holds up nothing but what it would judge, as a later round comes to
    /// it anyway.
    let goesOn: Bool

    /// Of a command, which does its work once.
    package static let command = CopyPatience(
        endpoints: .seconds(300),
        kinds: .seconds(60),
        ends: .seconds(60),
        namespaceEnds: .seconds(300),
        goesOn: false
    )

    /// Of a round of a following, behind which the next changes wait.
    package static let round = CopyPatience(
        endpoints: .zero,
        kinds: .seconds(10),
        ends: .zero,
        namespaceEnds: .zero,
        goesOn: true
    )

    /// What becomes of an object that is not settled in time.
    func unfinished(_ reason: String) -> CopyOutcome.Result {
        goesOn ? .waiting(reason) : .failed(reason)
    }
}
