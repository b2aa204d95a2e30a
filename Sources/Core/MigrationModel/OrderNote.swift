/// Why a workload, or several that cross together, have their place in the order.
package struct OrderNote: Sendable, Hashable, Codable {
    /// The first of them, by which their lane is called.
    package var lead: WorkloadID
    /// The wave in which they cross.
    package var wave: Int
    /// Why they begin here, in a sentence.
    package var reason: String
    /// How many pairs of caller and called are at different sites once they have crossed, of those that are
    /// known and cross.
    package var callsAcross: Int
    /// How many pods the target has of what crosses, once they have: as many as the source had.
    package var podsAtTarget: Int
    /// What its pods ask of the target's nodes.
    package var requests: Requests?
    /// Of what the target's nodes have too little left for it, beside all before it that they have room for;
    /// sorted.
    package var exceeded: [String]?

    /// Takes what planning decided.
    package init(
        lead: WorkloadID,
        wave: Int,
        reason: String,
        callsAcross: Int,
        podsAtTarget: Int,
        requests: Requests? = nil,
        exceeded: [String]? = nil
    ) {
        self.lead = lead
        self.wave = wave
        self.reason = reason
        self.callsAcross = callsAcross
        self.podsAtTarget = podsAtTarget
        self.requests = requests
        self.exceeded = exceeded
    }
}
